"""Reading reputations: the number of the epoch in force, and the ledger that it is the sum of."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from scholarnet.db import chunks
from scholarnet.models import (
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

    A review's line names its post besides. Ids and title are missing where the thing is not public any more; the line
    stays, so that the sum does.
    """

    component: Component
    amount: float
    units: int
    publication_id: str | None
    post_id: str | None
    review_id: str | None
    title: str | None


def units_of(session: Session, researcher_ids: Iterable[int]) -> dict[int, int]:
    """Return the units of those who have a reputation in the epoch in force, by researcher."""
    current = select(Reputation.researcher_id, Reputation.units).where(Reputation.epoch_id == current_epoch_id())
    units: dict[int, int] = {}
    for ids in chunks(sorted(set(researcher_ids))):
        units |= dict(session.execute(current.where(Reputation.researcher_id.in_(ids))).all())
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
    is_shown = and_(public_posts(), is_standing, ~is_withheld(viewer, Post.id))
    rows = session.execute(
        select(
            ReputationEntry.component,
            ReputationEntry.amount,
            ReputationEntry.units,
            Publication.public_id.label("publication_id"),
            case((is_shown, Post.public_id)).label("post_id"),
            case((is_shown, Review.public_id)).label("review_id"),
            func.coalesce(Publication.title, case((is_shown, PostVersion.title))).label("title"),
        )
        .outerjoin(Publication, Publication.id == ReputationEntry.publication_id)
        .outerjoin(Review, Review.id == ReputationEntry.review_id)
        .outerjoin(Post, Post.id == func.coalesce(ReputationEntry.post_id, Review.post_id))
        .outerjoin(PostVersion, and_(PostVersion.post_id == Post.id, PostVersion.number == Post.version_number))
        .where(ReputationEntry.epoch_id == current_epoch_id(), ReputationEntry.researcher_id == researcher.id)
        .order_by(ReputationEntry.units.desc(), ReputationEntry.id)
    )
    return [Entry(**row) for row in rows.mappings()]
