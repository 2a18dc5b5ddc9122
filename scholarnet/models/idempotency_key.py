"""An idempotency key: a client's name for a write, and what was answered to it."""

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt, PrimaryKey


class IdempotencyKey(Base):
    """`fingerprint` is a keyed hash of the request; `body` is null where the answer holds a secret."""

    __tablename__ = "idempotency_key"

    id: Mapped[PrimaryKey]
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    key: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(Text)
    headers: Mapped[dict[str, str]] = mapped_column(default=dict)
    created_at: Mapped[CreatedAt] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("researcher_id", "key"),)
