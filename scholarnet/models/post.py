"""A post: what is put up for critique, whatever its form."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId, UpdatedAt, lower_case_enum
from scholarnet.forms import PostKind
from scholarnet.models.post_author import PostAuthor
from scholarnet.models.post_version import PostVersion
from scholarnet.models.tag import Tag


class PostStatus(StrEnum):
    """draft → published → withdrawn, and for a case draft → pending → published."""

    DRAFT = "draft"
    PENDING = "pending"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Audience(StrEnum):
    """Who may see it once it is published."""

    PUBLIC = "public"
    MEMBERS = "members"
    PRIVATE = "private"


class Post(Base):
    """`version_number` is the latest published version, 0 while there is none."""

    __tablename__ = "post"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    kind: Mapped[PostKind] = mapped_column(lower_case_enum(PostKind))
    status: Mapped[PostStatus] = mapped_column(lower_case_enum(PostStatus), default=PostStatus.DRAFT)
    audience: Mapped[Audience] = mapped_column(lower_case_enum(Audience), default=Audience.PUBLIC)
    version_number: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("researcher.id"))
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    source_key: Mapped[str | None] = mapped_column(String(900), unique=True)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None] = mapped_column(Text)

    versions: Mapped[list[PostVersion]] = relationship(order_by=PostVersion.number, lazy="raise")
    authors: Mapped[list[PostAuthor]] = relationship(order_by=PostAuthor.position, lazy="raise")
    tags: Mapped[list[Tag]] = relationship(secondary="post_tag", order_by=Tag.name, lazy="raise")

    __table_args__ = (
        Index(
            "ix_post_published_at",
            "published_at",
            "id",
            sqlite_where=text("status = 'published'"),
            postgresql_where=text("status = 'published'"),
        ),
        Index(
            "ix_post_withdrawn",
            "id",
            sqlite_where=text("status = 'withdrawn'"),
            postgresql_where=text("status = 'withdrawn'"),
        ),
        Index("ix_post_updated_at", "updated_at", "id"),
        Index("ix_post_created_at", "created_at", "id"),
    )
