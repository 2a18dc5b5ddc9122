"""An open review: what a reviewer has written of one post and not submitted yet."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, UpdatedAt
from scholarnet.models.post import Post


class ReviewDraft(Base):
    """One a reviewer and post; `content` holds those fields of the review that are there so far.

    While it is there, its reviewer is shown nothing of what others think of the post.
    """

    __tablename__ = "review_draft"

    reviewer_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True, index=True)
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    post: Mapped[Post] = relationship(lazy="raise")
