"""`scholarnet import publications`: bibliographies in, file by file, and what became of every entry."""

from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from api.cli.progress import steps
from api.cli.store import ready_engine
from api.config import Config
from api.import_batches import Batches
from scholarnet.db import chunks
from scholarnet.errors import InputError
from scholarnet.models import Outcome
from scholarnet.services.import_publications import BATCH, Result
from scholarnet.sources.bibliographies import SOURCES, read_bibliography


@click.command("publications")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--as", "format_name", type=click.Choice([*SOURCES]), help="The format, where an ending does not tell it."
)
def command(*, files: tuple[Path, ...], format_name: str | None) -> None:
    """Import publications from BibTeX, RIS and CSL-JSON files.

    Each entry is added, updates what is there (what was missing is filled in, nothing is overwritten), is merged
    with what is there and has nothing new, or is refused with the reason. A publication is known by its DOI, else by
    title, year and the first author's family name; so running it again adds nothing. A broken entry costs no other,
    and a file that cannot be read no other file. What Crossref and OpenAlex answered, one JSON answer a file or a line,
    is read with --as. The exit status is 2 if no file could be read.

    \b
    Examples:
      scholarnet import publications library.bib
      scholarnet import publications zotero.ris items.json
      scholarnet import publications --as bibtex references.txt
      scholarnet import publications --as crossref answers.jsonl
    """
    results: dict[Path, list[Result]] = {}
    failures: list[InputError] = []
    with ready_engine(Config.from_environment()) as engine, steps() as begin:
        for path in files:
            begin(f"Importing {path}")
            try:
                results[path] = _import(engine, path, format_name)
            except InputError as error:
                failures.append(error)
                click.echo(str(error), err=True)
    if results:
        _report(results)
    elif failures:
        raise click.exceptions.Exit(2)


def _import(engine: Engine, path: Path, format_name: str | None) -> list[Result]:
    """Import one file, batch by batch."""
    entries, note = read_bibliography(path, name=format_name)
    if note:
        click.echo(f"{path}: {note}", err=True)
    batches = Batches(engine)
    return [result for batch in chunks(entries, BATCH) for result in batches.add(batch)]


def _report(results: dict[Path, list[Result]]) -> None:
    for path, entries in results.items():
        for entry in entries:
            if entry.outcome is Outcome.REFUSED:
                click.echo(f"{path}:{entry.line}: {entry.key or 'an entry without a key'}: {entry.reason}")
    table = Table("file", *Outcome, "entries", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    table.columns[0].overflow = "fold"
    counts = {str(path): Counter(entry.outcome for entry in entries) for path, entries in results.items()}
    if len(counts) > 1:
        counts["together"] = sum(counts.values(), Counter())
    for name, count in counts.items():
        table.add_row(name, *(f"{count[outcome]:,}" for outcome in Outcome), f"{count.total():,}")
    console = Console(highlight=False, markup=False)
    console.width = max(console.width, max(map(len, counts)) + 48)  # not folded where nobody watches
    console.print(table)
