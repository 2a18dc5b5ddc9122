"""Reading reputations: the number of the epoch in force, and the ledger that it is the sum of."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, and_, case, func, select
from sqlalchemy.orm import Session

from scholarnet.models import (
    Component,
    Epoch,
    Identity,
    Post,
    PostVersion,
    Publication,
    Reputation,
    ReputationEntry,
    Researcher,
    Review,
    ScoreLog,
)
from scholarnet.permissions import public_posts

UNITS_A_POINT = 10_000
CHUNK = 10_000  # names in one IN list: SQLite takes 32,766


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: `units` of 1e-4 that `amount` of one thing adds.

    `kind` is publication, post or review, `id` its public id, `title` that of the work. Both are missing where it is
    not public any more; the line stays, so that the sum does.
    """

    component: Component
    amount: float
    units: int
    kind: str
    id: str | None
    title: str | None

    @property
    def share(self) -> float:
        """The line in points."""
        return self.units / UNITS_A_POINT


@dataclass(frozen=True, slots=True)
class ReputationView:
    """A reputation taken apart: Σ units of the shares = units. 0 until an epoch has met any of the person's work."""

    units: int
    cohort: str | None
    percentile: float | None
    epoch: str | None
    shares: list[Entry]

    @property
    def value(self) -> float:
        """The headline number, 0 to 100 points."""
        return self.units / UNITS_A_POINT

    @property
    def components(self) -> dict[str, float]:
        """What each component has of it, in points."""
        units = dict.fromkeys(Component, 0)
        for line in self.shares:
            units[line.component] += line.units
        return {component.value: number / UNITS_A_POINT for component, number in units.items()}


def units_of(session: Session, researcher_ids: Iterable[int]) -> dict[int, int]:
    """Return the units of those who have a reputation in the epoch in force, by researcher."""
    ids = sorted(set(researcher_ids))
    units: dict[int, int] = {}
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(
            select(Reputation.researcher_id, Reputation.units).where(
                Reputation.epoch_id == _current(), Reputation.researcher_id.in_(ids[start : start + CHUNK])
            )
        )
        units |= dict(rows.tuples())
    return units


def find_reputation(session: Session, *, researcher: Researcher) -> Reputation | None:
    """Return the researcher's reputation in the epoch in force."""
    return session.scalar(
        select(Reputation).where(Reputation.epoch_id == _current(), Reputation.researcher_id == researcher.id)
    )


def explain_reputation(session: Session, *, researcher: Researcher) -> ReputationView:
    """Return the researcher's reputation in the epoch in force, and all that it is made of."""
    found = find_reputation(session, researcher=researcher)
    epoch = session.scalar(select(Epoch.public_id).where(Epoch.id == _current()))
    if found is None:
        return ReputationView(0, None, None, epoch, [])
    shares = list_entries(session, researcher=researcher)
    return ReputationView(found.units, found.cohort, found.percentile, epoch, shares)


def list_entries(session: Session, *, researcher: Researcher) -> list[Entry]:
    """Return the ledger of the epoch in force, what adds most first; Σ units is the reputation, exactly."""
    is_public = public_posts()
    is_standing = and_(is_public, Review.withdrawn_at.is_(None), Review.identity == Identity.SIGNED)
    is_of_review = ReputationEntry.review_id.is_not(None)
    rows = session.execute(
        select(
            ReputationEntry.component,
            ReputationEntry.amount,
            ReputationEntry.units,
            case(
                (ReputationEntry.publication_id.is_not(None), "publication"), (is_of_review, "review"), else_="post"
            ).label("kind"),
            case(
                (is_of_review, case((is_standing, Review.public_id))),
                (is_public, Post.public_id),
                else_=Publication.public_id,
            ).label("id"),
            case(
                (is_of_review, case((is_standing, PostVersion.title))),
                (is_public, PostVersion.title),
                else_=Publication.title,
            ).label("title"),
        )
        .outerjoin(Publication, Publication.id == ReputationEntry.publication_id)
        .outerjoin(Review, Review.id == ReputationEntry.review_id)
        .outerjoin(Post, Post.id == func.coalesce(ReputationEntry.post_id, Review.post_id))
        .outerjoin(PostVersion, and_(PostVersion.post_id == Post.id, PostVersion.number == Post.version_number))
        .where(ReputationEntry.epoch_id == _current(), ReputationEntry.researcher_id == researcher.id)
        .order_by(ReputationEntry.units.desc(), ReputationEntry.id)
    )
    return [Entry(**row) for row in rows.mappings()]


def _current() -> ScalarSelect[int | None]:
    return select(ScoreLog.current_epoch_id).scalar_subquery()
