"""Keeping a post for later, which is nobody else's to know."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scholarnet.models import Post, Researcher, SavedPost, ScoreEventKind
from scholarnet.permissions import permit, visible_posts
from scholarnet.services import scores
from scholarnet.services.marks import judge_mark
from scholarnet.services.posts import WHOLE, get_published_post


def list_saved_posts(*, actor: Researcher) -> Select[Post]:
    """What somebody keeps and may still see, the last first."""
    permit(actor, "saved.read")
    return (
        select(Post)
        .join(SavedPost, SavedPost.post_id == Post.id)
        .where(SavedPost.researcher_id == actor.id, visible_posts(actor))
        .options(*WHOLE)
        .order_by(SavedPost.created_at.desc(), Post.public_id)
    )


def save_post(session: Session, *, actor: Researcher, post_id: str) -> None:
    """Keep a post; doing it twice is harmless. One's own and a co-author's may be kept too, and weigh nothing."""
    permit(actor, "post.save")
    post = get_published_post(session, post_id, viewer=actor)
    scores.hold_log(session)  # of two who do it at once the second finds it done
    if session.get(SavedPost, (post.id, actor.id), populate_existing=True) is not None:
        return
    session.add(SavedPost(**judge_mark(session, actor=actor, post=post)))
    session.flush()
    scores.append(session, kind=ScoreEventKind.POST_MARKED, post_id=post.id)


def unsave_post(session: Session, *, actor: Researcher, post_id: str) -> None:
    """Keep it no longer; no row stays. Doing it twice is harmless."""
    permit(actor, "post.save")
    post = get_published_post(session, post_id, viewer=actor)
    scores.hold_log(session)
    row = session.get(SavedPost, (post.id, actor.id), populate_existing=True)
    if row is not None:
        session.delete(row)
        session.flush()
        scores.append(session, kind=ScoreEventKind.POST_MARKED, post_id=post.id)
