"""The value of `--columns`: what the columns of someone else's file are called."""

import csv
from collections.abc import Sequence

import click


class ColumnNames(click.ParamType[dict[str, str]]):
    """`item=paper_id,rating=score` as a dict, for the names that a command knows.

    A header with a comma is written as CSV would: `"item=paper, id",rating=score`.
    """

    name = "NAME=HEADER,…"

    def __init__(self, known: Sequence[str]) -> None:
        self.known = known

    def convert(
        self, value: str | dict[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, str]:
        """Return the mapping; click reports a failure as a wrong option, with exit status 2."""
        if isinstance(value, dict):
            return value
        names: dict[str, str] = {}
        for entry in self._entries(value, param, ctx):
            name, _, header = (part.strip() for part in entry.partition("="))
            if name not in self.known:
                self.fail(f"{entry!r} does not begin with one of {', '.join(self.known)} and '='", param, ctx)
            if not header:
                self.fail(f"{entry!r} names no header; write {name}=HEADER", param, ctx)
            if name in names or header in names.values():
                self.fail(f"{entry!r} uses a name a second time", param, ctx)
            names[name] = header
        return names

    def _entries(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        try:
            return next(csv.reader([value], skipinitialspace=True, strict=True), [])
        except csv.Error as error:
            self.fail(f"{value!r} is not a list as CSV writes it: {error}", param, ctx)
