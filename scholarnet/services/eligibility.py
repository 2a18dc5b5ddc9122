"""Whether a review counts, judged once, when it is submitted (SCORING.md section 2)."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import ConflictOfInterest
from scholarnet.graph import have_conflict
from scholarnet.models import Post, PostAuthor, Researcher, Review

CONFLICT_YEARS = 3  # 36 months; a publication's date is known to the year
RECIPROCAL = timedelta(days=180)


_RETURNED = select(
    exists().where(
        Review.reviewer_id.in_(bindparam("author_ids", expanding=True)),
        Review.withdrawn_at.is_(None),
        Review.created_at >= bindparam("since"),
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


def judge(session: Session, *, reviewer: Researcher, post: Post, has_financial_interest: bool) -> float:
    """Return 0 with a financial interest, ½ for a review given in return within 180 days, else 1."""
    if has_financial_interest:
        return 0.0
    author_ids = [author.researcher_id for author in post.authors]
    return 0.5 if _is_reciprocal(session, reviewer, author_ids) else 1.0


def _is_reciprocal(session: Session, reviewer: Researcher, author_ids: Collection[int]) -> bool:
    given = {"author_ids": author_ids, "since": now() - RECIPROCAL, "reviewer_id": reviewer.id}
    return bool(session.scalar(_RETURNED, given))
