"""The authors' response to a review."""

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId, UpdatedAt
from scholarnet.models.researcher import Researcher


class Response(Base):
    """One a review; written by any author of the post."""

    __tablename__ = "response"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), unique=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    author: Mapped[Researcher] = relationship(lazy="raise")
