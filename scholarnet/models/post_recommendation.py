"""A recommendation of a post: signed and public, without reasons; a review's own word is `review.recommendation`."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt
from scholarnet.models.researcher import Researcher


class PostRecommendation(Base):
    """One a researcher and post, for good: given again after it was taken back it has its first day, not a fresh one.

    `trust` (0 to 1) and `eligibility` (0 or 1) are judged when it is given, as a review's are.
    """

    __tablename__ = "post_recommendation"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True, index=True)
    trust: Mapped[float]
    eligibility: Mapped[float]
    created_on: Mapped[date]
    created_at: Mapped[CreatedAt]
    revoked_at: Mapped[datetime | None]

    researcher: Mapped[Researcher] = relationship(lazy="raise")

    __table_args__ = (Index("ix_post_recommendation_created_on", "created_on", "post_id"),)
