"""Open reviews: what one has written of a post and not submitted yet."""

from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.reviews import ReviewDraftIn, ReviewDraftOut
from scholarnet.models import ReviewDraft
from scholarnet.services import review_drafts

blueprint = Blueprint("review-drafts", "", "Open reviews; while one is held, the post's score and reviews are withheld")


@blueprint.route("/review-drafts", permission="review.create")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(ReviewDraftOut))
def list_drafts(page: dict[str, Any]) -> dict[str, Any]:
    """List one's own open reviews, what was written last first."""
    return paginate(review_drafts.list_drafts(reviewer=actor()), page)


@blueprint.route("/posts/<post_id>/review-draft", permission="review.create")
@blueprint.response(200, ReviewDraftOut)
def get_draft(post_id: str) -> ReviewDraft:
    """Return one's own open review of a post."""
    return review_drafts.get_draft(db.session(), post_id, reviewer=actor())


@blueprint.route("/posts/<post_id>/review-draft", methods=["PUT"], permission="review.create")
@blueprint.arguments(ReviewDraftIn)
@blueprint.response(200, ReviewDraftOut)
def save_draft(content: dict[str, Any], post_id: str) -> ReviewDraft:
    """Open a review of a post, or write anew what it says so far."""
    draft = review_drafts.save_draft(db.session(), reviewer=actor(), post_id=post_id, content=content)
    db.session.commit()
    return draft


@blueprint.route("/posts/<post_id>/review-draft", methods=["DELETE"], permission="review.create")
@blueprint.response(204)
def discard_draft(post_id: str) -> None:
    """Discard one's own open review of a post."""
    review_drafts.discard_draft(db.session(), reviewer=actor(), post_id=post_id)
    db.session.commit()
