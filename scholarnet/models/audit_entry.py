"""An audit entry: who did what to whom, when a person's word moved something."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt, PrimaryKey


class AuditEntry(Base):
    """`actor_id` is null where the command line acted."""

    __tablename__ = "audit_entry"

    id: Mapped[PrimaryKey]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("researcher.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[CreatedAt]

    __table_args__ = (Index("ix_audit_entry_subject", "subject", "created_at"),)
