"""The jobs: long work that is done beside the requests. Each is safe to run again."""

import logging
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from time import sleep
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from api.citation_job import try_to_rank
from api.cluster import place_at
from api.heartbeat import BEAT, beating
from scholarnet.db import now, reading
from scholarnet.errors import DomainError
from scholarnet.models import Epoch, EpochRun, RunState, RunStep, Starter
from scholarnet.services.epoch_runs import claim_run, end_run, keep_run
from scholarnet.services.epochs import compute_epoch, retire_epochs, switch_epoch, write_epoch
from scholarnet.services.snapshots import read_snapshot
from scholarnet.writing import roomy
from scoring.sweeps import NotConverged

log = logging.getLogger("scholarnet.epochs")
PAUSE_SECONDS = 0.12  # SQLite asks ten times a second whether it may write


class TimeLimit(DomainError):
    """A run took longer than it may."""


class Stopped(DomainError):
    """A run was told to end; the next one goes on where it was."""


@dataclass(frozen=True, slots=True)
class EpochSummary:
    """What there is to say of an epoch that took over."""

    public_id: str
    hash: str
    n_posts: int
    n_reviews: int
    n_reviewers: int
    is_resumed: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what a run works: who began it, how long it may take, what tells it to end, and whose workers sweep."""

    started_by: Starter = Starter.COMMAND
    limit: timedelta | None = None
    stop: Event = field(default_factory=Event)
    scheduler: str = ""  # of a Dask cluster; without one the fit is done here

    def check(self, run: EpochRun) -> None:
        """Raise Stopped or TimeLimit where the run has to end."""
        if self.stop.is_set():
            msg = "it was told to stop, and goes on at the next start"
            raise Stopped(msg)
        if self.limit is not None and now() - run.started_at >= self.limit:
            msg = f"it took longer than the {self.limit.total_seconds():.0f} seconds of SCHOLARNET_EPOCH_LIMIT"
            raise TimeLimit(msg)


ON_COMMAND = Terms()


def run_epoch(
    engine: Engine,
    *,
    as_of: datetime | None = None,
    progress: Callable[[str], None] | None = None,
    terms: Terms = ON_COMMAND,
) -> EpochSummary:
    """Fit an epoch as of that moment (now) and switch to it, unless another run is at work: then Conflict.

    Reviews are written all the while; they wait only for the switch. Whatever fails leaves the old epoch in force, and
    the run says why. Without `as_of`, an epoch that the run before wrote and could not switch to is switched to.
    """
    with Session(engine, expire_on_commit=False) as session:
        run = claim_run(session, started_by=terms.started_by, host=socket.gethostname(), pid=os.getpid())
        session.commit()
    log.info("epoch run %s begins, by a %s", run.public_id, run.started_by)
    try:
        with beating(partial(_live, engine, run)):
            summary = _Job(engine, run, terms, progress or (lambda _what: None)).do(as_of)
    except BaseException as error:
        _give_up(engine, run, error)
        raise
    log.info("epoch run %s switched to epoch %s", run.public_id, summary.public_id)
    tell = progress or (lambda _what: None)
    try_to_rank(engine, as_of=as_of or now(), progress=tell, is_stopped=terms.stop.is_set)
    return summary


@dataclass(slots=True)
class _Job:
    """The steps of a run that holds its place."""

    engine: Engine
    run: EpochRun
    terms: Terms
    progress: Callable[[str], None]
    n_sweeps: int = 0
    told_at: datetime = field(default_factory=now)

    def do(self, as_of: datetime | None) -> EpochSummary:
        epoch_id = self.run.epoch_id if as_of is None else None
        is_resumed = epoch_id is not None
        if epoch_id is None:
            epoch_id = self._fit_and_write(as_of or now())
        with Session(self.engine, expire_on_commit=False) as session:
            epoch = self._switch(session, epoch_id)
            self.progress("Dropping what nobody reads any more")
            retire_epochs(session, pause=partial(self._stand_back, session))
            session.commit()
        numbers = epoch.n_posts, epoch.n_reviews, epoch.n_reviewers
        return EpochSummary(epoch.public_id, epoch.hash, *numbers, is_resumed=is_resumed)

    def _fit_and_write(self, as_of: datetime) -> int:
        """Leave an epoch beside the one in force; the run knows of it once it is whole."""
        self._begin(RunStep.READING, "Reading the log", epoch_id=None)
        with place_at(self.terms.scheduler, meanwhile=self._wait) as place:  # first: who does not answer is known soon
            with Session(reading(self.engine)) as session:
                snapshot = read_snapshot(session, as_of=as_of)
            what = f"Fitting {len(snapshot.reviewer_ids):,} reviewers to {len(snapshot.observations):,} reviews"
            self._begin(RunStep.FITTING, what)
            computed = compute_epoch(snapshot, on_sweep=lambda: self._sweep(what), place=place)
        self._begin(RunStep.WRITING, f"Writing the scores of {len(snapshot.post_ids):,} posts")
        with roomy(self.engine) as connection, Session(connection, expire_on_commit=False) as session:
            keep_run(session, run=self.run, step=RunStep.WRITING)  # nobody takes the place while this is written
            turns: dict[str, Callable[[], None]] = {
                "pause": partial(self._pause, session),
                "resume": partial(keep_run, session, run=self.run, step=RunStep.WRITING),
            }
            epoch_id = write_epoch(session, snapshot=snapshot, computed=computed, **turns).id
            keep_run(session, run=self.run, step=RunStep.WRITING, epoch_id=epoch_id)
            session.commit()
        return epoch_id

    def _pause(self, session: Session) -> None:
        self._stand_back(session)
        self.terms.check(self.run)

    def _stand_back(self, session: Session) -> None:
        """Let others write before the next rows: SQLite has one writer at a time."""
        session.commit()
        if self.engine.dialect.name == "sqlite":
            sleep(PAUSE_SECONDS)

    def _switch(self, session: Session, epoch_id: int) -> Epoch:
        """Move the pointer and end the run in one transaction, in which nobody can take its place."""
        self.terms.check(self.run)
        self.progress("Switching")
        keep_run(session, run=self.run, step=RunStep.SWITCHING)
        epoch = switch_epoch(session, epoch=session.get_one(Epoch, epoch_id))
        end_run(session, run=self.run, state=RunState.SUCCEEDED)
        session.commit()
        return epoch

    def _begin(self, step: RunStep, what: str, **columns: Any) -> None:
        self.terms.check(self.run)
        self.progress(what)
        self._beat(step, **columns)

    def _sweep(self, what: str) -> None:
        self.terms.check(self.run)
        self.n_sweeps += 1
        self.progress(f"{what}: sweep {self.n_sweeps}")
        self._tell()

    def _wait(self) -> None:
        """Go on waiting for others; raise where the run has to end."""
        self.terms.check(self.run)
        self._tell()

    def _tell(self) -> None:
        """Give a sign of life that is due."""
        if now() - self.told_at >= BEAT:  # not at each: of a small network one takes a millisecond
            with suppress(OperationalError):  # a database that is busy, or gone for a moment, costs no fit
                self._beat(RunStep.FITTING)

    def _beat(self, step: RunStep, **columns: Any) -> None:
        self.told_at = now()
        with Session(self.engine) as session:
            keep_run(session, run=self.run, step=step, n_sweeps=self.n_sweeps, **columns)
            session.commit()


def _live(engine: Engine, run: EpochRun) -> None:
    with Session(engine) as session:
        keep_run(session, run=run)
        session.commit()


def _give_up(engine: Engine, run: EpochRun, error: BaseException) -> None:
    """Write down why, as far as the database can be reached; where it cannot, the silence will tell."""
    is_stopped = isinstance(error, Stopped | KeyboardInterrupt | SystemExit)
    why = _sentence(error)
    is_alarming = run.started_by is Starter.WORKER and not is_stopped  # who gave a command is told by it
    level = logging.ERROR if is_alarming else logging.INFO
    log.log(level, "epoch run %s ended, the old epoch stays: %s", run.public_id, why)
    with suppress(SQLAlchemyError), Session(engine) as session:
        end_run(session, run=run, state=RunState.STOPPED if is_stopped else RunState.FAILED, error=why)
        session.commit()


def _sentence(error: BaseException) -> str:
    """Say what went wrong without anything of the inside: no statement, no trace."""
    match error:
        case DomainError():
            return error.message
        case NotConverged():
            return f"no fit was found: {error}"
        case SQLAlchemyError():
            return f"the database failed ({type(error).__name__})"
        case KeyboardInterrupt() | SystemExit():
            return "it was stopped, and goes on at the next start"
        case _:
            return f"a fault of the program ({type(error).__name__})"
