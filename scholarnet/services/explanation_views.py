"""A score taken apart as whoever runs the network looks at it: each share beside who wrote the review, if they sign."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.models import Post, PostScore, Review
from scholarnet.permissions import public_posts
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.explanations import Explanation
from scholarnet.services.review_views import Pseudonym, ReviewView, view_reviews
from scholarnet.services.reviews import list_reviews


@dataclass(frozen=True, slots=True)
class Part:
    """One review's share; `who` is the handle or name of one who signs, and else the pseudonym or 'anonymous'."""

    review_id: str
    who: str
    overall: float
    share: float
    capped_by: str | None
    value_without: float | None


def view_parts(session: Session, *, post: Post, explanation: Explanation) -> list[Part]:
    """Return the parts of a post's score that reviews make, those that contribute most first."""
    reviews = session.scalars(list_reviews(viewer=None, post=post)).all()
    views = {view.review.public_id: view for view in view_reviews(session, reviews)}
    parts = [
        Part(
            review_id=share["review_id"],
            who=_who(views[share["review_id"]]),
            overall=views[share["review_id"]].review.overall,
            share=share["share"],
            capped_by=share["capped_by"],
            value_without=share["value_without"],
        )
        for share in explanation.shares
    ]
    return sorted(parts, key=lambda part: (-abs(part.share), part.review_id))


def find_telling_post(session: Session) -> str | None:
    """Return the id of the public post whose score and plain mean differ most; None where nothing is scored."""
    mean = func.avg(Review.overall)
    return session.scalar(
        select(Post.public_id)
        .join(PostScore, PostScore.post_id == Post.id)
        .join(Review, Review.post_id == Post.id)
        .where(
            public_posts(),
            PostScore.epoch_id == current_epoch_id(),
            Review.withdrawn_at.is_(None),
            Review.eligibility > 0,
        )
        .group_by(Post.public_id, PostScore.value)
        .order_by(func.abs(PostScore.value - mean).desc(), Post.public_id)
        .limit(1)
    )


def _who(view: ReviewView) -> str:
    if isinstance(view.reviewer, Pseudonym):
        return view.reviewer.pseudonym
    if view.reviewer is None:
        return "anonymous"
    return view.reviewer.researcher.handle or view.reviewer.researcher.name
