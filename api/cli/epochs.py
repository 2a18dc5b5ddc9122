"""`scholarnet epochs`: epochs exported, computed again, and compared."""

import click

from api.cli.group import LazyGroup

COMMANDS = {
    "list": ("api.cli.epoch_list", "Print the epochs, and which of them can be exported."),
    "export": ("api.cli.epoch_export", "Write an epoch into a folder, for operators or for the public."),
    "replay": ("api.cli.epoch_replay", "Compute an exported epoch again, with no database."),
    "diff": ("api.cli.epoch_diff", "Print which scores moved from one epoch to another, and why."),
}


@click.group("epochs", cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Export epochs, compute them again bit for bit, and compare them.

    \b
    Example:
      scholarnet epochs list
      scholarnet epochs export latest --out epoch
      scholarnet epochs replay epoch
    """
