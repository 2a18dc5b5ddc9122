"""`scholarnet access`: who may do what."""

import click

from api.access import ROLES, access_table


@click.command("access")
def command() -> None:
    """Print for every operation of the API who may do it, and the scope that a token needs for it.

    \b
    Example:
      scholarnet access | grep /posts
    """
    header = ("operation", *ROLES, "scope")
    rows = [
        (operation, *("yes" if role in row.may else "no" for role in ROLES), row.scope)
        for operation, row in access_table().items()
    ]
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
