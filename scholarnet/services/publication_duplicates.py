"""Publications that may be the same work: what agrees, and what speaks against it.

Whole libraries are gone through in the order of titles, each publication held against the next few of its title: the
work grows with the publications, however many share a title such as "Editorial".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from scholarnet.models import Publication, PublicationType, Researcher
from scholarnet.models.publication import title_key
from scholarnet.permissions import live_publications
from scholarnet.services.publications import WITH_AUTHORS

MOST, MOST_READ = 20, 100  # candidates that are told of one publication, and those that are looked at
NEXT = 3  # publications of the same title that each is held against in the list of all
SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
VERSION = re.compile(r"[./]?v\d{1,2}$")
VERSIONS = ("", *(f"{mark}v{number}" for mark in ("", ".", "/") for number in range(1, 10)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """`agrees` are of doi, title, year and authors; `against` says in words what speaks against it."""

    publication: Publication
    agrees: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def is_likely(self) -> bool:
        """Whether the DOI agrees, or title and year do and nothing speaks against it."""
        return "doi" in self.agrees or ({"title", "year"} <= set(self.agrees) and not self.against)


class Place(NamedTuple):
    """Where in the list of all duplicates a publication stands."""

    title_key: str
    year: int
    public_id: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """A publication, and what stands behind it in the list and is likely the same."""

    publication: Publication
    duplicates: list[Candidate]


def compare(one: Publication, other: Publication) -> Candidate:
    """Return `other` as a candidate for being `one`; the authors of both must be loaded."""
    agrees, against = [], []
    is_pair = (one.type is PublicationType.PREPRINT) is not (other.type is PublicationType.PREPRINT)
    if one.doi and other.doi:
        if _unversioned(one.doi) == _unversioned(other.doi):
            agrees.append("doi")
        elif not is_pair:
            against.append("each has a DOI of its own")
    (agrees if one.title_key == other.title_key else against).append(
        "title" if one.title_key == other.title_key else "the titles differ"
    )
    if one.year == other.year or (is_pair and abs(one.year - other.year) == 1):
        agrees.append("year")
    else:
        against.append(f"the years are {one.year} and {other.year}")
    ours, theirs = _families(one), _families(other)
    if ours and theirs:
        if ours[0] == theirs[0] or set(ours) <= set(theirs) or set(theirs) <= set(ours):
            agrees.append("authors")
        else:
            against.append("the first authors differ" if set(ours) & set(theirs) else "no author is in both")
    if one.type is not other.type and not is_pair:
        against.append(f"the types are {one.type} and {other.type}")
    return Candidate(other, tuple(agrees), tuple(against))


def find_duplicates(session: Session, *, publication: Publication) -> list[Candidate]:
    """Return what may be the same work as `publication`, what agrees most first; MOST at most."""
    alike = and_(
        Publication.title_key == publication.title_key,
        Publication.year.between(publication.year - 1, publication.year + 1),
    )
    if publication.doi:
        root = _unversioned(publication.doi)
        alike = or_(alike, Publication.doi.in_([root + version for version in VERSIONS]))
    rows = session.scalars(
        select(Publication)
        .where(live_publications(), alike, Publication.id != publication.id)
        .options(*WITH_AUTHORS)
        .order_by(Publication.public_id)
        .limit(MOST_READ)
    )
    found = [compare(publication, row) for row in rows]
    return sorted(found, key=lambda one: (not one.is_likely, -len(one.agrees), len(one.against)))[:MOST]


def list_duplicates(session: Session, *, after: Place | None, limit: int) -> tuple[list[Likeness], Place | None]:
    """Return a page of likely duplicates, and where the next begins, if there is one.

    It looks at `limit` publications whose title another has, so it may hold fewer, even none, and still not be the
    last.
    """
    columns = (Publication.title_key, Publication.year, Publication.public_id)
    behind = [
        func.lead(column, step).over(order_by=columns).label(f"{column.key}_{step}")
        for step in range(1, NEXT + 1)
        for column in columns
    ]
    scan = select(*columns, *behind).where(live_publications())
    if after is not None:
        scan = scan.where(tuple_(*columns) > tuple_(*after))
    rows = scan.subquery()
    c = rows.c
    query = (
        select(rows)
        .where(c.title_key_1 == c.title_key, c.year_1 - c.year <= 1)
        .order_by(c.title_key, c.year, c.public_id)
        .limit(limit + 1)
    )
    found = session.execute(query).all()
    groups = [_group(row) for row in found[:limit]]
    known = _read(session, [place.public_id for group in groups for place in group])
    page = [_likeness([known[place.public_id] for place in group]) for group in groups]
    return [one for one in page if one.duplicates], groups[-1][0] if len(found) > limit else None


def _group(row: Sequence[object]) -> list[Place]:
    """A publication, and those behind it that have its title and a year near it."""
    places = [Place(*row[at : at + 3]) for at in range(0, 3 * (NEXT + 1), 3)]  # type: ignore[arg-type]
    first = places[0]
    return [one for one in places if one.title_key == first.title_key and one.year - first.year <= 1]


def _likeness(group: list[Publication]) -> Likeness:
    first, *others = group
    return Likeness(first, [one for one in (compare(first, other) for other in others) if one.is_likely])


def _read(session: Session, public_ids: list[str]) -> dict[str, Publication]:
    query = select(Publication).where(Publication.public_id.in_(public_ids)).options(*WITH_AUTHORS)
    return {publication.public_id: publication for publication in session.scalars(query)}


def family_of(name: str) -> str:
    """Return the last word of a name that is no suffix: so 'van Gogh' and 'Gogh' are one."""
    words = [word for word in title_key(name).split() if word not in SUFFIXES]
    return words[-1] if words else ""


def same_name(one: Researcher, other: Researcher) -> bool:
    """Whether two names in the lists of authors of one work may be one person's: family name and first initial."""
    if family_of(one.name) != family_of(other.name):
        return False
    initials = {key[:1] for key in (title_key(one.name), title_key(other.name)) if " " in key}
    return len(initials) < 2


def _families(publication: Publication) -> list[str]:
    return [family_of(authorship.researcher.name) for authorship in publication.authorships]


def _unversioned(doi: str) -> str:
    return VERSION.sub("", doi)
