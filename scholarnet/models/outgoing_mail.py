"""A mail that waits to be sent: written in the transaction of what it tells about, deleted when it is sent."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt, PrimaryKey


class OutgoingMail(Base):
    """`text` may hold a secret link, so that no row outlives its delivery."""

    __tablename__ = "outgoing_mail"

    id: Mapped[PrimaryKey]
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[CreatedAt]
