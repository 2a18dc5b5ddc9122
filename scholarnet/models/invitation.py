"""An invitation to review a post."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId, UpdatedAt, lower_case_enum
from scholarnet.models.post import Post
from scholarnet.models.researcher import Researcher


class Answer(StrEnum):
    """What the invited said; that it is overdue is a matter of `due_at`."""

    NONE = "none"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVOKED = "revoked"  # the inviter took it back
    EXPIRED = "expired"  # written down only when another invitation takes its place


class Invitation(Base):
    """`tells_inviter`: whether the invited lets the inviter see their answer. No column says what became of it."""

    __tablename__ = "invitation"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    inviter_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    invited_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    message: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[Answer] = mapped_column(lower_case_enum(Answer), default=Answer.NONE)
    tells_inviter: Mapped[bool] = mapped_column(default=False)
    decline_reason: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    post: Mapped[Post] = relationship(lazy="raise")
    inviter: Mapped[Researcher] = relationship(foreign_keys=inviter_id, lazy="raise")
    invited: Mapped[Researcher] = relationship(foreign_keys=invited_id, lazy="raise")

    __table_args__ = (
        Index("ix_invitation_invited_id", "invited_id", "due_at"),
        Index(
            "uq_invitation_open",
            "post_id",
            "invited_id",
            unique=True,
            sqlite_where=text("answer IN ('none', 'accepted')"),
            postgresql_where=text("answer IN ('none', 'accepted')"),
        ),
    )
