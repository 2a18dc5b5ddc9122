"""Moderation: the queue of cases that wait, and what became of them."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from scholarnet.errors import Conflict, Forbidden
from scholarnet.models import (
    ModerationDecision,
    ModerationOutcome,
    Post,
    PostAuthor,
    PostStatus,
    PostVersion,
    Researcher,
)
from scholarnet.permissions import is_author, permit
from scholarnet.services import audit
from scholarnet.services.post_versions import draft_version, take_back
from scholarnet.services.posts import publish_version

WAITS_SINCE = func.coalesce(PostVersion.submitted_at, PostVersion.created_at)  # never null, as keyset paging wants it


def list_queue(*, actor: Researcher) -> Select[Post]:
    """The posts that wait for a moderator with the version that waits, longest first."""
    permit(actor, "moderation.read")
    return (
        select(Post)
        .join(PostVersion, PostVersion.post_id == Post.id)
        .where(
            PostVersion.submitted_at.is_not(None),
            PostVersion.published_at.is_(None),
            Post.status != PostStatus.WITHDRAWN,
        )
        .options(selectinload(Post.versions), selectinload(Post.authors).joinedload(PostAuthor.researcher))
        .order_by(WAITS_SINCE, Post.public_id)
    )


def release_post(session: Session, *, actor: Researcher, post: Post, reason: str) -> Post:
    """A moderator has looked at what waits, in somebody else's post, and publishes it."""
    draft = _decide(session, actor, post, "post.release", ModerationOutcome.RELEASED, reason)
    return publish_version(session, post, draft)


def return_post(session: Session, *, actor: Researcher, post: Post, reason: str) -> Post:
    """A moderator gives what waits back to its authors, who read the reason; it is a draft again."""
    draft = _decide(session, actor, post, "post.return", ModerationOutcome.RETURNED, reason)
    take_back(post, draft)
    session.flush()
    return post


def list_decisions(session: Session, *, actor: Researcher, post: Post) -> list[tuple[ModerationDecision, int]]:
    """What moderators decided about a post, oldest first, each with the version's number."""
    permit(actor, "moderation.history", post)
    return decisions_of(session, posts=[post])[post.id]


def decisions_of(session: Session, *, posts: Sequence[Post]) -> dict[int, list[tuple[ModerationDecision, int]]]:
    """What moderators decided about many posts, by post, oldest first, each with the version's number."""
    query = (
        select(PostVersion.post_id, ModerationDecision, PostVersion.number)
        .join(PostVersion, PostVersion.id == ModerationDecision.version_id)
        .where(PostVersion.post_id.in_([post.id for post in posts]))
        .order_by(ModerationDecision.created_at, ModerationDecision.id)
    )
    decided: dict[int, list[tuple[ModerationDecision, int]]] = {post.id: [] for post in posts}
    for post_id, decision, number in session.execute(query):
        decided[post_id].append((decision, number))
    return decided


def _decide(
    session: Session, actor: Researcher, post: Post, action: str, outcome: ModerationOutcome, reason: str
) -> PostVersion:
    permit(actor, action, post)
    if is_author(actor, post):
        msg = "nobody decides on their own case"
        raise Forbidden(msg)
    draft = draft_version(post)
    if draft is None or draft.submitted_at is None:
        msg = "the post does not wait for a release"
        raise Conflict(msg)
    session.add(ModerationDecision(version_id=draft.id, moderator_id=actor.id, outcome=outcome, reason=reason))
    audit.record(session, actor=actor, action=action, subject=f"post:{post.public_id}", reason=reason)
    return draft
