"""What an epoch holds of one person's review of one post."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base


class ReviewFit(Base):
    """How a review is read: its author as fitted without it, and what the push defence left of it.

    A signed one is bound to the pair, so that neither revising it nor writing it anew escapes. One that is not signed
    is bound to itself: were another by the same hand read as it was, both would be known to be by one. Those that are
    read as their author is, in full, have no row.
    """

    __tablename__ = "review_fit"

    epoch_id: Mapped[int] = mapped_column(ForeignKey("epoch.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True)
    is_signed: Mapped[bool] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    bias: Mapped[float]
    slope: Mapped[float]
    variance: Mapped[float]
    push: Mapped[float]
