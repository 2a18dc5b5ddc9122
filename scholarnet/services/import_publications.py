"""Importing publications from bibliographies: each entry added, put together with what is there, or refused.

An entry is the publication of its DOI; else the earliest with its title and year, unless both have first authors of
different family names, or both have DOIs. What that publication lacks is filled in, and nothing it has is changed, but
the number of its citations, which only grows. So each entry finds the same publication again: importing a second time
adds and updates nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scholarnet.db import add_missing, chunks, now
from scholarnet.errors import Invalid
from scholarnet.models import Authorship, Confirmation, Publication, PublicationType, Researcher, Venue, VenueKind
from scholarnet.models.publication import title_key
from scholarnet.services.publications import WITH_AUTHORS
from scholarnet.services.references import LONGEST_VENUE, extra_of
from scholarnet.services.researchers import clean_orcid, find_by_orcid
from scholarnet.sources.references import TYPE_NAMES, Entry, Flaw, Name, Reference

BATCH = 500  # entries that are matched and written together
FIRST_YEAR = 1400
LONGEST = {"title": 2_000, "abstract": 50_000, "name": 200}
SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
KINDS = {PublicationType.ARTICLE: VenueKind.JOURNAL, PublicationType.PROCEEDINGS: VenueKind.CONFERENCE}


class Outcome(StrEnum):
    """What became of an entry: `merged` is one that was there and had nothing new."""

    ADDED = "added"
    UPDATED = "updated"
    MERGED = "merged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """An entry by its line and key, and what became of it; a refusal has a reason."""

    line: int
    key: str
    outcome: Outcome
    reason: str = ""


def import_publications(session: Session, entries: Sequence[Entry]) -> list[Result]:
    """Add the entries of one file, in their order; return one result for each.

    Authors become unclaimed researchers, one for each authorship: names do not identify a person, ORCID iDs do.
    """
    results: list[Result] = []
    for batch in chunks(entries, BATCH):
        objections = [_objection(entry) for entry in batch]
        good = [one for one, reason in zip(batch, objections, strict=True) if isinstance(one, Reference) and not reason]
        shelf = _fetch(session, good)
        for entry, reason in zip(batch, objections, strict=True):
            outcome = Outcome.REFUSED if reason or isinstance(entry, Flaw) else shelf.take(session, entry)
            results.append(Result(entry.line, entry.key, outcome, reason))
        session.flush()
    return results


def _objection(entry: Entry) -> str:
    """Why an entry cannot be a publication, or nothing."""
    if isinstance(entry, Flaw):
        return entry.reason
    if not entry.title:
        return "has no title"
    if entry.year is None:
        return "has no year"
    if not FIRST_YEAR <= entry.year <= now().year + 1:
        return f"has the year {entry.year}; it must be {FIRST_YEAR} to {now().year + 1}"
    texts = [
        ("title", entry.title),
        ("abstract", entry.abstract or ""),
        *(("name", one.display) for one in entry.authors),
    ]
    return next(
        (
            f"has a {what} of {len(text):,} characters; at most {LONGEST[what]:,} are allowed"
            for what, text in texts
            if len(text) > LONGEST[what]
        ),
        "",
    )


@dataclass(slots=True)
class _Shelf:
    """What is there already of the entries of a batch, and what they added."""

    venues: dict[str, Venue]
    people: dict[str, Researcher]
    by_doi: dict[str, Publication] = field(default_factory=dict)
    by_title: dict[tuple[str, int], list[Publication]] = field(default_factory=dict)

    def put(self, publication: Publication) -> None:
        """Make it findable."""
        if publication.doi:
            self.by_doi[publication.doi] = publication
        self.by_title.setdefault((title_key(publication.title), publication.year), []).append(publication)

    def take(self, session: Session, reference: Reference) -> Outcome:
        """Find what the reference is, and fill it, or add it."""
        known = self._find(reference)
        if known is not None:
            return Outcome.UPDATED if self._fill(known, reference) else Outcome.MERGED
        new = Publication(
            title=reference.title,
            year=reference.year,
            type=reference.type,
            doi=reference.doi,
            abstract=reference.abstract,
            citation_count=reference.citation_count,
            venue=self.venues.get(reference.venue or ""),
            extra=extra_of(reference),
            authorships=self._authorships(reference),
        )
        session.add(new)
        self.put(new)
        return Outcome.ADDED

    def _find(self, reference: Reference) -> Publication | None:
        if reference.doi in self.by_doi:
            return self.by_doi[reference.doi]
        same = self.by_title.get((title_key(reference.title), reference.year or 0), ())
        return next((one for one in same if _may_be(one, reference)), None)

    def _fill(self, known: Publication, reference: Reference) -> bool:
        """Fill in what is missing, and say whether anything was."""
        new: dict[str, Any] = {
            "doi": reference.doi,
            "abstract": reference.abstract,
            "venue": self.venues.get(reference.venue or ""),
            "authorships": None if known.authorships else self._authorships(reference),
        }
        filled = {name: value for name, value in new.items() if value and not getattr(known, name)}
        said = extra_of(reference)
        if reference.type is not known.type:
            said = {name: value for name, value in said.items() if name not in TYPE_NAMES}
        extra = said | known.extra
        if "authorships" not in filled and "author" not in known.extra:
            extra.pop("author", None)  # the parts of other names
        if reference.citation_count > known.citation_count:
            filled["citation_count"] = reference.citation_count
        if extra != known.extra:
            filled["extra"] = extra
        for name, value in filled.items():
            setattr(known, name, value)
        if "doi" in filled:
            self.by_doi[reference.doi or ""] = known
        return bool(filled)

    def _authorships(self, reference: Reference) -> list[Authorship]:
        """One for each person, in order."""
        people = list(dict.fromkeys(self._person(name) for name in reference.authors))
        return [
            Authorship(researcher=person, position=at, confirmed_by=Confirmation.ORCID if person.is_claimed else None)
            for at, person in enumerate(people, start=1)
        ]

    def _person(self, name: Name) -> Researcher:
        orcid = _orcid(name)
        if orcid is None:
            return Researcher(name=name.display)
        return self.people.setdefault(orcid, Researcher(name=name.display, orcid=orcid))


def _may_be(known: Publication, reference: Reference) -> bool:
    """Whether a publication of the same title and year is the same work."""
    if known.doi and reference.doi:
        return False
    theirs = _family(known.authorships[0].researcher.name) if known.authorships else ""
    ours = _family(reference.authors[0].display) if reference.authors else ""
    return not theirs or not ours or theirs == ours


def _family(name: str) -> str:
    """The last word of a name that is no suffix: so 'van Gogh' and 'Gogh' are one."""
    words = [word for word in title_key(name).split() if word not in SUFFIXES]
    return words[-1] if words else ""


def _orcid(name: Name) -> str | None:
    try:
        return clean_orcid(name.orcid) if name.orcid else None
    except Invalid:
        return None


def _fetch(session: Session, references: Sequence[Reference]) -> _Shelf:
    """Read what the entries of a batch might be or need, in a number of statements that does not grow."""
    shelf = _Shelf(_venues(session, references), _people(session, references))
    dois = {one.doi for one in references if one.doi}
    titles = {title_key(one.title) for one in references}
    query = (
        select(Publication)
        .where(or_(Publication.doi.in_(dois), Publication.title_key.in_(titles)))
        .options(*WITH_AUTHORS)
        .order_by(Publication.id)
    )
    for publication in session.scalars(query):
        shelf.put(publication)
    return shelf


def _venues(session: Session, references: Sequence[Reference]) -> dict[str, Venue]:
    kinds = {
        one.venue: KINDS.get(one.type, VenueKind.OTHER)
        for one in reversed(references)
        if one.venue and len(one.venue) <= LONGEST_VENUE
    }
    add_missing(session, Venue, [{"name": name, "kind": kind} for name, kind in sorted(kinds.items())])
    return {venue.name: venue for venue in session.scalars(select(Venue).where(Venue.name.in_(kinds)))}


def _people(session: Session, references: Sequence[Reference]) -> dict[str, Researcher]:
    orcids = {orcid for one in references for name in one.authors if (orcid := _orcid(name))}
    return find_by_orcid(session, orcids=orcids)
