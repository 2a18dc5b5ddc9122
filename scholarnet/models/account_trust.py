"""What an epoch holds of an account that others vouch for."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base


class AccountTrust(Base):
    """How far an epoch trusts an account that others vouch for, 0 to 1; the rest have what their verification gives."""

    __tablename__ = "account_trust"

    epoch_id: Mapped[int] = mapped_column(ForeignKey("epoch.id", ondelete="CASCADE"), primary_key=True)
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True)
    trust: Mapped[float]
