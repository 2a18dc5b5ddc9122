"""A ruling: an editor's word on the budget of accounts that review together, with a reason, until revoked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId
from scholarnet.models.researcher import Researcher


class RulingMember(Base):
    """One of the accounts that were in the cluster when it was ruled on."""

    __tablename__ = "ruling_member"

    ruling_id: Mapped[int] = mapped_column(ForeignKey("ruling.id", ondelete="CASCADE"), primary_key=True)
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True)


class Ruling(Base):
    """It follows its members, since each epoch finds clusters anew: a cluster in which half of the members or more are
    under a ruling has its budget. null lifts it.
    """

    __tablename__ = "ruling"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    actor_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    budget: Mapped[float | None]
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    revoked_at: Mapped[datetime | None]

    actor: Mapped[Researcher] = relationship(lazy="raise")
    members: Mapped[list[RulingMember]] = relationship(lazy="raise")

    __table_args__ = (CheckConstraint("budget >= 0", name="budget_not_negative"),)
