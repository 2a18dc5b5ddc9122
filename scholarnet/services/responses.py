"""Responses of the authors to a review."""

from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Conflict, Forbidden
from scholarnet.models import Researcher, Response, Review
from scholarnet.permissions import is_author, permit


def respond(session: Session, *, actor: Researcher, review: Review, body: str) -> Response:
    """Write the authors' response to a review, or change it."""
    _check(actor, review)
    if review.response is None:
        review.response = Response(author=actor, body=body)
    else:
        review.response.body = body
    session.flush()
    return review.response


def mark_addressed(session: Session, *, actor: Researcher, review: Review) -> Review:
    """The authors say that they have done what the review asks for; doing it twice is harmless."""
    _check(actor, review)
    review.addressed_at = review.addressed_at or now()
    session.flush()
    return review


def _check(actor: Researcher, review: Review) -> None:
    permit(actor, "review.respond")
    if not is_author(actor, review.post):
        msg = "only an author of the post responds to its reviews"
        raise Forbidden(msg)
    if review.withdrawn_at is not None:
        msg = "the review was withdrawn"
        raise Conflict(msg)
