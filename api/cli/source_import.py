"""Publications out of a source that is asked over the network: batch by batch, so that what was read is kept."""

import shlex
from collections.abc import Callable, Iterator
from itertools import count
from typing import cast

from api.import_batches import Batches
from scholarnet.services.import_publications import BATCH, Result
from scholarnet.sources.references import Entry
from scholarnet.sources.remote import Source, SourceFailure, SourceName, SourceSettings, open_source


def import_source(
    batches: Batches, name: str, query: str, *, settings: SourceSettings, show: Callable[[str], None]
) -> tuple[list[Result], str]:
    """Import what a source answers; return the results and, if it failed on the way, why and how to go on."""
    source = open_source(cast(SourceName, name), settings=settings)
    results: list[Result] = []
    batch: list[Entry] = []
    word = ""
    try:
        for entry in _shown(source, source.entries(query), name, show):
            batch.append(entry)
            if len(batch) == BATCH:
                results += batches.add(batch)
                batch = []
    except SourceFailure as failure:
        word = failure.message
        if failure.go_on:
            rest = f"--from {name} {shlex.quote(failure.go_on)}"
            word += f". What was read is kept; go on with: scholarnet import publications {rest}"
    return results + (batches.add(batch) if batch else []), word


def _shown(source: Source, entries: Iterator[Entry], name: str, show: Callable[[str], None]) -> Iterator[Entry]:
    for number, entry in zip(count(1), entries, strict=False):
        total = f" of {source.expected:,}" if source.expected else ""
        show(f"Importing from {name}: {number:,}{total}")
        yield entry
