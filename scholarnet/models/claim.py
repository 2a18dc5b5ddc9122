"""A claim: an account says that an unclaimed author, of one publication or of all of theirs, is itself."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId, lower_case_enum
from scholarnet.models.publication import Publication
from scholarnet.models.researcher import Researcher


class ClaimState(StrEnum):
    """What became of a claim."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"  # was confirmed, and taken back


class Claim(Base):
    """Without a publication it is of the whole profile. What a confirmation moved is its `researcher_merge`."""

    __tablename__ = "claim"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    claimant_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), index=True)
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id"), index=True)
    statement: Mapped[str | None] = mapped_column(Text)
    state: Mapped[ClaimState] = mapped_column(lower_case_enum(ClaimState), default=ClaimState.OPEN)
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("researcher.id"))
    decided_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    claimant: Mapped[Researcher] = relationship(foreign_keys=claimant_id, lazy="raise")
    author: Mapped[Researcher] = relationship(foreign_keys=author_id, lazy="raise")
    publication: Mapped[Publication | None] = relationship(lazy="raise")

    __table_args__ = (
        Index("ix_claim_claimant_id", "claimant_id", "created_at"),
        Index(
            "uq_claim_open",
            *("claimant_id", "author_id", "publication_id"),
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(  # no two nulls are equal
            "uq_claim_open_profile",
            *("claimant_id", "author_id"),
            unique=True,
            sqlite_where=text("state = 'open' AND publication_id IS NULL"),
            postgresql_where=text("state = 'open' AND publication_id IS NULL"),
        ),
    )
