"""What became of an entry of an import."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, lower_case_enum
from scholarnet.models.publication import Publication

LONGEST_KEY = 200  # characters; of a longer one the beginning is kept


class Outcome(StrEnum):
    """What became of an entry: `merged` is one that was there and had nothing new."""

    ADDED = "added"
    UPDATED = "updated"
    MERGED = "merged"
    REFUSED = "refused"


class ImportResult(Base):
    """`position` counts the entries from 1, `line` is where it begins in its file; a refusal has a `reason`."""

    __tablename__ = "import_result"

    job_id: Mapped[int] = mapped_column(ForeignKey("import_job.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int]
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    outcome: Mapped[Outcome] = mapped_column(lower_case_enum(Outcome))
    reason: Mapped[str] = mapped_column(Text, default="")
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id", ondelete="SET NULL"), index=True)

    publication: Mapped[Publication | None] = relationship(lazy="raise")

    __table_args__ = (Index("ix_import_result_outcome", "job_id", "outcome", "position"),)
