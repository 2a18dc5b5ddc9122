"""The accepted answers of questions."""

from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.schemas.accepted_answers import AcceptedAnswerIn
from scholarnet.services import accepted_answers, posts

blueprint = Blueprint("accepted_answers", "/posts", "Which comment answers a question")


@blueprint.route("/<post_id>/accepted-answer", methods=["PUT"], permission="answer.accept")
@blueprint.arguments(AcceptedAnswerIn)
@blueprint.response(204)
def accept_answer(body: dict[str, Any], post_id: str) -> None:
    """Accept a top-level comment as the answer to your question, in place of the one before.

    It may be an author's own, which then adds nothing to their reputation.
    """
    post = posts.get_post(db.session(), post_id, viewer=actor())
    accepted_answers.accept_answer(db.session(), actor=actor(), post=post, **body)
    db.session.commit()


@blueprint.route("/<post_id>/accepted-answer", methods=["DELETE"], permission="answer.accept")
@blueprint.response(204)
def take_back_answer(post_id: str) -> None:
    """Accept no answer any more."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    accepted_answers.take_back_answer(db.session(), actor=actor(), post=post)
    db.session.commit()
