"""A catalogue of works over the network: single works by their ids, and lists, page by page behind a cursor."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from urllib.parse import urlencode

from scholarnet.sources.failures import Incomplete, NotThere, TooMany, WrongShape, going_on_with
from scholarnet.sources.polite_client import PoliteClient
from scholarnet.sources.references import Entry, Flaw
from scholarnet.sources.source_queries import ids_of, parameters_of

FIRST = "*"


@dataclass(frozen=True, slots=True)
class Page:
    """Works as the catalogue has them, how many there are in all, and the cursor of the next page, if it tells."""

    works: Any
    total: Any
    cursor: Any


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a catalogue is asked, and what its answers mean; `sent` goes with every request, `paging` with lists.

    `id_of` says which work a word names and `path_of` where it is; `authors_of` makes of a query that names people
    the parameters that find their works. `work_of` and `page_of` return None for what they do not know.
    """

    sent: Mapping[str, str]
    paging: Mapping[str, str]
    allowed: tuple[str, ...]
    what: str
    id_of: Callable[[str], str | None]
    path_of: Callable[[str], str]
    authors_of: Callable[[str], dict[str, str]]
    work_of: Callable[[Any], Any]
    page_of: Callable[[Any], Page | None]
    read: Callable[[int, Iterable[Any]], Iterator[Entry]]


@dataclass(slots=True)
class Catalogue:
    """See :class:`scholarnet.sources.remote.Source`."""

    open_client: Callable[[], PoliteClient]
    dialect: Dialect
    expected: int | None = None

    def entries(self, query: str) -> Iterator[Entry]:
        """Yield the works that are named, of people that are named, or that parameters find."""
        said = self.dialect
        if works := ids_of(query, said.id_of):
            self.expected = len(works)
            return self._works(works)
        return self._found(said.authors_of(query) or parameters_of(query, allowed=said.allowed, what=said.what))

    def _works(self, works: list[str]) -> Iterator[Entry]:
        with self.open_client() as client:
            for at, work in enumerate(works):
                with going_on_with(" ".join(works[at:])):
                    entry = self._work(client, work)
                yield from numbered([entry], after=at)

    def _work(self, client: PoliteClient, work: str) -> Entry:
        try:
            found = self.dialect.work_of(client.get(self.dialect.path_of(work), self.dialect.sent))
        except NotThere:
            return Flaw(0, work, f"{client.name} does not know it; check the id, or ask another source")
        if found is None:
            raise wrong_shape(client.name)
        return next(self.dialect.read(0, [found]))

    def _found(self, asked: dict[str, str]) -> Iterator[Entry]:
        """Yield the entries of all pages; a failure says which cursor to go on with, and so does what is too much.

        Crossref's cursor stands for where it is in a list: where an answer was lost on the way, a page is missing.
        """
        with self.open_client() as client:
            cursor, seen, left = asked.get("cursor") or FIRST, 0, 0
            while cursor:
                with going_on_with(urlencode({**asked, "cursor": cursor})):
                    page = self._page(client, {**asked, "cursor": cursor}, seen)
                is_told = isinstance(page.total, int) and "cursor" not in asked  # else it is of more than is read
                self.expected = page.total if is_told else None
                yield from numbered(self.dialect.read(0, page.works), after=seen)
                seen += len(page.works)
                left = (self.expected or 0) - seen if is_told else 0
                is_over = not page.works or (is_told and left <= 0)
                cursor = page.cursor if isinstance(page.cursor, str) and not is_over else ""
            if left > 0:
                msg = f"{client.name} ended {left:,} short of the {seen + left:,} that it told of; ask again"
                raise Incomplete(msg, go_on=urlencode(asked))

    def _page(self, client: PoliteClient, asked: dict[str, str], seen: int) -> Page:
        most = client.settings.most_entries
        if seen >= most:
            msg = f"{client.name} has more than the {most:,} entries that are read at a time; go on with the rest"
            raise TooMany(msg)
        answer = client.get("/works", {**asked, **self.dialect.paging, **self.dialect.sent})
        page = self.dialect.page_of(answer)
        if page is None or not isinstance(page.works, list):
            raise wrong_shape(client.name)
        return page


def numbered(entries: Iterable[Entry], *, after: int) -> Iterator[Entry]:
    """Give entries their numbers as lines."""
    return (replace(entry, line=number) for number, entry in zip(count(after + 1), entries, strict=False))


def wrong_shape(name: str) -> WrongShape:
    """The failure of an answer that has not the parts it is known by."""
    return WrongShape(f"{name} answered in a shape that is not known; check its configured address, or try later")
