"""Whether a review counts, judged once, when it is submitted (SCORING.md section 2)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, select
from sqlalchemy.orm import Session

from scholarnet.db import Key, UtcDateTime, now
from scholarnet.errors import ConflictOfInterest
from scholarnet.graph import have_conflict
from scholarnet.models import Identity, Post, PostAuthor, Researcher, Review

CONFLICT_YEARS = 3  # 36 months; a publication's date is known to the year
RECIPROCAL = timedelta(days=180)


OWN_WORK = "nobody reviews their own work"
SHARED_WORK = "you and an author of this post published together within the last 36 months"


def is_in_return(reviewer_id: Any, author_ids: Any) -> ColumnElement[bool]:
    """Whether one of the authors, keys or a selection of keys, has signed a review of a post of this person's between
    the parameters `recent` and `at`."""
    return exists().where(
        Review.reviewer_id.in_(author_ids),
        Review.withdrawn_at.is_(None),
        Review.identity == Identity.SIGNED,  # the weight of an answer must not tell who wrote unsigned
        Review.created_at.between(bindparam("recent", type_=UtcDateTime()), bindparam("at", type_=UtcDateTime())),
        PostAuthor.post_id == Review.post_id,
        PostAuthor.researcher_id == reviewer_id,
    )


_RETURNED = select(
    is_in_return(bindparam("reviewer_id", type_=Key), bindparam("author_ids", type_=Key, expanding=True))
)


def refuse_conflict(session: Session, *, reviewer: Researcher, post: Post) -> None:
    """Raise ConflictOfInterest if the reviewer wrote the post or shared a work with an author in 36 months."""
    author_ids = [author.researcher_id for author in post.authors]
    if reviewer.id in author_ids:
        raise ConflictOfInterest(OWN_WORK)
    since_year = now().year - CONFLICT_YEARS
    if have_conflict(session, reviewer=reviewer, author_ids=author_ids, since_year=since_year):
        raise ConflictOfInterest(SHARED_WORK)


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
    """Return what a review is worth that is signed `at` that moment, as :func:`eligibility_of` does."""
    author_ids = [author.researcher_id for author in post.authors]
    given = {"author_ids": author_ids, "recent": at - RECIPROCAL, "at": at, "reviewer_id": reviewer.id}
    is_returned = bool(session.scalar(_RETURNED, given))
    return eligibility_of(identity=identity, has_financial_interest=has_financial_interest, is_returned=is_returned)


def eligibility_of(*, identity: Identity, has_financial_interest: bool, is_returned: bool) -> float:
    """Return 0 with a financial interest, ½ for a signed review given in return within 180 days, else 1.

    Half the weight would show in the share and the band of an unsigned review, and leave as its author only those few
    whom the authors had reviewed. So it weighs as any other: what it can move is bounded by the greatest band.
    """
    if has_financial_interest:
        return 0.0
    return 0.5 if is_returned and identity is Identity.SIGNED else 1.0
