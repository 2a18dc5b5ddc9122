"""The command line. One subcommand a file, each a click command named `command`, loaded when it is called."""

import click

from api.cli.group import LazyGroup

# name → (module, one line of help); `scholarnet --help` reads this table and imports none of the modules.
COMMANDS = {
    "demo": ("api.cli.demo", "Make a community, fit it, print its ranking and serve it."),
    "serve": ("api.cli.serve", "Serve the API."),
    "db": ("api.cli.db", "Look after the tables."),
    "seed": ("api.cli.seed", "Fill an empty database with a believable community."),
    "user": ("api.cli.user", "Open accounts."),
    "token": ("api.cli.token", "Make bearer tokens."),
    "import": ("api.cli.imports", "Import papers and reviews from files."),
    "access": ("api.cli.access", "Print who may do what."),
    "openapi": ("api.cli.openapi", "Write the OpenAPI document."),
    "worker": ("api.cli.worker", "Do what is due without a request: the fit, mail, clearing away."),
    "score": ("api.cli.score", "Fit a new epoch and switch to it."),
    "explain": ("api.cli.explain", "Take a score apart, review by review, and draw it."),
    "epochs": ("api.cli.epochs", "Export epochs, compute them again, compare them."),
    "clusters": ("api.cli.clusters", "Print who reviews together, with the evidence, and draw it."),
    "backup": ("api.cli.backup", "Write one moment of database and attachments into a folder."),
    "restore": ("api.cli.restore", "Fill an empty database from a backup."),
    "rank": ("api.cli.rank", "Rank items from a table of ratings, with no database."),
}


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="scholarnet")
def main() -> None:
    """An open-review scholarly network: scores that explain themselves.

    \b
    Example:
      scholarnet rank reviews.csv --out items.csv

    Every command has a --help with an example. Exit status: 0 done, 2 the input or the call is
    wrong and nothing was written, 1 anything else.
    """
