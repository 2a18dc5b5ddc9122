"""Recommendations of posts, signed and public."""

from collections.abc import Sequence
from typing import Any

from api.auth import actor, viewer
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.post_recommendations import PostRecommendationOut
from scholarnet.models import PostRecommendation
from scholarnet.services import post_recommendations, posts
from scholarnet.services.researcher_views import view_researchers
from scholarnet.services.withholding import refuse_withheld

blueprint = Blueprint("post_recommendations", "/posts", "Who recommends a post")


@blueprint.route("/<post_id>/recommendations", permission="public.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(PostRecommendationOut))
@blueprint.alt_response(403, "FORBIDDEN")
def list_recommendations(page: dict[str, Any], post_id: str) -> dict[str, Any]:
    """List who recommends a post, newest day first."""
    post = posts.get_post(db.session(), post_id, viewer=viewer())
    refuse_withheld(db.session(), viewer=viewer(), post=post)
    return paginate(post_recommendations.list_recommendations(post=post), page, _entries)


@blueprint.route("/<post_id>/recommendation", methods=["PUT"], permission="post.recommend")
@blueprint.response(204)
def recommend(post_id: str) -> None:
    """Recommend a post with your name; it moves no score, only `trending`."""
    post_recommendations.recommend(db.session(), actor=actor(), post_id=post_id)
    db.session.commit()


@blueprint.route("/<post_id>/recommendation", methods=["DELETE"], permission="post.recommend")
@blueprint.response(204)
def revoke_recommendation(post_id: str) -> None:
    """Take a recommendation back."""
    post_recommendations.revoke_recommendation(db.session(), actor=actor(), post_id=post_id)
    db.session.commit()


def _entries(rows: Sequence[PostRecommendation]) -> list[dict[str, Any]]:
    people = view_researchers(db.session(), [row.researcher for row in rows])
    return [{"researcher": person, "recommended_on": row.created_on} for person, row in zip(people, rows, strict=True)]
