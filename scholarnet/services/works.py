"""What reputations are counted from, besides scores: works, who cites them, who people are, when reviews were made."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

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


@dataclass(frozen=True, slots=True)
class Work:
    """A publication; `n_citations` without those of its own authors, `author_ids` in ascending order."""

    id: int
    field: str | None
    year: int
    type: PublicationType
    venue_id: int | None
    n_citations: int
    author_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What puts a person into a cohort."""

    field: str | None
    career_start: int | None


@dataclass(frozen=True, slots=True)
class Works:
    """`spoken_at` is when a review got its present content, by review id."""

    publications: tuple[Work, ...]
    profiles: dict[int, Profile]
    spoken_at: dict[int, datetime]


def read_works(session: Session) -> Works:
    """Read all of it, in a number of statements that does not grow."""
    return Works(_publications(session), _profiles(session), _spoken_at(session))


def _publications(session: Session) -> tuple[Work, ...]:
    authors: dict[int, list[int]] = {}
    pairs = select(Authorship.publication_id, Authorship.researcher_id).order_by(Authorship.researcher_id)
    for publication_id, researcher_id in session.execute(pairs):
        authors.setdefault(publication_id, []).append(researcher_id)
    cited = _independent_citations(session)
    rows = session.execute(
        select(Publication.id, Publication.field, Publication.year, Publication.type, Publication.venue_id)
        .where(live_publications())
        .order_by(Publication.id)
    )
    return tuple(
        Work(
            id=row.id,
            field=row.field,
            year=row.year,
            type=row.type,
            venue_id=row.venue_id,
            n_citations=cited.get(row.id, 0),
            author_ids=tuple(authors.get(row.id, ())),
        )
        for row in rows
    )


def _independent_citations(session: Session) -> dict[int, int]:
    """Citations by publication, without those by works that share an author with it."""
    citing, cited = aliased(Authorship), aliased(Authorship)
    shares_an_author = exists().where(
        and_(
            citing.publication_id == Citation.citing_id,
            cited.publication_id == Citation.cited_id,
            citing.researcher_id == cited.researcher_id,
        )
    )
    rows = session.execute(select(Citation.cited_id, func.count()).where(~shares_an_author).group_by(Citation.cited_id))
    return dict(rows.all())


def _profiles(session: Session) -> dict[int, Profile]:
    """Of everybody: who earns anything is known only once it has been counted."""
    rows = session.execute(select(Researcher.id, Researcher.fields, Researcher.career_start))
    return {row.id: Profile(next(iter(row.fields), None), row.career_start) for row in rows}


def _spoken_at(session: Session) -> dict[int, datetime]:
    """A rating that was revised is as old as its revision: who agrees afterwards has foreseen nothing.

    Of an unsigned review only the day is known to anybody, and so here.
    """
    rows = session.execute(
        select(
            Review.id,
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
    )
    return {
        row.id: row.at if row.identity is Identity.SIGNED else datetime.combine(row.created_on, time(), UTC)
        for row in rows
    }
