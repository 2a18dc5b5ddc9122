"""A version of a post: what was said, frozen once it is published."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, event, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from scholarnet.db import Base, CreatedAt, PrimaryKey, UpdatedAt
from scholarnet.errors import Conflict


class PostVersion(Base):
    """`published_at` is null in the one draft that a post may have beside its published versions.

    `submitted_at` is set while that draft waits for a moderator, as a case does.
    """

    __tablename__ = "post_version"

    id: Mapped[PrimaryKey]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    abstract: Mapped[str] = mapped_column(Text)
    body: Mapped[str | None] = mapped_column(Text)
    lay_summary: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(35), default="en")
    links: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    changes: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("post_id", "number"),)


@event.listens_for(PostVersion, "before_update")
def refuse_change_of_the_published(_mapper: Mapper[PostVersion], _connection: Connection, version: PostVersion) -> None:
    """A published version never changes, whichever code tries."""
    before = inspect(version).attrs.published_at.history
    was_published = version.published_at is not None and not before.added
    if was_published or any(before.deleted or ()):
        msg = f"version {version.number} is published and cannot change"
        raise Conflict(msg)
