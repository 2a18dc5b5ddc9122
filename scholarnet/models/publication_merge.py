"""The merge of a publication into another, and what it takes to undo it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId
from scholarnet.models.publication import Publication

LIVE = text("undone_at IS NULL")


class PublicationMerge(Base):
    """`moved` is a :class:`scholarnet.services.merge_moves.Moves`; one merge at most of a duplicate is live."""

    __tablename__ = "publication_merge"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    kept_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    duplicate_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    moved: Mapped[dict[str, Any]]
    created_at: Mapped[CreatedAt]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("researcher.id"))

    kept: Mapped[Publication] = relationship(foreign_keys=kept_id, lazy="raise")
    duplicate: Mapped[Publication] = relationship(foreign_keys=duplicate_id, lazy="raise")

    __table_args__ = (
        Index("uq_publication_merge_live", "duplicate_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )
