"""A comment on a post, always signed: top-level, or a reply to another."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId, UpdatedAt
from scholarnet.models.post import Post
from scholarnet.models.researcher import Researcher


class Comment(Base):
    """`depth` is 0 at the top, and one more than that of the `parent` it replies to, which is of the same post."""

    __tablename__ = "comment"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), index=True)
    depth: Mapped[int] = mapped_column(default=0)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    withdrawn_at: Mapped[datetime | None]

    post: Mapped[Post] = relationship(lazy="raise")
    author: Mapped[Researcher] = relationship(lazy="raise")
    parent: Mapped["Comment | None"] = relationship(remote_side="Comment.id", lazy="raise")

    __table_args__ = (
        CheckConstraint("(depth = 0) = (parent_id IS NULL)", name="top_without_parent"),
        Index("ix_comment_post_id", "post_id", "created_at", "public_id"),
    )
