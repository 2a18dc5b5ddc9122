"""Reads of posts, counted by day."""

from api.auth import viewer
from api.blueprint import Blueprint
from api.database import db
from scholarnet.services import posts, read_counts

blueprint = Blueprint("read_counts", "/posts", "How often a post is read, without who reads it")


@blueprint.route("/<post_id>/reads", methods=["POST"], permission="public.read")
@blueprint.response(204)
def count_read(post_id: str) -> None:
    """Say that a post is being read. A number by day is kept, and nothing of who reads; authors do not count.

    It enters no score and no trend.
    """
    post = posts.get_post(db.session(), post_id, viewer=viewer())
    read_counts.count_read(db.session(), post=post, viewer=viewer())
    db.session.commit()
