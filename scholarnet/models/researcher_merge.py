"""A merge of profiles: exactly what went from an unclaimed profile to the one that is kept, until undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId, lower_case_enum
from scholarnet.models.authorship import Confirmation
from scholarnet.models.claim import Claim
from scholarnet.models.researcher import Researcher


class ResearcherMerge(Base):
    """`is_whole` where nothing was left and the duplicate disappeared; `actor_id` is null where nobody decided.

    `moved` has the public ids of ``publications`` and ``posts`` whose authorship moved and of ``merged`` profiles
    that point to the kept one since, and of the ``claims`` that it confirmed; the keys of ``vouches`` that were
    revoked; and the ``orcid`` iD, if one moved.
    """

    __tablename__ = "researcher_merge"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    kept_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), index=True)
    duplicate_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), index=True)
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("researcher.id"))
    confirmed_by: Mapped[Confirmation] = mapped_column(lower_case_enum(Confirmation))
    reason: Mapped[str | None] = mapped_column(Text)
    is_whole: Mapped[bool]
    moved: Mapped[dict[str, Any]]
    created_at: Mapped[CreatedAt]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("researcher.id"))

    kept: Mapped[Researcher] = relationship(foreign_keys=kept_id, lazy="raise")
    duplicate: Mapped[Researcher] = relationship(foreign_keys=duplicate_id, lazy="raise")
    claim: Mapped[Claim | None] = relationship(lazy="raise")

    __table_args__ = (CheckConstraint("kept_id <> duplicate_id", name="not_oneself"),)
