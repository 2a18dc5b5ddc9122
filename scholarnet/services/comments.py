"""Comments: writing, changing, withdrawing.

They are signed and no reviews: whoever holds an open review of a post, and so gets neither its score nor others'
reviews, still reads and writes its comments. What is said there of a score is said by its writer, not by us.
"""

from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload
from sqlalchemy.orm.interfaces import LoaderOption

from scholarnet.db import now
from scholarnet.errors import Conflict, Invalid, NotFound, named_by
from scholarnet.forms import PostKind
from scholarnet.models import Comment, Post, PostStatus, Researcher
from scholarnet.permissions import permit, visible_posts
from scholarnet.services import audit
from scholarnet.services.accepted_answers import drop_accepted_answer
from scholarnet.services.cases import check_words_on_case
from scholarnet.services.posts import get_published_post

INSTANT = timedelta(microseconds=1)
DEEPEST = 5  # replies below a top-level comment; a thread that goes on is answered at the last level
WHOLE: tuple[LoaderOption, ...] = (
    joinedload(Comment.author),
    joinedload(Comment.parent),
    contains_eager(Comment.post),
)


def get_comment(session: Session, public_id: str, *, viewer: Researcher | None, locks: bool = False) -> Comment:
    """Return the comment, if `viewer` may see its post; a withdrawn one too, as a tombstone.

    `locks`: of two who mean to change it the second waits, and sees what the first did.
    """
    query = select(Comment).join(Comment.post).where(Comment.public_id == public_id, visible_posts(viewer))
    query = query.with_for_update(of=Comment).execution_options(populate_existing=True) if locks else query
    comment = session.scalar(query.options(*WHOLE))
    if comment is None:
        raise NotFound("comment", public_id)
    return comment


def list_comments(*, viewer: Researcher | None, post: Post) -> Select[Comment]:
    """The comments on a post that `viewer` may see, as a flat list, oldest first: each after what it replies to."""
    return (
        select(Comment)
        .join(Comment.post)
        .where(Comment.post_id == post.id, visible_posts(viewer))
        .options(*WHOLE)
        .order_by(Comment.created_at, Comment.public_id)
    )


def write_comment(
    session: Session, *, author: Researcher, post_id: str, body: str, parent_id: str | None = None
) -> Comment:
    """Comment on a published post, at the top or in reply to a comment that stands, up to 5 levels down."""
    permit(author, "comment.write")
    post = get_published_post(session, post_id, viewer=author)
    _check_body(session, post, body)
    parent = _parent(session, post, parent_id) if parent_id is not None else None
    moment = max(now(), parent.created_at + INSTANT) if parent else now()  # after it, whatever the clock does
    depth = parent.depth + 1 if parent else 0
    comment = Comment(
        post=post, author=author, parent=parent, depth=depth, body=body, created_at=moment, updated_at=moment
    )
    session.add(comment)
    session.flush()
    return comment


def edit_comment(session: Session, *, actor: Researcher, comment: Comment, body: str) -> Comment:
    """Say it otherwise, while the post is out; the comment is one that was got with `locks`."""
    permit(actor, "comment.edit", comment)
    if comment.withdrawn_at is not None or comment.post.status is not PostStatus.PUBLISHED:
        msg = "the comment, or the post that it is on, was withdrawn"
        raise Conflict(msg)
    _check_body(session, comment.post, body)
    comment.body, comment.updated_at = body, now()
    session.flush()
    return comment


def withdraw_comment(session: Session, *, actor: Researcher, comment: Comment) -> None:
    """Take one's own comment back, or another's as a moderator, which is written down; a tombstone stays.

    An answer that was accepted is so no longer. The comment is one that was got with `locks`. Twice is harmless.
    """
    permit(actor, "comment.withdraw", comment)
    if comment.withdrawn_at is not None:
        return
    comment.withdrawn_at = comment.updated_at = now()
    drop_accepted_answer(session, comment=comment)
    session.flush()
    if actor.id != comment.author_id:
        audit.record(session, actor=actor, action="comment.withdraw", subject=f"comment:{comment.public_id}")


def _check_body(session: Session, post: Post, body: str) -> None:
    """Refuse a text of blanks, and under a case what its own texts are refused for."""
    if not body.strip():
        raise Invalid("body", "must not be empty")
    if post.kind is PostKind.CASE:
        check_words_on_case(session, post=post, field="body", text=body)


def _parent(session: Session, post: Post, public_id: str) -> Comment:
    with named_by("parent_id"):
        parent = session.scalar(select(Comment).where(Comment.post_id == post.id, Comment.public_id == public_id))
        if parent is None:
            raise NotFound("comment on this post", public_id)
    if parent.withdrawn_at is not None:
        raise Invalid("parent_id", "that comment was withdrawn")
    if parent.depth >= DEEPEST:
        raise Invalid("parent_id", f"replies go {DEEPEST} levels down; reply to what that comment replies to")
    return parent
