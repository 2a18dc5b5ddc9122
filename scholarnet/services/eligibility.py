"""Whether a review counts, judged once, when it is submitted (SCORING.md section 2)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import ConflictOfInterest
from scholarnet.graph import have_conflict
from scholarnet.models import Identity, Post, PostAuthor, Researcher, Review

CONFLICT_YEARS = 3  # 36 months; a publication's date is known to the year
RECIPROCAL = timedelta(days=180)


_RETURNED = select(
    exists().where(
        Review.reviewer_id.in_(bindparam("author_ids", expanding=True)),
        Review.withdrawn_at.is_(None),
        Review.identity == Identity.SIGNED,  # the weight of an answer must not tell who wrote unsigned
        Review.created_at.between(bindparam("since"), bindparam("until")),
        PostAuthor.post_id == Review.post_id,
        PostAuthor.researcher_id == bindparam("reviewer_id"),
    )
)


def refuse_conflict(session: Session, *, reviewer: Researcher, post: Post) -> None:
    """Raise ConflictOfInterest if the reviewer wrote the post or shared a work with an author in 36 months."""
    author_ids = [author.researcher_id for author in post.authors]
    if reviewer.id in author_ids:
        msg = "nobody reviews their own work"
        raise ConflictOfInterest(msg)
    since_year = now().year - CONFLICT_YEARS
    if have_conflict(session, reviewer=reviewer, author_ids=author_ids, since_year=since_year):
        msg = "you and an author of this post published together within the last 36 months"
        raise ConflictOfInterest(msg)


def eligibility_of_mark(session: Session, *, researcher: Researcher, post: Post) -> float:
    """Return what a recommendation or a save counts: 0 by whoever could not review the post, else 1."""
    try:
        refuse_conflict(session, reviewer=researcher, post=post)
    except ConflictOfInterest:
        return 0.0
    return 1.0


def judge(
    session: Session,
    *,
    reviewer: Researcher,
    post: Post,
    identity: Identity,
    has_financial_interest: bool,
    at: datetime,
) -> float:
    """Return 0 with a financial interest, ½ for a signed review given in return within 180 days before `at`, else 1.

    Half the weight would show in the share and the band of an unsigned review, and leave as its author only those few
    whom the authors had reviewed. So it weighs as any other: what it can move is bounded by the greatest band.
    """
    if has_financial_interest:
        return 0.0
    if identity is not Identity.SIGNED:
        return 1.0
    author_ids = [author.researcher_id for author in post.authors]
    return 0.5 if _is_reciprocal(session, reviewer, author_ids, at) else 1.0


def _is_reciprocal(session: Session, reviewer: Researcher, author_ids: Collection[int], at: datetime) -> bool:
    given = {"author_ids": author_ids, "since": at - RECIPROCAL, "until": at, "reviewer_id": reviewer.id}
    return bool(session.scalar(_RETURNED, given))
