"""Importing publications from bibliographies: each entry added, put together with what is there, or refused.

An entry is the publication of its DOI; else the earliest with its title and year, unless both have DOIs, or first
authors of different family names and no ORCID iD in common. What that publication lacks is filled in, and nothing it
has is changed, but the number of its citations, which only grows. What was merged into another is known as it was
before, and leads to that. So each entry finds the same publication again: importing a second time adds and updates
nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from scholarnet.db import add_missing, chunks, now
from scholarnet.models import (
    Authorship,
    Confirmation,
    Outcome,
    Publication,
    PublicationType,
    Researcher,
    Venue,
    VenueKind,
)
from scholarnet.models.publication import title_key
from scholarnet.services.import_authors import People, find_people
from scholarnet.services.merged_publications import Merged, read_merged
from scholarnet.services.publication_duplicates import family_of
from scholarnet.services.publications import WITH_AUTHORS
from scholarnet.services.references import LONGEST_VENUE, extra_of, fill_extra
from scholarnet.sources.references import Entry, Flaw, Reference

BATCH = 500  # entries that are matched and written together
IMPORTING = 0x1390  # the lock that PostgreSQL gives to one import at a time
FIRST_YEAR = 1400
LONGEST = {"title": 2_000, "abstract": 50_000, "name": 200}
KINDS = {PublicationType.ARTICLE: VenueKind.JOURNAL, PublicationType.PROCEEDINGS: VenueKind.CONFERENCE}


@dataclass(frozen=True, slots=True)
class Result:
    """An entry by its line and key, and what became of it: a publication, or a refusal with a reason."""

    line: int
    key: str
    outcome: Outcome
    publication: Publication | None = None
    reason: str = ""


def import_publications(
    session: Session,
    entries: Sequence[Entry],
    *,
    importer_id: int | None = None,
    authors_by_name: bool = False,
    is_vouched: bool = False,
) -> list[Result]:
    """Add the entries of one file, in their order, as entered by the importer; return one result for each.

    Authors become unclaimed researchers, one for each authorship: names do not identify a person, ORCID iDs do. Nor
    is what the importer's own name stands on theirs for that. With `authors_by_name`, for lists that somebody takes
    care of, one name at one venue is one person, as in its reviews. An iD shows that an account wrote a work only where
    the entries are `is_vouched`: asked of a source by this server, or brought by its operator. A file of anybody's may
    name whomever it likes.
    """
    _queue_up(session)
    results: list[Result] = []
    for batch in chunks(entries, BATCH):
        objections = [_objection(entry) for entry in batch]
        good = [one for one, reason in zip(batch, objections, strict=True) if isinstance(one, Reference) and not reason]
        people = find_people(session, good, is_by_name=authors_by_name)
        shelf = _Shelf(_venues(session, good), people, importer_id, is_vouched)
        _put_known(session, good, shelf)
        for entry, reason in zip(batch, objections, strict=True):
            if reason or isinstance(entry, Flaw):
                results.append(Result(entry.line, entry.key, Outcome.REFUSED, reason=reason))
            else:
                results.append(Result(entry.line, entry.key, *shelf.take(session, entry)))
        session.flush()
    return results


def _queue_up(session: Session) -> None:
    """Have imports read and write one after the other, since no unique key tells works without a DOI apart.

    On SQLite whoever may write is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(IMPORTING)))


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
    people: People
    importer_id: int | None = None
    is_vouched: bool = False
    by_doi: dict[str, Publication] = field(default_factory=dict)
    by_title: dict[tuple[str, int], list[tuple[Publication, Merged | None]]] = field(default_factory=dict)

    def put(self, publication: Publication, merged: Merged | None = None) -> None:
        """Make it findable; `merged` says into what it was, and as what it is known."""
        one = publication if merged is None else merged.into
        if publication.doi:
            self.by_doi[publication.doi] = one
        self.by_title.setdefault((title_key(publication.title), publication.year), []).append((one, merged))

    def take(self, session: Session, reference: Reference) -> tuple[Outcome, Publication]:
        """Find what the reference is, and fill it, or add it."""
        known = self._find(reference)
        if known is not None:
            return Outcome.UPDATED if self._fill(known, reference) else Outcome.MERGED, known
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
            created_by_id=self.importer_id,
        )
        session.add(new)
        self.put(new)
        return Outcome.ADDED, new

    def _find(self, reference: Reference) -> Publication | None:
        if reference.doi in self.by_doi:
            return self.by_doi[reference.doi]
        same = self.by_title.get((title_key(reference.title), reference.year or 0), ())
        return next((one for one, merged in same if _may_be(merged or _known(one), reference)), None)

    def _fill(self, known: Publication, reference: Reference) -> bool:
        """Fill in what is missing, and say whether anything was."""
        new: dict[str, Any] = {
            "doi": reference.doi,
            "abstract": reference.abstract,
            "venue": self.venues.get(reference.venue or ""),
            "authorships": None if known.authorships else self._authorships(reference),
        }
        filled = {name: value for name, value in new.items() if value and not getattr(known, name)}
        is_same_type, takes_authors = reference.type is known.type, "authorships" in filled
        said = extra_of(reference)
        extra = fill_extra(known.extra, said, is_same_type=is_same_type, takes_authors=takes_authors)
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
        proven: dict[Researcher, bool] = {}
        for name in reference.authors:
            person = self.people.person(name, reference.venue)
            proven[person] = proven.get(person, False) or (self.is_vouched and self.people.is_proven(name, person))
        return [
            Authorship(researcher=person, position=at, confirmed_by=Confirmation.ORCID if is_proven else None)
            for at, (person, is_proven) in enumerate(proven.items(), start=1)
        ]


