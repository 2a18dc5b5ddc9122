"""A part of what an epoch was computed from and gave, kept so that it can be computed again."""

from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, lower_case_enum


class ShardSection(StrEnum):
    """What a shard holds: people and works come whole, posts with their reviews in parts."""

    PEOPLE = "people"
    WORKS = "works"
    POSTS = "posts"


class EpochShard(Base):
    """`content` is lines of JSON, packed by zlib; the reviews themselves change later, and an epoch does not.

    Shards of posts are cut by public id: the same post is in the same shard of every epoch that has as many.
    """

    __tablename__ = "epoch_shard"

    epoch_id: Mapped[int] = mapped_column(ForeignKey("epoch.id", ondelete="CASCADE"), primary_key=True)
    section: Mapped[ShardSection] = mapped_column(lower_case_enum(ShardSection), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
