"""Votes on the helpfulness of reviews: numbers for everybody, and one's own vote for oneself.

What a vote must not tell, and how it is kept from telling:

- who voted: no route lists voters, and the numbers do not set the post's authors apart, who may be one person;
- when: a row holds a day, and the review's own row, with its `updated_at`, is never touched;
- who wrote an unsigned review: the one refusal there is, of one's own review, is answered to its author alone. Were
  co-authors or colleagues of the reviewer refused too, whoever tries would learn whose colleague wrote it; so their
  votes are taken as all others are, and what they count for a reputation is the scoring's to judge.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from scholarnet.db import Key, add_missing, now
from scholarnet.errors import Conflict, ConflictOfInterest
from scholarnet.models import HelpfulnessVote, PostStatus, Researcher, Review
from scholarnet.permissions import is_reviewer, permit
from scholarnet.services.reviews import get_review


@dataclass(frozen=True, slots=True)
class Helpfulness:
    """How many find a review helpful, and how many do not."""

    yes: int = 0
    no: int = 0


NONE = Helpfulness()
_is_helpful = HelpfulnessVote.is_helpful
_COUNTS = (
    select(HelpfulnessVote.review_id, func.count().filter(_is_helpful), func.count().filter(~_is_helpful))
    .where(HelpfulnessVote.review_id.in_(bindparam("review_ids", type_=Key, expanding=True)))
    .group_by(HelpfulnessVote.review_id)
)


def count_votes(session: Session, *, review_ids: Collection[int]) -> dict[int, Helpfulness]:
    """Return the votes on those of the reviews that have any, in one statement."""
    rows = session.execute(_COUNTS, {"review_ids": review_ids})
    return {review_id: Helpfulness(yes, no) for review_id, yes, no in rows}


def find_vote(session: Session, *, voter: Researcher, review_id: str) -> HelpfulnessVote | None:
    """Return one's own vote on a review that one may see."""
    permit(voter, "vote.read")
    review = get_review(session, review_id, viewer=voter)
    return session.get(HelpfulnessVote, (review.id, voter.id))


def vote(session: Session, *, voter: Researcher, review_id: str, is_helpful: bool) -> None:
    """Say whether somebody else's review is helpful; said again it takes the place of what was said, and of its day."""
    permit(voter, "review.vote")
    review = get_review(session, review_id, viewer=voter)
    _check(voter, review)
    key = {"review_id": review.id, "voter_id": voter.id}
    add_missing(session, HelpfulnessVote, [key | {"is_helpful": is_helpful}])
    session.execute(
        update(HelpfulnessVote)
        .where(_is_theirs(voter, review), HelpfulnessVote.is_helpful != is_helpful)
        .values(is_helpful=is_helpful, created_on=now().date())
    )


def take_back_vote(session: Session, *, voter: Researcher, review_id: str) -> None:
    """Say nothing any more; no row stays. Doing it twice is harmless."""
    permit(voter, "review.vote")
    review = get_review(session, review_id, viewer=voter)
    session.execute(delete(HelpfulnessVote).where(_is_theirs(voter, review)))


def _is_theirs(voter: Researcher, review: Review) -> ColumnElement[bool]:
    return and_(HelpfulnessVote.review_id == review.id, HelpfulnessVote.voter_id == voter.id)


def _check(voter: Researcher, review: Review) -> None:
    if is_reviewer(voter, review):
        msg = "nobody votes on their own review"
        raise ConflictOfInterest(msg)
    if review.withdrawn_at is not None or review.post.status is not PostStatus.PUBLISHED:
        msg = "the review, or the post that it is of, was withdrawn"
        raise Conflict(msg)
