"""What somebody has for unsigned reviews of a quarter."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base


class UnsignedCredit(Base):
    """`amount` is that of everybody who has any in this quarter, such as `2026-Q1`, and never changes any more."""

    __tablename__ = "unsigned_credit"

    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True)
    quarter: Mapped[str] = mapped_column(String(7), primary_key=True, index=True)
    amount: Mapped[float]
