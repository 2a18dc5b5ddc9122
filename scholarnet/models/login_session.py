"""A login session: who signed in with a browser, until when; the row is deleted when it ends."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId
from scholarnet.models.researcher import Researcher

LONGEST_AGENT = 200


class LoginSession(Base):
    """`digest` is the SHA-256 of the secret in the cookie; `last_used_on` a day (UTC), so that it tells no habits."""

    __tablename__ = "login_session"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[str | None] = mapped_column(String(LONGEST_AGENT))
    last_used_on: Mapped[date]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[CreatedAt]

    researcher: Mapped[Researcher] = relationship(lazy="raise")
