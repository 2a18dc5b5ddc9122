"""A publication: a work that exists elsewhere or here."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId, UpdatedAt, lower_case_enum
from scholarnet.models.authorship import Authorship
from scholarnet.models.venue import Venue


class PublicationType(StrEnum):
    """The types that Crossref and DataCite have in common."""

    ARTICLE = "article"
    PREPRINT = "preprint"
    PROCEEDINGS = "proceedings"
    BOOK = "book"
    CHAPTER = "chapter"
    THESIS = "thesis"
    DATASET = "dataset"
    REPORT = "report"
    OTHER = "other"


class Publication(Base):
    """`doi` is kept in lower case; `citation_count` is what an outside source states, 0 if none does."""

    __tablename__ = "publication"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    doi: Mapped[str | None] = mapped_column(String(255), unique=True)
    type: Mapped[PublicationType] = mapped_column(lower_case_enum(PublicationType), default=PublicationType.ARTICLE)
    title: Mapped[str] = mapped_column(Text)
    abstract: Mapped[str | None] = mapped_column(Text)
    year: Mapped[int] = mapped_column(index=True)
    field: Mapped[str | None] = mapped_column(String(80))
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)
    citation_count: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("researcher.id"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    venue: Mapped[Venue | None] = relationship(lazy="raise")
    authorships: Mapped[list[Authorship]] = relationship(order_by=Authorship.position, lazy="raise")

    __table_args__ = (
        CheckConstraint("citation_count >= 0", name="citation_count_not_negative"),
        Index("ix_publication_created_at", "created_at", "public_id"),
    )
