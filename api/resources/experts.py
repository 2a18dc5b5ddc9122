"""Experts: who knows a topic, and who could review a post."""

from typing import Any

from api.auth import actor, viewer
from api.blueprint import Blueprint
from api.database import db
from api.schemas.experts import ExpertQuery, ExpertsOut
from api.schemas.suggested_reviewers import SuggestionQuery, SuggestionsOut
from scholarnet.services import posts
from scholarnet.services.experts import Expert, find_experts
from scholarnet.services.suggested_reviewers import Suggestions, suggest_reviewers

blueprint = Blueprint("experts", "", "Who knows a topic, and who could review a post")


@blueprint.route("/experts", permission="public.read")
@blueprint.arguments(ExpertQuery, location="query")
@blueprint.response(200, ExpertsOut)
def list_experts(query: dict[str, Any]) -> dict[str, list[Expert]]:
    """Find people by what they published, and by what they reviewed under their name.

    A work counts by the topic's words and tags in it, and beside it what shares authors with such works, cites them or
    is cited by them. Each entry says what it rests on.
    """
    found = find_experts(
        db.session(), topic=query["topic"], viewer=viewer(), filters=query["filter"], limit=query["per_page"]
    )
    return {"results": found}


@blueprint.route("/posts/<post_id>/suggested-reviewers", permission="reviewer.suggest")
@blueprint.arguments(SuggestionQuery, location="query")
@blueprint.response(200, SuggestionsOut)
@blueprint.alt_response(409, "CONFLICT", description="The post is not published, or nobody else may see it")
def list_suggested_reviewers(query: dict[str, Any], post_id: str) -> Suggestions:
    """Suggest whom to invite to review a post, for its authors and editors, with the reasons.

    They know its topic, never wrote with an author, are at none of the authors' institutions, and have time; whose
    review would tell more of the score comes before others who know as much. Who has reviewed it without a name is
    listed like anybody else, so that the list tells nothing of that.
    """
    post = posts.get_post(db.session(), post_id, viewer=actor())
    return suggest_reviewers(db.session(), actor=actor(), post=post, limit=query["per_page"])
