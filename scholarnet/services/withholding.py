"""What an account may not see while it holds an open review of a post: the post's score and others' reviews of it.

Reviews and the ranking leave them out in their queries (`permissions.is_withheld`); here is what is asked besides.
"""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from scholarnet.errors import Withheld
from scholarnet.models import Post, PostAuthor, Researcher, ReviewDraft
from scholarnet.permissions import is_withheld


def withheld_among(session: Session, *, viewer: Researcher | None, post_ids: Collection[int]) -> set[int]:
    """Return those of the posts that `viewer` holds an open review of."""
    if viewer is None:
        return set()
    held = select(ReviewDraft.post_id).where(ReviewDraft.reviewer_id == viewer.id, ReviewDraft.post_id.in_(post_ids))
    return set(session.scalars(held))


def refuse_withheld(session: Session, *, viewer: Researcher | None, post: Post) -> None:
    """Raise Withheld if `viewer` holds an open review of the post."""
    if withheld_among(session, viewer=viewer, post_ids=[post.id]):
        raise Withheld


def refuse_withheld_ledger(session: Session, *, viewer: Researcher | None, researcher: Researcher) -> None:
    """Raise Withheld if `viewer` holds an open review of a post of the researcher's: the ledger gives its score."""
    wrote = select(exists().where(PostAuthor.researcher_id == researcher.id, is_withheld(viewer, PostAuthor.post_id)))
    if session.scalar(wrote):
        raise Withheld


_CLOSE = delete(ReviewDraft).where(
    ReviewDraft.post_id == bindparam("post_id"), ReviewDraft.reviewer_id == bindparam("reviewer_id")
)


def close_draft(session: Session, *, post_id: int, reviewer_id: int) -> None:
    """Drop the open review that somebody may hold of a post."""
    session.connection().execute(_CLOSE, {"post_id": post_id, "reviewer_id": reviewer_id})
    held = session.identity_map.get(identity_key(ReviewDraft, (reviewer_id, post_id)))
    if held is not None:
        session.expunge(held)


def close_drafts(session: Session, *, post_id: int) -> None:
    """Drop the open reviews of a post."""
    session.execute(delete(ReviewDraft).where(ReviewDraft.post_id == post_id))
