"""Outside sources that are asked over the network: Crossref, OpenAlex, ORCID, with one face."""

import time
from collections.abc import Callable, Iterator
from typing import Literal, Protocol, TypeAlias, get_args

from scholarnet.sources.catalogue import Catalogue
from scholarnet.sources.crossref import crossref
from scholarnet.sources.failures import SourceFailure
from scholarnet.sources.openalex import openalex
from scholarnet.sources.orcid import Orcid
from scholarnet.sources.polite_client import PoliteClient
from scholarnet.sources.references import Entry
from scholarnet.sources.source_settings import SourceSettings

__all__ = ["NAMES", "Source", "SourceFailure", "SourceName", "SourceSettings", "open_source"]
SourceName: TypeAlias = Literal["crossref", "openalex", "orcid"]
NAMES: tuple[SourceName, ...] = get_args(SourceName)


class Source(Protocol):
    """A source; one is good for one query."""

    expected: int | None
    """How many entries there will be; None until the source has told, and where it does not tell."""

    def entries(self, query: str) -> Iterator[Entry]:
        """Yield what the source answers, as it comes; `line` of an entry is its number in the answer, from 1.

        `query` is a DOI or several with spaces between, ORCID iDs, OpenAlex ids, or a source's own parameters, such as
        ``query=liver&filter=type:journal-article``. Raises BadQuery at once for what the source cannot be asked. What
        is not there is a Flaw, and the others come; any other failure is a SourceFailure whose `go_on` is the query
        for the rest. Who stops halfway closes the iterator.
        """


def open_source(name: SourceName, *, settings: SourceSettings, wait: Callable[[float], None] = time.sleep) -> Source:
    """Return the source of that name; nothing is sent before its entries are asked for. `wait` takes seconds."""

    def client(title: str, url: str, headers: dict[str, str]) -> Callable[[], PoliteClient]:
        return lambda: PoliteClient(title, url, settings=settings, headers=headers, wait=wait)

    if name == "crossref":
        return Catalogue(client("Crossref", settings.crossref_url, {}), crossref(settings))
    if name == "openalex":
        return Catalogue(client("OpenAlex", settings.openalex_url, {}), openalex(settings))
    token = {"Authorization": f"Bearer {settings.orcid_api_token}"} if settings.orcid_api_token else {}
    return Orcid(client("ORCID", settings.orcid_api_url, token))
