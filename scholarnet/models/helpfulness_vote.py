"""Whether somebody finds a review helpful: theirs alone to know, and a number beside the review."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, now


class HelpfulnessVote(Base):
    """One a review and voter; gone without a trace when it is taken back. A day, no time, and never the review's row.

    A vote by an author of the reviewed post is one like all others here: who counts it otherwise joins `post_author`.
    """

    __tablename__ = "helpfulness_vote"

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), primary_key=True)
    voter_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True, index=True)
    is_helpful: Mapped[bool]
    created_on: Mapped[date] = mapped_column(default=lambda: now().date())
