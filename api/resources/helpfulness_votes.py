"""Votes on the helpfulness of reviews: one's own, and nobody else's."""

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.schemas.helpfulness_votes import VoteIn, VoteOut
from scholarnet.services import helpfulness_votes

blueprint = Blueprint("helpfulness_votes", "/reviews", "Which reviews help")


@blueprint.route("/<review_id>/vote", permission="vote.read")
@blueprint.response(200, VoteOut)
def get_vote(review_id: str) -> dict[str, bool | None]:
    """Return your own vote on a review; nobody else can ask for it."""
    row = helpfulness_votes.find_vote(db.session(), voter=actor(), review_id=review_id)
    return {"is_helpful": row.is_helpful if row else None}


@blueprint.route("/<review_id>/vote", methods=["PUT"], permission="review.vote")
@blueprint.arguments(VoteIn)
@blueprint.response(204)
def vote(body: dict[str, bool], review_id: str) -> None:
    """Say whether somebody else's review is helpful. Everybody sees how many say so, and nobody who.

    It moves no score; what it adds to the reviewer's reputation is counted by the epoch, an author's of the post apart.
    """
    helpfulness_votes.vote(db.session(), voter=actor(), review_id=review_id, **body)
    db.session.commit()


@blueprint.route("/<review_id>/vote", methods=["DELETE"], permission="review.vote")
@blueprint.response(204)
def take_back_vote(review_id: str) -> None:
    """Take your vote back; nothing stays of it."""
    helpfulness_votes.take_back_vote(db.session(), voter=actor(), review_id=review_id)
    db.session.commit()
