"""How often works are cited, of a person, a work and a venue: information beside scores, never in one.

What is counted are the citations among the publications entered here, those by a work's own authors among them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from scholarnet.db import now
from scholarnet.models import Authorship, Citation, Publication, PublicationType, Researcher, Venue
from scholarnet.permissions import live_publications
from scoring.citations import WINDOW, h_index, i10
from scoring.impact import hazen

MOST_WORKS = 100


class Cell(NamedTuple):
    """What a work is compared within; works of no stated field are compared with each other."""

    field: str | None
    year: int
    type: PublicationType


@dataclass(frozen=True, slots=True)
class WorkMetrics:
    """`percentile` in (0, 1), Hazen's, among the `among` works of its field, year and type; ties share one."""

    id: str
    title: str
    cell: Cell
    citations: int
    percentile: float
    among: int


class YearCitations(NamedTuple):
    """How many works of a year cite somebody."""

    year: int
    citations: int


@dataclass(frozen=True, slots=True)
class ResearcherMetrics:
    """`citations_per_year` without the years that have none; `works` the most cited, MOST_WORKS at most."""

    h_index: int
    i10: int
    n_works: int
    n_citations: int
    citations_per_year: list[YearCitations]
    works: list[WorkMetrics]


@dataclass(frozen=True, slots=True)
class ImpactFactor:
    """Citations in `year` to what the venue published in the two years before, and how many items those are."""

    year: int
    numerator: int
    denominator: int

    @property
    def value(self) -> float:
        return self.numerator / self.denominator


def shallow(counted: WorkMetrics | ResearcherMetrics) -> dict[str, Any]:
    """What was counted by the names of its fields, for more to be set beside it."""
    return {field.name: getattr(counted, field.name) for field in fields(counted)}


def measure_researcher(session: Session, *, researcher: Researcher) -> ResearcherMetrics:
    """Return what a person's works count, in three statements."""
    theirs = select(Authorship.publication_id).where(Authorship.researcher_id == researcher.id)
    works = _works(session, Publication.id.in_(theirs))
    cited = np.array([work.citations for work in works], dtype=np.int64)
    owner = np.zeros(len(works), dtype=np.int64)
    per_year = session.execute(
        select(Publication.year, func.count())
        .join(Citation, Citation.citing_id == Publication.id)
        .where(Citation.cited_id.in_(theirs))
        .group_by(Publication.year)
        .order_by(Publication.year)
    )
    return ResearcherMetrics(
        h_index=int(h_index(cited, owner, 1)[0]),
        i10=int(i10(cited, owner, 1)[0]),
        n_works=len(works),
        n_citations=int(cited.sum()),
        citations_per_year=[YearCitations(year, n) for year, n in per_year],
        works=sorted(works, key=lambda work: (-work.citations, work.id))[:MOST_WORKS],
    )


def measure_publication(session: Session, *, publication: Publication) -> WorkMetrics:
    """Return what one work counts, in two statements."""
    return _works(session, Publication.id == publication.id)[0]


def impact_factors(session: Session, *, venues: Sequence[Venue], since: int = 0) -> list[list[ImpactFactor]]:
    """Return those of each venue, the latest year first and this year's, which is not over, included; two statements.

    A year has one if the venue published anything in the two years before it. `since` is the first year wanted: what
    is read are the citations of works that count in it or later.
    """
    oldest = since - max(WINDOW)
    ids = [venue.id for venue in venues]
    published = session.execute(
        select(Publication.venue_id, Publication.year, func.count())
        .where(live_publications(), Publication.venue_id.in_(ids), Publication.year >= oldest)
        .group_by(Publication.venue_id, Publication.year)
    )
    items: dict[int | None, Counter[int]] = {}
    for venue_id, year, n in published:
        items.setdefault(venue_id, Counter()).update({year + lag: n for lag in WINDOW})
    cited = _citations_in_window(session, ids, oldest)
    this_year = now().year
    return [
        [
            ImpactFactor(year, cited.get((venue_id, year), 0), n)
            for year, n in sorted(items.get(venue_id, Counter()).items(), reverse=True)
            if since <= year <= this_year
        ]
        for venue_id in ids
    ]


def _citations_in_window(session: Session, venue_ids: list[int], oldest: int) -> dict[tuple[int | None, int], int]:
    """By venue and year of the citing work, of works from the year `oldest` on."""
    citing, cited = aliased(Publication), aliased(Publication)
    rows = session.execute(
        select(cited.venue_id, citing.year, func.count())
        .select_from(Citation)
        .join(cited, cited.id == Citation.cited_id)
        .join(citing, citing.id == Citation.citing_id)
        .where(cited.venue_id.in_(venue_ids), cited.year >= oldest, (citing.year - cited.year).in_(WINDOW))
        .group_by(cited.venue_id, citing.year)
    )
    return {(venue_id, year): n for venue_id, year, n in rows}


def _works(session: Session, which: ColumnElement[bool]) -> list[WorkMetrics]:
    rows = session.execute(
        select(Publication.public_id, Publication.title, *_cell(), _n_citations().label("cited")).where(which)
    ).all()
    standing, size = _standings(session, select(*_cell()).where(which).distinct())
    return [
        WorkMetrics(row.public_id, row.title, cell, row.cited, standing[cell, row.cited], size[cell])
        for row in rows
        for cell in (Cell(row.field, row.year, row.type),)
    ]


def _standings(
    session: Session, cells: Select[str | None, int, PublicationType]
) -> tuple[dict[tuple[Cell, int], float], Counter[Cell]]:
    """The percentile of each number of citations within each cell, and how many works each cell has.

    The database counts how many works have how many citations, so what is read grows with the numbers that occur.
    """
    wanted = cells.subquery()
    is_in = and_(
        Publication.year == wanted.c.year,
        Publication.type == wanted.c.type,
        Publication.field.is_not_distinct_from(wanted.c.field),
        live_publications(),
    )
    each = select(*_cell(), _n_citations().label("cited")).join(wanted, is_in).subquery()
    columns = (each.c.field, each.c.year, each.c.type, each.c.cited)
    rows = session.execute(select(*columns, func.count().label("works")).group_by(*columns)).all()
    code: dict[Cell, int] = {}
    of_cell = [code.setdefault(Cell(row.field, row.year, row.type), len(code)) for row in rows]
    works = np.array([row.works for row in rows], dtype=np.int64)
    cited = np.array([row.cited for row in rows], dtype=np.float64)
    percentile = hazen(np.repeat(cited, works), np.repeat(np.array(of_cell, dtype=np.int64), works))
    first = np.cumsum(works) - works
    size = Counter[Cell]()
    standing = {}
    for row, at in zip(rows, first, strict=True):
        cell = Cell(row.field, row.year, row.type)
        standing[cell, row.cited] = float(percentile[at])
        size[cell] += row.works
    return standing, size


def _cell() -> tuple[ColumnElement[str | None], ColumnElement[int], ColumnElement[PublicationType]]:
    return Publication.field.expression, Publication.year.expression, Publication.type.expression


def _n_citations() -> ColumnElement[int]:
    counted = select(func.count()).select_from(Citation).where(Citation.cited_id == Publication.id)
    return counted.correlate(Publication).scalar_subquery()
