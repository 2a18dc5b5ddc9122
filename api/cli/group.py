"""A group that imports a command only to run it, and the one place where errors become exit codes."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from scholarnet.errors import DomainError


class Refused(click.ClickException):
    """What was asked cannot be done as it was asked: exit status 2, as for a wrong option."""

    exit_code = 2


class LazyGroup(click.Group):
    """A click group over a table: name → (module that has `command`, its line of help)."""

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str]], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.table = table

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(self.table)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Import a command; None when there is none of that name."""
        if name not in self.table:
            return None
        command: click.Command = import_module(self.table[name][0]).command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table, where click would import every command for its help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.table.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the domain refuses is said in one line on stderr, with exit status 2."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            raise Refused(error.message) from error
