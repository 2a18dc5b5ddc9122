"""`scholarnet import`: what comes in from elsewhere, one subcommand a source."""

import click

from api.cli.group import LazyGroup

COMMANDS = {
    "publications": ("api.cli.import_publications", "Import publications from BibTeX, RIS and CSL-JSON."),
    "reviews": ("api.cli.import_reviews", "Import a venue's papers and reviews."),
}


@click.group("import", cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Import from files that others made.

    \b
    Examples:
      scholarnet import publications library.bib export.ris
      scholarnet import reviews --reviews reviews.csv --venue "ICLR 2017" --scale 1:10
    """
