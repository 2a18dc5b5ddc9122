"""A moderation decision: a moderator released a version, or returned it to its authors, and why."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt, PrimaryKey, lower_case_enum


class ModerationOutcome(StrEnum):
    """What became of the version."""

    RELEASED = "released"
    RETURNED = "returned"


class ModerationDecision(Base):
    """The authors read what and why; who it was stays in here and in the audit trail."""

    __tablename__ = "moderation_decision"

    id: Mapped[PrimaryKey]
    version_id: Mapped[int] = mapped_column(ForeignKey("post_version.id"), index=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    outcome: Mapped[ModerationOutcome] = mapped_column(lower_case_enum(ModerationOutcome))
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
