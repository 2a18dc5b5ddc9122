"""A vouch: one researcher stands for another, with a reason, until revoked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, PrimaryKey
from scholarnet.models.researcher import Researcher


class Vouch(Base):
    """A directed edge voucher → vouchee; at most one of them is live."""

    __tablename__ = "vouch"

    id: Mapped[PrimaryKey]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    vouchee_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    revoked_at: Mapped[datetime | None]

    voucher: Mapped[Researcher] = relationship(foreign_keys=voucher_id, lazy="raise")
    vouchee: Mapped[Researcher] = relationship(foreign_keys=vouchee_id, lazy="raise")

    __table_args__ = (
        CheckConstraint("voucher_id <> vouchee_id", name="not_oneself"),
        Index(
            "uq_vouch_live",
            "voucher_id",
            "vouchee_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
