"""How a reputation moved from one epoch to the next; kept when the reputations of old epochs are not any more."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base
from scholarnet.models.epoch import Epoch


class ReputationChange(Base):
    """`units` in this epoch, and by how much each component differs from the epoch that was in force before.

    An epoch that changed nothing has no row.
    """

    __tablename__ = "reputation_change"

    epoch_id: Mapped[int] = mapped_column(ForeignKey("epoch.id", ondelete="CASCADE"), primary_key=True)
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True)
    units: Mapped[int]
    publications: Mapped[int] = mapped_column(default=0)
    posts: Mapped[int] = mapped_column(default=0)
    reviewing: Mapped[int] = mapped_column(default=0)
    community: Mapped[int] = mapped_column(default=0)

    epoch: Mapped[Epoch] = relationship(lazy="raise")

    __table_args__ = (Index("ix_reputation_change_researcher_id", "researcher_id", "epoch_id"),)
