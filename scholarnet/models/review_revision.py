"""A revision of a review: what it said at one time; the latest counts."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt


class ReviewRevision(Base):
    """Revision `number` (from 1) of a review, and the version of the post that it judged.

    `faded_in` is the version from which on it counted half, as long as it was the latest.
    """

    __tablename__ = "review_revision"

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    version_number: Mapped[int]
    ratings: Mapped[dict[str, float]] = mapped_column(default=dict)
    overall: Mapped[float]
    recommendation: Mapped[str | None] = mapped_column(String(24))
    confidence: Mapped[int | None]
    body: Mapped[str] = mapped_column(Text)
    faded_in: Mapped[int | None]
    created_at: Mapped[CreatedAt]
