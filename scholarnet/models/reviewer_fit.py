"""What an epoch holds of a reviewer."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base
from scholarnet.models.researcher import Researcher


class ReviewerFit(Base):
    """What an epoch holds of one reviewer: bias and slope on the standard scale, variance of one review."""

    __tablename__ = "reviewer_fit"

    epoch_id: Mapped[int] = mapped_column(ForeignKey("epoch.id", ondelete="CASCADE"), primary_key=True)
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True)
    bias: Mapped[float]
    slope: Mapped[float]
    variance: Mapped[float]
    trust: Mapped[float]
    n_reviews: Mapped[int]
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id", ondelete="CASCADE"), index=True)

    researcher: Mapped[Researcher] = relationship(lazy="raise")
