"""A follow: one researcher wants to hear of another, who need not agree."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, now
from scholarnet.models.researcher import Researcher


class Follow(Base):
    """A directed edge follower → followed, public; gone without a trace when it is taken back. A day, no time."""

    __tablename__ = "follow"

    follower_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True)
    followed_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True)
    created_on: Mapped[date] = mapped_column(default=lambda: now().date())

    follower: Mapped[Researcher] = relationship(foreign_keys=follower_id, lazy="raise")
    followed: Mapped[Researcher] = relationship(foreign_keys=followed_id, lazy="raise")

    __table_args__ = (
        CheckConstraint("follower_id <> followed_id", name="not_oneself"),
        Index("ix_follow_follower_id", "follower_id", "created_on"),
        Index("ix_follow_followed_id", "followed_id", "created_on"),
    )
