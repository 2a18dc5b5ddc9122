"""The answer that the authors of a question accept: one of its top-level comments, their own too."""

from collections.abc import Collection

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from scholarnet.db import add_missing, now
from scholarnet.errors import Conflict, Invalid, NotFound, named_by
from scholarnet.forms import PostKind
from scholarnet.models import AcceptedAnswer, Comment, Post, PostStatus, Researcher
from scholarnet.permissions import permit


def find_accepted_answer(session: Session, *, post: Post) -> str | None:
    """Return the id outside of the comment that answers a question; None for posts of other kinds."""
    if post.kind is not PostKind.QUESTION:
        return None
    answer = select(Comment.public_id).join(AcceptedAnswer, AcceptedAnswer.comment_id == Comment.id)
    return session.scalar(answer.where(AcceptedAnswer.post_id == post.id))


def accepted_among(session: Session, *, comment_ids: Collection[int]) -> set[int]:
    """Return those of the comments that are accepted answers."""
    return set(session.scalars(select(AcceptedAnswer.comment_id).where(AcceptedAnswer.comment_id.in_(comment_ids))))


def accept_answer(session: Session, *, actor: Researcher, post: Post, comment_id: str) -> None:
    """Accept a comment as the answer to one's question; it takes the place of the one before, if there was one."""
    permit(actor, "answer.accept", post)
    _check_question(post)
    comment = _answer(session, post, comment_id)
    add_missing(session, AcceptedAnswer, [{"post_id": post.id, "comment_id": comment.id}])
    session.execute(
        update(AcceptedAnswer)
        .where(AcceptedAnswer.post_id == post.id, AcceptedAnswer.comment_id != comment.id)
        .values(comment_id=comment.id, created_on=now().date())
    )


def take_back_answer(session: Session, *, actor: Researcher, post: Post) -> None:
    """Accept no answer any more; no row stays. Doing it twice is harmless."""
    permit(actor, "answer.accept", post)
    _check_question(post)
    session.execute(delete(AcceptedAnswer).where(AcceptedAnswer.post_id == post.id))


def drop_accepted_answer(session: Session, *, comment: Comment) -> None:
    """What was withdrawn answers nothing."""
    session.execute(delete(AcceptedAnswer).where(AcceptedAnswer.comment_id == comment.id))


def _check_question(post: Post) -> None:
    if post.kind is not PostKind.QUESTION or post.status is not PostStatus.PUBLISHED:
        msg = "only a published question has an accepted answer"
        raise Conflict(msg)


def _answer(session: Session, post: Post, public_id: str) -> Comment:
    """The comment, locked: while it is accepted nobody withdraws it."""
    query = select(Comment).where(Comment.post_id == post.id, Comment.public_id == public_id)
    with named_by("comment_id"):
        comment = session.scalar(query.with_for_update(), execution_options={"populate_existing": True})
        if comment is None:
            raise NotFound("comment on this post", public_id)
    if comment.depth or comment.withdrawn_at is not None:
        raise Invalid("comment_id", "only a top-level comment that stands is an answer")
    return comment
