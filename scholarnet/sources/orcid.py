"""ORCID over the network (public API v3.0): what the records of ORCID iDs list as works."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scholarnet.errors import BadQuery
from scholarnet.sources.catalogue import numbered, wrong_shape
from scholarnet.sources.failures import NotThere, TooMany, going_on_with
from scholarnet.sources.orcid_works import codes_of, orcid_entries, owner_of
from scholarnet.sources.polite_client import PoliteClient
from scholarnet.sources.references import Entry, Flaw, Name
from scholarnet.sources.source_queries import ids_of, orcid_of

IN_BULK = 100  # works that ORCID gives in one answer
START = re.compile(r"(\S+?)(?:&skip=([0-9]{1,6}))?,?")


@dataclass(slots=True)
class Orcid:
    """See :class:`scholarnet.sources.remote.Source`. An iD may have ``&skip=`` and the number of works to pass over."""

    open_client: Callable[[], PoliteClient]
    expected: int | None = None

    def entries(self, query: str) -> Iterator[Entry]:
        """Yield the works of each record, in its order."""
        starts = ids_of(query, _start_of)
        if not starts:
            msg = f"{query[:80]!r} is not an ORCID iD such as 0000-0002-1825-0097, nor several with spaces between"
            raise BadQuery(msg)
        return self._records(starts)

    def _records(self, starts: list[str]) -> Iterator[Entry]:
        seen = 0
        with self.open_client() as client:
            for at, start in enumerate(starts):
                orcid, _, skip = start.partition("&skip=")
                for entry in numbered(self._record(client, orcid, int(skip), starts[at + 1 :]), after=seen):
                    seen += 1
                    yield entry

    def _record(self, client: PoliteClient, orcid: str, skip: int, later: list[str]) -> Iterator[Entry]:
        with going_on_with(_joined(orcid, skip, later)):
            try:
                codes = codes_of(client.get(f"/{orcid}/works", {}))
                if codes is None:
                    raise wrong_shape(client.name)
                owner = _owner(client, orcid)
            except NotThere as missing:
                self._count(1)
                yield Flaw(0, orcid, missing.message)
                return
        self._count(max(0, len(codes) - skip))
        for begin in range(skip, len(codes), IN_BULK):
            with going_on_with(_joined(orcid, begin, later)):
                if begin - skip >= client.settings.most_entries:
                    most = client.settings.most_entries
                    raise TooMany(f"{client.name} has more works of {orcid} than the {most:,} that are read at a time")
                found = _bulk(client, orcid, codes[begin : begin + IN_BULK], owner)
            yield from found

    def _count(self, n_more: int) -> None:
        self.expected = (self.expected or 0) + n_more


def _start_of(word: str) -> str | None:
    found = START.fullmatch(word)
    orcid = orcid_of(found[1]) if found else None
    return f"{orcid}&skip={int(found[2] or 0)}" if found and orcid else None


def _joined(orcid: str, skip: int, later: list[str]) -> str:
    return " ".join([f"{orcid}&skip={skip}", *later]).replace("&skip=0", "")


def _owner(client: PoliteClient, orcid: str) -> Name | None:
    said = client.get(f"/{orcid}/person", {})
    return owner_of({"orcid-identifier": {"path": orcid}, "person": said})


def _bulk(client: PoliteClient, orcid: str, codes: list[str], owner: Name | None) -> list[Entry]:
    """One entry for each code, whatever comes."""
    answer = client.get(f"/{orcid}/works/{','.join(codes)}", {})
    if not isinstance(answer, dict) or not isinstance(answer.get("bulk"), list):
        raise wrong_shape(client.name)
    found = list(orcid_entries(answer, owner))[: len(codes)]
    left = Flaw(0, "", f"{client.name} left a work of {orcid} out of its answer; ask again later")
    return found + [left] * (len(codes) - len(found))
