"""Outside sources that are asked over the network: Crossref, OpenAlex, ORCID, with one face."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, get_args

from scholarnet.errors import Unavailable
from scholarnet.sources.references import Entry

SourceName: TypeAlias = Literal["crossref", "openalex", "orcid"]
NAMES: tuple[SourceName, ...] = get_args(SourceName)


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """Who asks, whom, and how long it may take; times in seconds, sizes in bytes.

    `contact` is an address that the sources may write to; with one Crossref and OpenAlex answer faster. Addresses are
    https, or http on this machine.
    """

    contact: str = ""
    crossref_url: str = "https://api.crossref.org"
    openalex_url: str = "https://api.openalex.org"
    openalex_key: str = ""
    orcid_url: str = "https://pub.orcid.org/v3.0"
    request_seconds: float = 30.0
    total_seconds: float = 900.0
    largest_answer: int = 1 << 25
    most_entries: int = 10_000


class SourceFailure(Unavailable):
    """A source did not give what was asked of it. What was read until then is good.

    `go_on` is the query that gives the rest, or "" where there is nothing to go on with. Each fact is a subclass.
    """

    def __init__(self, message: str, *, go_on: str = "") -> None:
        super().__init__(message)
        self.go_on = go_on


class Source(Protocol):
    """A source; one is good for one query."""

    expected: int | None
    """How many entries there will be; None until the source has told, and where it does not tell."""

    def entries(self, query: str) -> Iterator[Entry]:
        """Yield what the source answers, as it comes; `line` of an entry is its number in the answer, from 1.

        `query` is a DOI or several with spaces between, an ORCID iD, an OpenAlex id, or a source's own parameters,
        such as ``query=liver&filter=type:journal-article``. What is not there is a Flaw, and the others come. Raises
        SourceFailure, BadQuery for what the source cannot be asked. Who stops halfway closes the iterator.
        """


def open_source(name: SourceName, *, settings: SourceSettings) -> Source:
    """Return the source of that name; nothing is sent before its entries are asked for."""
    raise NotImplementedError(name, settings)
