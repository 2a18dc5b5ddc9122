"""A post that somebody keeps for later: theirs alone to know."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt


class SavedPost(Base):
    """One a researcher and post; gone without a trace when it is taken back. `trust`, `eligibility` as at a review."""

    __tablename__ = "saved_post"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True)
    trust: Mapped[float]
    eligibility: Mapped[float]
    created_on: Mapped[date]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        Index("ix_saved_post_researcher_id", "researcher_id", "created_at"),
        Index("ix_saved_post_created_on", "created_on", "post_id"),
    )
