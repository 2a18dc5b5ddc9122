"""The reputation of a researcher in one epoch, and the ledger that it is the sum of."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, PrimaryKey, lower_case_enum

UNITS_A_POINT = 10_000


class Component(StrEnum):
    """What a reputation is made of."""

    PUBLICATIONS = "publications"
    POSTS = "posts"
    REVIEWING = "reviewing"
    COMMUNITY = "community"


class Reputation(Base):
    """`units` count 1e-4 of a point: 0 to 1,000,000 for 0 to 100; those of the components sum to them.

    `low` and `high` are the ends of the interval, in the same units.
    """

    __tablename__ = "reputation"

    epoch_id: Mapped[int] = mapped_column(ForeignKey("epoch.id", ondelete="CASCADE"), primary_key=True)
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True)
    units: Mapped[int]
    publications: Mapped[int] = mapped_column(default=0, server_default="0")
    posts: Mapped[int] = mapped_column(default=0, server_default="0")
    reviewing: Mapped[int] = mapped_column(default=0, server_default="0")
    community: Mapped[int] = mapped_column(default=0, server_default="0")
    low: Mapped[int | None]
    high: Mapped[int | None]
    cohort: Mapped[str] = mapped_column(String(120))
    percentile: Mapped[float | None]

    __table_args__ = (
        Index("ix_reputation_researcher_id", "researcher_id", "epoch_id"),
        Index("ix_reputation_units", "epoch_id", "units", "researcher_id"),
    )


class ReputationEntry(Base):
    """One line of the ledger: what one publication, post, review or accepted answer adds, or all followers together,
    or the unsigned reviews of one `quarter`. `reason` has the numbers that the amount follows from."""

    __tablename__ = "reputation_entry"

    id: Mapped[PrimaryKey]
    epoch_id: Mapped[int] = mapped_column(ForeignKey("epoch.id", ondelete="CASCADE"))
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    component: Mapped[Component] = mapped_column(lower_case_enum(Component))
    amount: Mapped[float]
    units: Mapped[int]
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    review_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    quarter: Mapped[str | None] = mapped_column(String(7))
    reason: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    __table_args__ = (Index("ix_reputation_entry_epoch_id", "epoch_id", "researcher_id"),)
