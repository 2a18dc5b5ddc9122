"""A tag: an entry of the lexicon, and its use on a post."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt, PrimaryKey, lower_case_enum


class TagStatus(StrEnum):
    """Anybody may propose a tag; editors accept it into the lexicon."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"


class Tag(Base):
    """Known by its `name`, a slug; `label` is how people write it; `field` the field it belongs to."""

    __tablename__ = "tag"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    label: Mapped[str] = mapped_column(String(120))
    description: Mapped[str | None] = mapped_column(Text)
    synonyms: Mapped[list[str]] = mapped_column(default=list)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("tag.id"))
    status: Mapped[TagStatus] = mapped_column(lower_case_enum(TagStatus), default=TagStatus.PROPOSED)
    created_at: Mapped[CreatedAt]


class PostTag(Base):
    """An edge post → tag."""

    __tablename__ = "post_tag"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)

    __table_args__ = (Index("ix_post_tag_tag_id", "tag_id", "post_id"),)
