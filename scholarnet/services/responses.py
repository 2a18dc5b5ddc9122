"""Responses of the authors to a review."""

from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, Forbidden
from scholarnet.models import Researcher, Response, Review
from scholarnet.permissions import is_author, permit


def respond(session: Session, *, actor: Researcher, review: Review, body: str) -> Response:
    """Write the authors' response to a review, or change it."""
    check_author(actor, review)
    if review.response is None:
        review.response = Response(author=actor, body=body)
    else:
        review.response.body = body
    session.flush()
    return review.response


def check_author(actor: Researcher, review: Review) -> None:
    """Return if the actor may answer the review for its post's authors; raise Forbidden, or Conflict if it is gone."""
    permit(actor, "review.respond")
    if not is_author(actor, review.post):
        msg = "only an author of the post responds to its reviews"
        raise Forbidden(msg)
    if review.withdrawn_at is not None:
        msg = "the review was withdrawn"
        raise Conflict(msg)
