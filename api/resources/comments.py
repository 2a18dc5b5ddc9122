"""Comments on posts."""

from typing import Any

from api.auth import actor, viewer
from api.blueprint import Blueprint
from api.database import db
from api.etags import require_match, tag_answer
from api.pagination import page_of, paginate
from api.schemas.comments import CommentIn, CommentOut, CommentPatch, CommentQuery
from scholarnet.models import Comment
from scholarnet.services import comments, posts
from scholarnet.services.comment_views import CommentView, view_comment, view_comments
from scholarnet.services.lists import COMMENTS

blueprint = Blueprint("comments", "", "What people say of a post beside its reviews")


@blueprint.route("/posts/<post_id>/comments", permission="public.read")
@blueprint.arguments(CommentQuery, location="query")
@blueprint.response(200, page_of(CommentOut))
def list_comments(page: dict[str, Any], post_id: str) -> dict[str, Any]:
    """List the comments on a post, oldest first: a flat list, in which each comes after the one that it replies to.

    They are no reviews, and are not withheld from who holds an open review of the post. A withdrawn one stays as a
    tombstone without text and author.
    """
    post = posts.get_post(db.session(), post_id, viewer=viewer())
    query = COMMENTS.ask(comments.list_comments(viewer=viewer(), post=post), sort=page["sort"], filters=page["filter"])
    return paginate(query, page, lambda rows: view_comments(db.session(), rows))


@blueprint.route("/posts/<post_id>/comments", methods=["POST"], permission="comment.write")
@blueprint.arguments(CommentIn)
@blueprint.response(201, CommentOut)
def write_comment(body: dict[str, Any], post_id: str) -> CommentView:
    """Comment on a published post with your name, or reply to a comment; it moves no score."""
    comment = comments.write_comment(db.session(), author=actor(), post_id=post_id, **body)
    view = view_comment(db.session(), comment)
    db.session.commit()
    return view


@blueprint.route("/comments/<comment_id>", permission="public.read", is_tagged=True)
@blueprint.response(200, CommentOut)
def get_comment(comment_id: str) -> CommentView:
    """Return a comment."""
    view = view_comment(db.session(), comments.get_comment(db.session(), comment_id, viewer=viewer()))
    _tag(view)
    return view


@blueprint.route("/comments/<comment_id>", methods=["PATCH"], permission="comment.edit", needs_match=True)
@blueprint.arguments(CommentPatch)
@blueprint.response(200, CommentOut)
def edit_comment(body: dict[str, Any], comment_id: str) -> CommentView:
    """Change one's own comment."""
    comment = comments.get_comment(db.session(), comment_id, viewer=actor(), locks=True)
    require_match(_stamp(comment))
    comments.edit_comment(db.session(), actor=actor(), comment=comment, **body)
    view = view_comment(db.session(), comment)
    db.session.commit()
    _tag(view)
    return view


@blueprint.route("/comments/<comment_id>", methods=["DELETE"], permission="comment.withdraw")
@blueprint.response(204)
def withdraw_comment(comment_id: str) -> None:
    """Withdraw one's own comment, or another's as a moderator; a tombstone without text and author stays."""
    comment = comments.get_comment(db.session(), comment_id, viewer=actor(), locks=True)
    comments.withdraw_comment(db.session(), actor=actor(), comment=comment)
    db.session.commit()


def _tag(view: CommentView) -> None:
    reputation = view.author.reputation if view.author else None
    tag_answer(_stamp(view.comment), (reputation, view.is_accepted))


def _stamp(comment: Comment) -> tuple[object, ...]:
    return (comment.public_id, comment.updated_at, comment.body, comment.withdrawn_at is None)
