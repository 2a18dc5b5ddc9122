"""An import of publications that somebody asked for: how far it is, or how it ended."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId, lower_case_enum

LONGEST_FILE_NAME = 200
LONGEST_QUERY = 1_000


class ImportState(StrEnum):
    """`queued` waits for a worker; what was told to stop, or died, waits again and goes on where it was."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ImportJob(Base):
    """A file (`format`, `name`, `object_key`), or what a `source` answers to a `query`.

    `n_read` is how many entries came out of it, `n_expected` how many it says it has; the four that count outcomes add
    up to what was committed. `attempt` tells the worker that holds a running job from one that was taken for dead;
    `n_deaths` is how many died in a row without getting on. `note` and `error` are sentences for the importer,
    and `go_on` is the query that gives the rest, where a source failed halfway.
    """

    __tablename__ = "import_job"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    format: Mapped[str | None] = mapped_column(String(24))
    name: Mapped[str | None] = mapped_column(String(LONGEST_FILE_NAME))
    object_key: Mapped[str | None] = mapped_column(String(32), unique=True)
    source: Mapped[str | None] = mapped_column(String(24))
    query: Mapped[str | None] = mapped_column(String(LONGEST_QUERY))
    state: Mapped[ImportState] = mapped_column(lower_case_enum(ImportState), default=ImportState.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    n_deaths: Mapped[int] = mapped_column(default=0)
    n_expected: Mapped[int | None]
    n_read: Mapped[int] = mapped_column(default=0)
    n_added: Mapped[int] = mapped_column(default=0)
    n_updated: Mapped[int] = mapped_column(default=0)
    n_merged: Mapped[int] = mapped_column(default=0)
    n_refused: Mapped[int] = mapped_column(default=0)
    note: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
    go_on: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(format IS NULL) <> (source IS NULL)", name="file_or_source"),
        Index("ix_import_job_researcher_id_created_at", "researcher_id", "created_at", "public_id"),
        Index("ix_import_job_state", "state", "id"),
    )

    @property
    def n_done(self) -> int:
        """How many entries have an outcome."""
        return self.n_added + self.n_updated + self.n_merged + self.n_refused