def _known(publication: Publication) -> Merged:
    authors = publication.authorships
    return Merged(publication, publication.doi, family_of(authors[0].researcher.name) if authors else "")


def _may_be(known: Merged, reference: Reference) -> bool:
    """Whether a publication of the same title and year is the same work."""
    if known.doi and reference.doi:
        return False
    theirs_by_id = {one.researcher.orcid for one in known.into.authorships} - {None}
    if any(name.orcid in theirs_by_id for name in reference.authors):
        return True  # a record of ORCID may name nobody but its owner, who need not come first
    ours = family_of(reference.authors[0].display) if reference.authors else ""
    return not known.family or not ours or known.family == ours


def _put_known(session: Session, references: Sequence[Reference], shelf: _Shelf) -> None:
    """Put what the entries of a batch might be onto the shelf, in a number of statements that does not grow."""
    dois = {one.doi for one in references if one.doi}
    titles = {title_key(one.title) for one in references}
    asked = or_(Publication.doi.in_(dois), Publication.title_key.in_(titles))
    into = select(Publication.merged_into_id).where(asked, Publication.merged_into_id.is_not(None))
    query = (
        select(Publication)
        .where(or_(asked, Publication.id.in_(into)))
        .options(*WITH_AUTHORS)
        .order_by(Publication.id)
        .with_for_update(of=Publication, key_share=True)  # so that none of them is merged meanwhile
        .execution_options(populate_existing=True)
    )
    found = session.scalars(query).all()
    merged = read_merged(session, found)
    for publication in found:
        shelf.put(publication, merged.get(publication.id))


def _venues(session: Session, references: Sequence[Reference]) -> dict[str, Venue]:
    kinds = {
        one.venue: KINDS.get(one.type, VenueKind.OTHER)
        for one in reversed(references)
        if one.venue and len(one.venue) <= LONGEST_VENUE
    }
    add_missing(session, Venue, [{"name": name, "kind": kind} for name, kind in sorted(kinds.items())])
    return {venue.name: venue for venue in session.scalars(select(Venue).where(Venue.name.in_(kinds)))}
