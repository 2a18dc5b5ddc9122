"""What happens around posts, and what of it counts: reviews, recommendations and saves, each by its day.

There is a fourth kind of event in the model, the citation; here only publications cite, and no post can be cited, so it
is left out. It would come in as one more part of HAPPENINGS.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    and_,
    bindparam,
    case,
    exists,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from scholarnet.db import Key
from scholarnet.models import Cluster, Identity, PostAuthor, PostRecommendation, Review, ReviewerFit, SavedPost
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.observations import Observation, coarse_trust
from scoring.parameters import DEFAULT

ORIGIN = date(2020, 1, 1).toordinal()  # day 0 of every epoch: keys of two epochs can be compared
SIGNED, UNSIGNED, SAVED = range(3)  # whose event it is: somebody's with a name, a review's of its own, somebody's alone


class Happening(NamedTuple):
    """One event. `source_id` says whose it is within its `origin`: what is not public is of one source with nothing
    else, so that no sum tells whether the same person did two things. Its trust is coarse, for the same reason."""

    post_id: int
    day: date
    origin: int
    source_id: int
    researcher_id: int
    trust: float
    weight: float

    @property
    def trust_read(self) -> float:
        """The trust that it is weighed by: of what is not public no more than whether anyone stands for its author."""
        return self.trust if self.origin == SIGNED else coarse_trust(self.trust)


def _of_mark(table: type[PostRecommendation] | type[SavedPost], origin: int, weight: float) -> Any:
    """A light event weighs nothing by an author of the post, whenever they became one."""
    is_own = exists().where(PostAuthor.post_id == table.post_id, PostAuthor.researcher_id == table.researcher_id)
    return select(
        table.post_id.label("post_id"),
        table.created_on.label("day"),
        literal(origin, Integer).label("origin"),
        table.researcher_id.label("source_id"),
        table.researcher_id.label("researcher_id"),
        table.trust.label("trust"),
        type_coerce(table.eligibility * weight, Float).label("weight"),
    ).where(table.eligibility > 0, ~is_own)


_STANDING = (
    _of_mark(PostRecommendation, SIGNED, DEFAULT.trend_recommendation).where(PostRecommendation.revoked_at.is_(None)),
    _of_mark(SavedPost, SAVED, DEFAULT.trend_save),
)
_is_signed = Review.identity == Identity.SIGNED
HAPPENINGS = union_all(
    select(
        Review.post_id.label("post_id"),
        Review.created_on.label("day"),
        case((_is_signed, SIGNED), else_=UNSIGNED).label("origin"),
        case((_is_signed, Review.reviewer_id), else_=Review.id).label("source_id"),
        Review.reviewer_id.label("researcher_id"),
        Review.trust.label("trust"),
        type_coerce(Review.eligibility * DEFAULT.trend_review, Float).label("weight"),
    ).where(Review.withdrawn_at.is_(None), Review.eligibility > 0),
    *_STANDING,
).subquery("happening")
BUDGETED = (
    select(ReviewerFit.researcher_id, ReviewerFit.cluster_id)
    .join(Cluster, Cluster.id == ReviewerFit.cluster_id)
    .where(ReviewerFit.epoch_id == current_epoch_id(), Cluster.budget.is_not(None))
)
_POSTS = bindparam("post_ids", type_=Key, expanding=True)
_marks = union_all(*(marks.where(marks.selected_columns.post_id.in_(_POSTS)) for marks in _STANDING)).subquery("mark")
_MARKS = (
    select(*_marks.c, Cluster.id)
    .outerjoin(
        ReviewerFit,
        and_(ReviewerFit.epoch_id == bindparam("epoch_id"), ReviewerFit.researcher_id == _marks.c.researcher_id),
    )
    .outerjoin(Cluster, and_(Cluster.id == ReviewerFit.cluster_id, Cluster.budget.is_not(None)))
)


def has_marks(post_id: Any) -> ColumnElement[bool]:
    """Whether anyone has recommended or saved that post: most have not, and are spared a statement."""
    return or_(*(exists().where(table.post_id == post_id) for table in (PostRecommendation, SavedPost)))


def read_marks(session: Session, *, epoch_id: int, post_ids: Sequence[int]) -> tuple[list[Happening], dict[int, int]]:
    """Return the recommendations and saves of these posts, and who of those is in which cluster with a budget."""
    rows = session.connection().execute(_MARKS, {"epoch_id": epoch_id, "post_ids": post_ids}).all()
    clusters = {row.researcher_id: row[-1] for row in rows if row[-1] is not None}
    return [Happening._make(row[:-1]) for row in rows], clusters


def of_review(review: Observation, day: date) -> Happening:
    """What a review is among HAPPENINGS, read by itself: one without a name is of a source of its own."""
    origin, source_id = (SIGNED, review.reviewer_id) if review.is_signed else (UNSIGNED, review.id)
    weight = review.eligibility * DEFAULT.trend_review
    return Happening(review.post_id, day, origin, source_id, review.reviewer_id, review.trust, weight)


def day_number(day: date) -> int:
    """Return the days from ORIGIN to `day`."""
    return day.toordinal() - ORIGIN
