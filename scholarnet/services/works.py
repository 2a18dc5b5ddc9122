"""What reputations are counted from, besides scores: works, who cites them, who people are, when reviews were made.

There may be a million works and ten million citations, so they are read into arrays, a part at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as column
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, starmap
from typing import Any

import numpy as np
from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session

from scholarnet.models import (
    Authorship,
    Citation,
    Identity,
    Post,
    Publication,
    PublicationType,
    Researcher,
    Review,
    ReviewRevision,
)
from scholarnet.permissions import live_publications, public_posts
from scoring.arrays import Ints, numbered
from scoring.independence import Bylines, independent

ROWS = 50_000  # that are held as rows at a time
TYPES = tuple(PublicationType)
START, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
YEARS = 4095  # the last one that `scoring.independence` takes


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Publications:
    """n publications in the order of their ids, int64[n] each.

    `field` are places in `fields`, `type` in TYPES, `venue` ids or -1 where there is none; `n_citations` are the
    independent ones, of `n_known` that are known here. The m authorships, in the order of publication and researcher,
    are `work`, the place of the publication, and `author`, the researcher's id, int64[m].
    """

    id: Ints = column(default_factory=_none)
    field: Ints = column(default_factory=_none)
    year: Ints = column(default_factory=_none)
    type: Ints = column(default_factory=_none)
    venue: Ints = column(default_factory=_none)
    n_citations: Ints = column(default_factory=_none)
    n_known: Ints = column(default_factory=_none)
    fields: tuple[str | None, ...] = ()
    work: Ints = column(default_factory=_none)
    author: Ints = column(default_factory=_none)

    def __len__(self) -> int:
        return len(self.id)

    @property
    def cell(self) -> Ints:
        """One code for each field × year × type."""
        first = int(self.year.min(initial=0))
        years = self.year - first
        keys = (self.field * (int(years.max(initial=0)) + 1) + years) * len(TYPES) + self.type
        return numbered(keys)

    @property
    def n_authors(self) -> Ints:
        """How many authors each has; 1 where none is known."""
        return np.maximum(np.bincount(self.work, minlength=len(self)), 1)


@dataclass(frozen=True, slots=True)
class Profile:
    """What puts a person into a cohort."""

    field: str | None
    career_start: int | None


@dataclass(frozen=True, slots=True)
class Works:
    """`spoken_at`, int64[reviews], is when each of the snapshot's got what it says, in microseconds since 1970."""

    publications: Publications
    profiles: dict[int, Profile]
    spoken_at: Ints


def read_works(session: Session) -> Works:
    """Read all of it, in a number of statements that does not grow."""
    return Works(_publications(session), _profiles(session), _spoken_at(session))


def read_parts(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Row[Any]]]:
    """The rows of a query, so many at a time."""
    return session.connection().execute(query, execution_options={"yield_per": ROWS}).partitions()


def read_integers(session: Session, query: Select[*tuple[Any, ...]], n_columns: int) -> Ints:
    """The rows of a query of whole numbers, int64[n_columns, n]."""
    parts = [np.fromiter(chain.from_iterable(rows), dtype=np.int64) for rows in read_parts(session, query)]
    return np.concatenate([_none(), *parts]).reshape(-1, n_columns).T.copy()


def _publications(session: Session) -> Publications:
    columns = (Publication.id, Publication.year, func.coalesce(Publication.venue_id, -1))
    ids, year, venue = read_integers(session, select(*columns).where(live_publications()).order_by(Publication.id), 3)
    kinds = select(Publication.field, Publication.type).where(live_publications()).order_by(Publication.id)
    named = session.execute(kinds)
    fields: dict[str | None, int] = {}
    codes = np.array(
        [(fields.setdefault(name, len(fields)), TYPES.index(kind)) for name, kind in named], dtype=np.int64
    )
    wrote = select(Authorship.publication_id, Authorship.researcher_id)
    of_work, author = read_integers(session, wrote.order_by(*wrote.selected_columns), 2)
    work = np.searchsorted(ids, of_work)
    citing, cited = np.searchsorted(ids, read_integers(session, select(Citation.citing_id, Citation.cited_id), 2))
    people, person = np.unique(author, return_inverse=True)
    bylines = Bylines.of(work, person, len(ids), len(people))
    counts = independent(bylines, np.clip(year, 0, YEARS), citing, cited)
    return Publications(
        id=ids,
        field=codes.reshape(-1, 2)[:, 0],
        year=year,
        type=codes.reshape(-1, 2)[:, 1],
        venue=venue,
        n_citations=np.bincount(cited[counts], minlength=len(ids)),
        n_known=np.bincount(cited, minlength=len(ids)),
        fields=tuple(fields),
        work=work,
        author=author,
    )


def _profiles(session: Session) -> dict[int, Profile]:
    """Of everybody: who earns anything is known only once it has been counted."""
    rows = session.execute(select(Researcher.id, Researcher.fields, Researcher.career_start))
    return {row.id: Profile(next(iter(row.fields), None), row.career_start) for row in rows}


def _spoken_at(session: Session) -> Ints:
    """A rating that was revised is as old as its revision: who agrees afterwards has foreseen nothing.

    Of an unsigned review only the day is known to anybody, and so here.
    """
    query = (
        select(
            Review.identity,
            Review.created_on,
            func.coalesce(ReviewRevision.created_at, Review.created_at, type_=Review.created_at.type).label("at"),
        )
        .join(Post)
        .outerjoin(
            ReviewRevision,
            and_(ReviewRevision.review_id == Review.id, ReviewRevision.number == Review.revision_number),
        )
        .where(Review.withdrawn_at.is_(None), public_posts())
        .order_by(Review.id)
    )
    parts = [np.array(list(starmap(_microseconds, rows)), dtype=np.int64) for rows in read_parts(session, query)]
    return np.concatenate([_none(), *parts])


def _microseconds(identity: Identity, day: date, at: datetime) -> int:
    return microseconds(at if identity is Identity.SIGNED else datetime.combine(day, time(), UTC))


def microseconds(moment: datetime) -> int:
    """A moment in whole microseconds since 1970."""
    return (moment - START) // MICROSECOND
