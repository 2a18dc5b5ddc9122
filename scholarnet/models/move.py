"""A move: how the tier of a post or the decision on it changed, why, and on what evidence; kept for ever."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, PrimaryKey, lower_case_enum


class MoveKind(StrEnum):
    """What moved."""

    TIER = "tier"
    DECISION = "decision"


class MoveReason(StrEnum):
    """The line of the table of moves (`scoring.decision`) that moved it, or an editor's word."""

    TOO_FEW_REVIEWS = "too_few_reviews"
    ENOUGH_REVIEWS = "enough_reviews"
    SURELY_HIGHER = "surely_higher"
    HARDLY_THERE = "hardly_there"
    ACCEPTABLE = "acceptable"
    UNACCEPTABLE = "unacceptable"
    SPLIT = "split"
    UNSETTLED = "unsettled"
    EDITOR = "editor"
    EDITOR_LIFTED = "editor_lifted"


class MoveCause(StrEnum):
    """Why it was judged anew."""

    REVIEWS = "reviews"
    REFIT = "refit"
    EDITOR = "editor"


class Move(Base):
    """In rating units. It counts once its epoch is complete; moves of one that was given up go with it.

    Moves of a tier, decisions of the community and words of editors are a chain each: where one begins the one before
    of its chain ended. An editor's move is between decisions in force, and `note` is their reason. `threshold` is what
    `probability` is of: Pr(value ≥ threshold), null where no threshold was asked for.
    """

    __tablename__ = "move"

    id: Mapped[PrimaryKey]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    epoch_id: Mapped[int] = mapped_column(ForeignKey("epoch.id", ondelete="CASCADE"), index=True)
    kind: Mapped[MoveKind] = mapped_column(lower_case_enum(MoveKind))
    before: Mapped[str] = mapped_column(String(24))
    after: Mapped[str] = mapped_column(String(24))
    reason: Mapped[MoveReason] = mapped_column(lower_case_enum(MoveReason))
    cause: Mapped[MoveCause] = mapped_column(lower_case_enum(MoveCause))
    note: Mapped[str | None] = mapped_column(Text)
    value: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    threshold: Mapped[float | None]
    probability: Mapped[float | None]
    n_reviews: Mapped[int]
    n_effective: Mapped[float]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_move_post_id", "post_id", "id"),)
