"""Posts that somebody keeps for later."""

from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.posts import PostSummaryOut
from scholarnet.services import saved_posts
from scholarnet.services.post_views import view_posts

blueprint = Blueprint("saved_posts", "", "Posts kept for later, by oneself and for oneself")


@blueprint.route("/auth/saved", permission="saved.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(PostSummaryOut))
def list_saved_posts(page: dict[str, Any]) -> dict[str, Any]:
    """List the posts that one keeps, the last first."""
    query = saved_posts.list_saved_posts(actor=actor())
    return paginate(query, page, lambda rows: view_posts(db.session(), rows, viewer=actor()))


@blueprint.route("/posts/<post_id>/save", methods=["PUT"], permission="post.save")
@blueprint.response(204)
def save_post(post_id: str) -> None:
    """Keep a post for later; nobody sees who does."""
    saved_posts.save_post(db.session(), actor=actor(), post_id=post_id)
    db.session.commit()


@blueprint.route("/posts/<post_id>/save", methods=["DELETE"], permission="post.save")
@blueprint.response(204)
def unsave_post(post_id: str) -> None:
    """Keep it no longer."""
    saved_posts.unsave_post(db.session(), actor=actor(), post_id=post_id)
    db.session.commit()
