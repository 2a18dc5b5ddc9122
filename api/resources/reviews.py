"""Reviews: reading, revising, revealing, withdrawing, answering."""

from typing import Any

from api.auth import actor, viewer
from api.blueprint import Blueprint
from api.config import current_config
from api.database import db
from api.etags import require_match, tag_answer
from api.pagination import page_of, paginate
from api.schemas.reviews import (
    AddressedAnswerIn,
    ResponseIn,
    ResponseOut,
    ReviewOut,
    ReviewPatch,
    ReviewQuery,
    RevisionsOut,
)
from scholarnet.models import Response as AuthorsResponse
from scholarnet.models import Review
from scholarnet.services import addressing, responses, reviews
from scholarnet.services.lists import REVIEWS
from scholarnet.services.review_views import ReviewView, view_review, view_reviews

blueprint = Blueprint("reviews", "/reviews", "Critique of posts, and the authors' answers")


@blueprint.route("", permission="public.read")
@blueprint.arguments(ReviewQuery, location="query")
@blueprint.response(200, page_of(ReviewOut))
def list_reviews(page: dict[str, Any]) -> dict[str, Any]:
    """List reviews, newest day first."""
    query = REVIEWS.ask(reviews.list_reviews(viewer=viewer()), sort=page["sort"], filters=page["filter"])
    return paginate(query, page, lambda rows: view_reviews(db.session(), rows))


@blueprint.route("/<review_id>", permission="public.read", is_tagged=True)
@blueprint.response(200, ReviewOut)
def get_review(review_id: str) -> ReviewView:
    """Return a review."""
    return _show(reviews.get_review(db.session(), review_id, viewer=viewer()))


@blueprint.route("/<review_id>", methods=["PATCH"], permission="review.edit", needs_match=True)
@blueprint.arguments(ReviewPatch)
@blueprint.response(200, ReviewOut)
def revise_review(changes: dict[str, Any], review_id: str) -> ReviewView:
    """Write the next revision of one's own review."""
    review = reviews.get_review(db.session(), review_id, viewer=actor())
    require_match(_stamp(review))
    reviews.revise_review(db.session(), actor=actor(), review=review, changes=changes)
    view = view_review(db.session(), review)
    db.session.commit()
    tag_answer(_stamp(review))
    return view


@blueprint.route("/<review_id>", methods=["DELETE"], permission="review.edit")
@blueprint.response(204)
def withdraw_review(review_id: str) -> None:
    """Withdraw one's own review; a tombstone stays."""
    review = reviews.get_review(db.session(), review_id, viewer=actor())
    reviews.withdraw_review(db.session(), actor=actor(), review=review)
    db.session.commit()


@blueprint.route("/<review_id>/reveal", methods=["POST"], permission="review.edit")
@blueprint.response(200, ReviewOut)
def reveal_review(review_id: str) -> ReviewView:
    """Sign one's own review that was not signed; this cannot be undone."""
    review = reviews.get_review(db.session(), review_id, viewer=actor())
    reviews.reveal_review(db.session(), actor=actor(), review=review)
    view = view_review(db.session(), review)
    db.session.commit()
    return view


@blueprint.route("/<review_id>/revisions", permission="public.read")
@blueprint.response(200, RevisionsOut)
def list_revisions(review_id: str) -> dict[str, Any]:
    """List all that a review has said, oldest first."""
    review = reviews.get_review(db.session(), review_id, viewer=viewer())
    shown = [] if review.withdrawn_at else reviews.list_revisions(db.session(), review=review)
    return {"results": shown}


@blueprint.route("/<review_id>/response", methods=["PUT"], permission="review.respond")
@blueprint.arguments(ResponseIn)
@blueprint.response(200, ResponseOut)
def respond(body: dict[str, Any], review_id: str) -> AuthorsResponse:
    """Answer a review, as an author of the post."""
    review = reviews.get_review(db.session(), review_id, viewer=actor())
    response = responses.respond(db.session(), actor=actor(), review=review, **body)
    db.session.commit()
    return response


@blueprint.route("/<review_id>/addressed", methods=["PUT"], permission="review.respond")
@blueprint.response(204)
def mark_addressed(review_id: str) -> None:
    """Say that the latest version does what the review asks for, as an author.

    It must be newer than the one that the reviewer judged. The reviewer is asked by mail; if they agree, or are silent
    for 30 days, the review counts half for the score from that version on.
    """
    review = reviews.get_review(db.session(), review_id, viewer=actor())
    link = current_config().url_of("/reviews")
    addressing.mark_addressed(db.session(), actor=actor(), review=review, link=link)
    db.session.commit()


@blueprint.route("/<review_id>/addressed", methods=["DELETE"], permission="review.respond")
@blueprint.response(204)
def unmark_addressed(review_id: str) -> None:
    """Take the mark back, as an author, before it is answered or has faded."""
    review = reviews.get_review(db.session(), review_id, viewer=actor())
    addressing.unmark_addressed(db.session(), actor=actor(), review=review)
    db.session.commit()


@blueprint.route("/<review_id>/addressed/answer", methods=["PUT"], permission="review.edit")
@blueprint.arguments(AddressedAnswerIn)
@blueprint.response(200, ReviewOut)
def answer_addressed(body: dict[str, Any], review_id: str) -> ReviewView:
    """Agree that one's own review was addressed, or dispute it; what is disputed does not fade."""
    review = reviews.get_review(db.session(), review_id, viewer=actor())
    addressing.answer_addressed(db.session(), actor=actor(), review=review, **body)
    view = view_review(db.session(), review)
    db.session.commit()
    return view


def _show(review: Review) -> ReviewView:
    view = view_review(db.session(), review)
    reputation = getattr(view.reviewer, "reputation", None)
    answer = review.response.updated_at if review.response else None
    tag_answer(_stamp(review), (reputation, answer, view.addressing, view.helpful))
    return view


def _stamp(review: Review) -> tuple[object, ...]:
    return (review.public_id, review.revision_number, review.identity, review.withdrawn_at is None)
