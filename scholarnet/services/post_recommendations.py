"""Recommending a post with one's name, and taking it back."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from scholarnet.db import now
from scholarnet.errors import ConflictOfInterest
from scholarnet.models import Post, PostRecommendation, Researcher, ScoreEventKind
from scholarnet.permissions import is_author, permit
from scholarnet.services import scores
from scholarnet.services.marks import judge_mark
from scholarnet.services.posts import get_published_post


def list_recommendations(*, post: Post) -> Select[PostRecommendation]:
    """The recommendations of a post that stand, with who gives them, newest day first."""
    return (
        select(PostRecommendation)
        .join(PostRecommendation.researcher)
        .where(PostRecommendation.post_id == post.id, PostRecommendation.revoked_at.is_(None))
        .options(contains_eager(PostRecommendation.researcher))
        .order_by(PostRecommendation.created_on.desc(), Researcher.public_id)
    )


def recommend(session: Session, *, actor: Researcher, post_id: str) -> None:
    """Recommend somebody else's post; doing it twice is harmless, and given again it has its first day."""
    permit(actor, "post.recommend")
    post = get_published_post(session, post_id, viewer=actor)
    if is_author(actor, post):
        msg = "nobody recommends their own work"
        raise ConflictOfInterest(msg)
    scores.hold_log(session)  # of two who do it at once the second finds it done
    row = session.get(PostRecommendation, (post.id, actor.id), populate_existing=True)
    if row is not None and row.revoked_at is None:
        return
    if row is None:
        row = PostRecommendation(**judge_mark(session, actor=actor, post=post))
        session.add(row)
    row.revoked_at = None
    session.flush()
    scores.append(session, kind=ScoreEventKind.POST_MARKED, post_id=post.id)


def revoke_recommendation(session: Session, *, actor: Researcher, post_id: str) -> None:
    """Take it back; doing it twice is harmless."""
    permit(actor, "post.recommend")
    post = get_published_post(session, post_id, viewer=actor)
    scores.hold_log(session)
    row = session.get(PostRecommendation, (post.id, actor.id), populate_existing=True)
    if row is not None and row.revoked_at is None:
        row.revoked_at = now()
        session.flush()
        scores.append(session, kind=ScoreEventKind.POST_MARKED, post_id=post.id)
