"""`scholarnet import`: what comes in from elsewhere, one subcommand a source."""

import click

from api.cli.group import LazyGroup

COMMANDS = {
    "publications": ("api.cli.import_publications", "Import publications from files, Crossref, OpenAlex and ORCID."),
    "reviews": ("api.cli.import_reviews", "Import a venue's papers and reviews."),
}


@click.group("import", cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Import what others made, from files and over the network.

    \b
    Examples:
      scholarnet import publications library.bib export.ris
      scholarnet import reviews --reviews reviews.csv --venue "ICLR 2017" --scale 1:10
    """
