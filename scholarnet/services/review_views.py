"""Reviews as readers see them: who wrote one that is not signed shows nowhere, and its time is a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from scholarnet.models import AddressedAnswer, Identity, Review
from scholarnet.services.helpfulness_votes import NONE, Helpfulness, count_votes
from scholarnet.services.researcher_views import ResearcherView, view_researchers


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """A reviewer known within one review by this name."""

    pseudonym: str


@dataclass(frozen=True, slots=True)
class Addressing:
    """The authors' mark, and what the reviewer says to it: the days alone, whoever signed."""

    in_version: int
    on: date
    answer: AddressedAnswer | None
    answered_on: date | None
    note: str | None
    is_faded: bool


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review; `is_tombstone` when it was withdrawn, and nothing of what it said or of who signed is for readers."""

    review: Review
    reviewer: ResearcherView | Pseudonym | None
    created_at: datetime | date
    updated_at: datetime | date
    addressing: Addressing | None
    helpful: Helpfulness
    is_tombstone: bool


def view_reviews(session: Session, reviews: Sequence[Review]) -> list[ReviewView]:
    """Return many reviews with their reviewers and votes, in two statements."""
    signed = {
        one.reviewer_id: one.reviewer for one in reviews if one.identity is Identity.SIGNED and one.withdrawn_at is None
    }
    people = {view.researcher.id: view for view in view_researchers(session, list(signed.values()))}
    votes = count_votes(session, review_ids=[review.id for review in reviews])
    return [_view(review, people, votes.get(review.id, NONE)) for review in reviews]


def view_review(session: Session, review: Review) -> ReviewView:
    """Return one review with its reviewer."""
    return view_reviews(session, [review])[0]


def view_new(review: Review, reviewer: ResearcherView) -> ReviewView:
    """Return a review that its reviewer has just written, on which nobody has voted: nothing is read for it."""
    return _view(review, {reviewer.researcher.id: reviewer}, NONE)


def _view(review: Review, people: dict[int, ResearcherView], helpful: Helpfulness) -> ReviewView:
    is_exact = review.identity is Identity.SIGNED and review.withdrawn_at is None
    return ReviewView(
        review=review,
        reviewer=_reviewer(review, people),
        created_at=review.created_at if is_exact else review.created_on,
        updated_at=review.updated_at if is_exact else review.updated_at.date(),
        addressing=_addressing(review),
        helpful=helpful,
        is_tombstone=review.withdrawn_at is not None,
    )


def _addressing(review: Review) -> Addressing | None:
    if review.addressed_in is None or review.addressed_at is None:
        return None
    return Addressing(
        in_version=review.addressed_in,
        on=review.addressed_at.date(),
        answer=review.addressed_answer,
        answered_on=review.answered_on,
        note=review.addressed_note,
        is_faded=review.faded_in is not None,
    )


def _reviewer(review: Review, people: dict[int, ResearcherView]) -> ResearcherView | Pseudonym | None:
    if review.withdrawn_at is not None:
        return None
    if review.identity is Identity.SIGNED:
        return people[review.reviewer_id]
    return Pseudonym(review.pseudonym) if review.pseudonym else None
