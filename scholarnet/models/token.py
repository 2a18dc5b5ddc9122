"""A bearer token: opaque, stored hashed, with scopes; revocable and expiring."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId
from scholarnet.models.researcher import Researcher


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "read"
    WRITE = "write"
    REVIEW = "review"
    ADMIN = "admin"


class Token(Base):
    """`digest` is the SHA-256 of the token, which is shown once and kept nowhere; `last_used_on` a day (UTC)."""

    __tablename__ = "token"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(index=True)
    last_used_on: Mapped[date | None]
    created_at: Mapped[CreatedAt]

    researcher: Mapped[Researcher] = relationship(lazy="raise")
