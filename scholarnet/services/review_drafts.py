"""Open reviews: one a reviewer and post, kept until it is submitted or discarded."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from scholarnet.db import now
from scholarnet.errors import NotFound
from scholarnet.models import Post, Researcher, ReviewDraft
from scholarnet.permissions import permit, visible_posts
from scholarnet.services.review_rows import refuse_second
from scholarnet.services.reviews import get_reviewable_post
from scholarnet.services.withholding import close_draft


def list_drafts(*, reviewer: Researcher) -> Select[ReviewDraft]:
    """The open reviews of one reviewer, what was written last first."""
    return (
        select(ReviewDraft)
        .join(ReviewDraft.post)
        .options(contains_eager(ReviewDraft.post))
        .where(ReviewDraft.reviewer_id == reviewer.id, visible_posts(reviewer))
        .order_by(ReviewDraft.updated_at.desc(), Post.public_id)
    )


def get_draft(session: Session, post_id: str, *, reviewer: Researcher) -> ReviewDraft:
    """Return the open review that the reviewer holds of a post."""
    draft = session.scalar(list_drafts(reviewer=reviewer).where(Post.public_id == post_id))
    if draft is None:
        raise NotFound("open review of post", post_id)
    return draft


def save_draft(session: Session, *, reviewer: Researcher, post_id: str, content: dict[str, Any]) -> ReviewDraft:
    """Open a review of a post, or write anew what the open one says; nothing in it is required yet."""
    permit(reviewer, "review.create")
    post = get_reviewable_post(session, post_id, reviewer=reviewer)
    refuse_second(session, reviewer=reviewer, post=post)
    draft = session.get(ReviewDraft, (reviewer.id, post.id))
    if draft is None:
        draft = ReviewDraft(reviewer_id=reviewer.id, post=post)
        session.add(draft)
    draft.post, draft.content, draft.updated_at = post, content, now()
    session.flush()
    return draft


def discard_draft(session: Session, *, reviewer: Researcher, post_id: str) -> None:
    """Give an open review up; what was withheld is shown again."""
    permit(reviewer, "review.create")
    draft = get_draft(session, post_id, reviewer=reviewer)
    close_draft(session, post_id=draft.post_id, reviewer_id=reviewer.id)
