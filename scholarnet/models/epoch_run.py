"""A run of the epoch job: how far it is, or how it ended."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, PrimaryKey, PublicId, lower_case_enum, now
from scholarnet.models.epoch import Epoch


class RunState(StrEnum):
    """`stopped` was told to end, and goes on where it was; `failed` ended by an error, or died."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"


class RunStep(StrEnum):
    """What is done one after the other."""

    READING = "reading"
    FITTING = "fitting"
    WRITING = "writing"
    SWITCHING = "switching"


class Starter(StrEnum):
    """Who began it: the schedule, or somebody with a command."""

    WORKER = "worker"
    COMMAND = "command"


class EpochRun(Base):
    """At most one row is `running`. `n_sweeps` is the progress of the fit; `heartbeat_at` its last sign of life.

    `epoch_id` is the epoch that it wrote, from the moment in which all of it is there; `error` is a sentence for
    editors, with nothing of the inside. `host` and `pid` say which process it is.
    """

    __tablename__ = "epoch_run"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    state: Mapped[RunState] = mapped_column(lower_case_enum(RunState), default=RunState.RUNNING)
    step: Mapped[RunStep] = mapped_column(lower_case_enum(RunStep), default=RunStep.READING)
    n_sweeps: Mapped[int] = mapped_column(default=0)
    started_by: Mapped[Starter] = mapped_column(lower_case_enum(Starter))
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    epoch_id: Mapped[int | None] = mapped_column(ForeignKey("epoch.id", ondelete="SET NULL"), index=True)
    error: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(default=now)
    heartbeat_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]

    epoch: Mapped[Epoch | None] = relationship(lazy="raise")

    __table_args__ = (
        Index(
            "uq_epoch_run_running",
            "state",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )
