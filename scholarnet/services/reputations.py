"""Reading reputations: the number of the epoch in force, and the ledger that it is the sum of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from scholarnet.db import Key, chunks
from scholarnet.models import (
    Comment,
    Component,
    Identity,
    Post,
    PostVersion,
    Publication,
    Reputation,
    ReputationEntry,
    Researcher,
    Review,
)
from scholarnet.permissions import is_withheld, public_posts
from scholarnet.services.clock import current_epoch_id


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: `units` of 1e-4 that `amount` of one thing adds, with the thing's public id and title.

    The line of a review or of an accepted answer names its post besides, that of unsigned reviews their quarter and
    nothing else, that of followers nothing. Ids, title and reason are missing where the thing is not public any more;
    the line stays, so that the sum does.
    """

    component: Component
    amount: float
    units: int
    publication_id: str | None
    post_id: str | None
    review_id: str | None
    comment_id: str | None
    quarter: str | None
    title: str | None
    reason: dict[str, float]


_UNITS = select(Reputation.researcher_id, Reputation.units).where(
    Reputation.epoch_id == current_epoch_id(),
    Reputation.researcher_id.in_(bindparam("researcher_ids", type_=Key, expanding=True)),
)


def units_of(session: Session, researcher_ids: Iterable[int]) -> dict[int, int]:
    """Return the units of those who have a reputation in the epoch in force, by researcher."""
    units: dict[int, int] = {}
    for ids in chunks(sorted(set(researcher_ids))):
        units |= dict(session.execute(_UNITS, {"researcher_ids": ids}).all())
    return units


def find_reputation(session: Session, *, researcher: Researcher) -> Reputation | None:
    """Return the researcher's reputation in the epoch in force."""
    return session.scalar(
        select(Reputation).where(Reputation.epoch_id == current_epoch_id(), Reputation.researcher_id == researcher.id)
    )


def list_entries(session: Session, *, researcher: Researcher, viewer: Researcher | None) -> list[Entry]:
    """Return the ledger of the epoch in force, what adds most first; Σ units is the reputation, exactly.

    Lines of a post that is withheld from `viewer` name nothing.
    """
    is_standing = or_(Review.id.is_(None), and_(Review.withdrawn_at.is_(None), Review.identity == Identity.SIGNED))
    is_said = or_(Comment.id.is_(None), Comment.withdrawn_at.is_(None))
    is_shown = and_(public_posts(), is_standing, is_said, ~is_withheld(viewer, Post.id))
    rows = session.execute(
        select(
            ReputationEntry.component,
            ReputationEntry.amount,
            ReputationEntry.units,
            Publication.public_id.label("publication_id"),
            case((is_shown, Post.public_id)).label("post_id"),
            case((is_shown, Review.public_id)).label("review_id"),
            case((is_shown, Comment.public_id)).label("comment_id"),
            ReputationEntry.quarter,
            ReputationEntry.reason,
            or_(Post.id.is_(None), is_shown).label("is_told"),
            func.coalesce(Publication.title, case((is_shown, PostVersion.title))).label("title"),
        )
        .outerjoin(Publication, Publication.id == ReputationEntry.publication_id)
        .outerjoin(Review, Review.id == ReputationEntry.review_id)
        .outerjoin(Comment, Comment.id == ReputationEntry.comment_id)
        .outerjoin(Post, Post.id == func.coalesce(ReputationEntry.post_id, Review.post_id, Comment.post_id))
        .outerjoin(PostVersion, and_(PostVersion.post_id == Post.id, PostVersion.number == Post.version_number))
        .where(ReputationEntry.epoch_id == current_epoch_id(), ReputationEntry.researcher_id == researcher.id)
        .order_by(ReputationEntry.units.desc(), ReputationEntry.id)
    )
    return [_entry(dict(row)) for row in rows.mappings()]


def _entry(row: dict[str, Any]) -> Entry:
    is_told = row.pop("is_told")
    return Entry(**row | ({} if is_told else {"reason": {}}))
