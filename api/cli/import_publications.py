"""`scholarnet import publications`: bibliographies in, file by file, and what became of every entry."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from api.cli.progress import steps
from api.cli.source_import import import_source
from api.cli.store import ready_engine
from api.config import Config
from api.import_batches import Batches
from scholarnet.db import chunks
from scholarnet.errors import InputError
from scholarnet.models import Outcome
from scholarnet.services.import_publications import BATCH, Result
from scholarnet.sources.bibliographies import SOURCES, read_bibliography
from scholarnet.sources.remote import NAMES


@click.command("publications")
@click.argument("files", metavar="FILE... | QUERY...", nargs=-1, required=True)
@click.option(
    "--as", "format_name", type=click.Choice([*SOURCES]), help="The format, where an ending does not tell it."
)
@click.option("--from", "source", type=click.Choice([*NAMES]), help="Ask this source, over the network, for QUERY.")
@click.option("--authors-by-name", is_flag=True, help="In this list one name at one venue is one person.")
def command(*, files: tuple[str, ...], format_name: str | None, source: str | None, authors_by_name: bool) -> None:
    """Import publications from files, or from Crossref, OpenAlex and ORCID.

    Each entry is added, updates what is there (what was missing is filled in, nothing is overwritten), is merged
    with what is there and has nothing new, or is refused with the reason. A publication is known by its DOI, else by
    title, year and the first author's family name; so running it again adds nothing. A broken entry costs no other,
    and a file that cannot be read no other file. What Crossref, OpenAlex and ORCID answered (one answer a file, or of
    JSON one a line) and lists of papers (JSON lines) are read with --as. Fields by which a reference manager keeps
    house (file, owner, timestamp, groups…) hold paths and names of its users, and are not kept.

    QUERY is DOIs, ORCID iDs, ids of OpenAlex, or a source's own parameters. Where a source fails on the way, what was
    read is kept, and it is said how to go on. The exit status is 2 if no file could be read, 1 if the source failed.

    \b
    Examples:
      scholarnet import publications library.bib zotero.ris items.json
      scholarnet import publications --as bibtex references.txt
      scholarnet import publications --as papers --authors-by-name papers.jsonl.gz
      scholarnet import publications --from crossref 10.1371/journal.pone.0033693
      scholarnet import publications --from openalex "filter=author.orcid:0000-0002-1825-0097"
      scholarnet import publications --from orcid 0000-0002-1825-0097
    """
    if source and format_name:
        raise click.UsageError("--as is for files, and --from for a source; name one of them")
    config = Config.from_environment()
    with ready_engine(config) as engine, steps() as begin:
        batches = Batches(engine, authors_by_name=authors_by_name, is_vouched=True)
        if source:
            query = " ".join(files)
            found, word = import_source(batches, source, query, settings=config.sources(), show=begin)
            results, status = {source: found}, 0
            if word:
                click.echo(word, err=True)
                status = 1
        else:
            results = _import_files(batches, files, format_name, begin)
            status = 0 if results else 2
    if results:
        _report(results)
    raise click.exceptions.Exit(status)


def _import_files(
    batches: Batches, files: tuple[str, ...], format_name: str | None, begin: Callable[[str], None]
) -> dict[str, list[Result]]:
    """Import one file after the other, and say which cannot be read."""
    results: dict[str, list[Result]] = {}
    for file in files:
        begin(f"Importing {file}")
        try:
            entries, note = read_bibliography(Path(file), name=format_name)
        except InputError as error:
            click.echo(str(error), err=True)
            continue
        if note:
            click.echo(f"{file}: {note}", err=True)
        results[file] = [result for batch in chunks(entries, BATCH) for result in batches.add(batch)]
    return results


def _report(results: dict[str, list[Result]]) -> None:
    for name, entries in results.items():
        for entry in entries:
            if entry.outcome is Outcome.REFUSED:
                click.echo(f"{name}:{entry.line}: {entry.key or 'an entry without a key'}: {entry.reason}")
    table = Table("file", *Outcome, "entries", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    table.columns[0].overflow = "fold"
    counts = {name: Counter(entry.outcome for entry in entries) for name, entries in results.items()}
    if len(counts) > 1:
        counts["together"] = sum(counts.values(), Counter())
    for name, count in counts.items():
        table.add_row(name, *(f"{count[outcome]:,}" for outcome in Outcome), f"{count.total():,}")
    console = Console(highlight=False, markup=False)
    console.width = max(console.width, max(map(len, counts)) + 48)  # not folded where nobody watches
    console.print(table)
