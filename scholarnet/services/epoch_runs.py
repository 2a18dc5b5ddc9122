"""Runs of the epoch job: one at a time, and whoever was taken for dead changes nothing any more.

A run holds its place by its row. It gives signs of life in it every few seconds, whatever it is at; one that is silent
for SILENCE is taken to have died, and the next one to ask takes its place. So is one whose last sign lies that far in
the future: the clock was set back since, and who lives gives another. Every write of a run asks first whether the row
is still its own (`keep_run`), in the same transaction, so that one that wakes up late cannot switch.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from scholarnet.db import now
from scholarnet.errors import Conflict, RunLost
from scholarnet.models import Epoch, EpochRun, RunState, Starter
from scholarnet.services.clock import current_epoch_id
from scoring.parameters import MODEL_VERSION

SILENCE = timedelta(minutes=1)  # a dozen signs of life (api/heartbeat.py); whoever writes holds the row itself
DIED = "it gave no sign of life for a minute, and another run took its place"
FIRST_WAIT = timedelta(minutes=5)  # after a failure; it doubles with each one that follows
MOST_DOUBLINGS = 12
RESUMED_FOR = timedelta(days=1)  # an epoch that was written longer ago is old news: the next run begins anew


def claim_run(session: Session, *, started_by: Starter, host: str, pid: int) -> EpochRun:
    """Begin a run, in place of one that died; Conflict says who is at work and since when.

    The new run has the `epoch_id` of the one before where that wrote an epoch and could not switch to it.
    """
    moment = now()
    session.execute(
        update(EpochRun)
        .where(EpochRun.state == RunState.RUNNING, ~EpochRun.heartbeat_at.between(moment - SILENCE, moment + SILENCE))
        .values(state=RunState.FAILED, finished_at=moment, error=DIED)
    )
    of_dialect = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    columns = {"started_by": started_by, "host": host, "pid": pid, "started_at": moment, "heartbeat_at": moment}
    begun = of_dialect(EpochRun).values(**columns, epoch_id=_left_over(moment).scalar_subquery())
    run_id = session.scalar(begun.on_conflict_do_nothing().returning(EpochRun.id))
    if run_id is None:
        raise Conflict(_who_is_at_work(session))
    return session.get_one(EpochRun, run_id, populate_existing=True)


def keep_run(session: Session, *, run: EpochRun, **columns: Any) -> None:
    """Write a sign of life and how far it is (`step`, …); RunLost where the place is no longer this run's.

    Where the transaction goes on, nobody can take the place until it ends, however long it takes: they wait.
    """
    values = {"heartbeat_at": now(), **columns}
    if not session.execute(update(EpochRun).where(*_own(run)).values(values)).rowcount:  # type: ignore[attr-defined]
        raise RunLost


def end_run(session: Session, *, run: EpochRun, state: RunState, error: str | None = None) -> None:
    """Say how it ended; a run whose place was taken has its end already.

    One that failed leaves no epoch to go on with: what failed once would fail again.
    """
    values: dict[str, Any] = {"state": state, "finished_at": now(), "error": error}
    if state is RunState.FAILED:
        values["epoch_id"] = None
    session.execute(update(EpochRun).where(*_own(run)).values(values))


def is_due(session: Session, *, every: timedelta, moment: datetime) -> bool:
    """Whether a run should begin: the last success began `every` ago, and failures since have been waited for.

    Never where `every` is nothing.
    """
    if not every:
        return False
    running = find_running(session)
    if running is not None:
        return is_silent(running, moment=moment)
    done = session.scalar(select(func.max(EpochRun.id)).where(EpochRun.state == RunState.SUCCEEDED))
    last = session.get(EpochRun, done) if done else None
    if last is not None and last.started_at <= moment < last.started_at + every:  # if the clock was set back, now
        return False
    failed = select(func.count(), func.max(EpochRun.finished_at)).where(
        EpochRun.state == RunState.FAILED, EpochRun.id > (done or 0)
    )
    n_failed, failed_at = session.execute(failed).one()
    if failed_at is None:
        return True
    wait = FIRST_WAIT * 2 ** min(n_failed - 1, MOST_DOUBLINGS)
    return not failed_at <= moment < failed_at + min(wait, every)


def is_silent(run: EpochRun, *, moment: datetime) -> bool:
    """Whether a run that is at work is to be taken for dead."""
    return abs(moment - run.heartbeat_at) > SILENCE


def find_running(session: Session) -> EpochRun | None:
    """Return the run that is at work, or died at it."""
    return session.scalar(select(EpochRun).where(EpochRun.state == RunState.RUNNING))


def last_ended(session: Session, *states: RunState) -> EpochRun | None:
    """Return the run that ended last in one of these states."""
    ended = select(EpochRun).where(EpochRun.state.in_(states))
    return session.scalar(ended.order_by(EpochRun.finished_at.desc(), EpochRun.id.desc()).limit(1))


def count_runs(session: Session) -> dict[RunState, int]:
    """Count the runs in each state, those in which there is none included."""
    found = dict(session.execute(select(EpochRun.state, func.count()).group_by(EpochRun.state)).all())
    return {state: found.get(state, 0) for state in RunState}


def list_runs() -> Select[EpochRun]:
    """All runs, newest first, each with its epoch."""
    return (
        select(EpochRun)
        .options(joinedload(EpochRun.epoch))
        .order_by(EpochRun.started_at.desc(), EpochRun.public_id.desc())
    )


def _own(run: EpochRun) -> tuple[ColumnElement[bool], ...]:
    return EpochRun.id == run.id, EpochRun.state == RunState.RUNNING


def _left_over(moment: datetime) -> Select[int]:
    """The epoch that the last run wrote, where it only has to be switched to."""
    last = select(func.max(EpochRun.id)).where(EpochRun.state != RunState.RUNNING).scalar_subquery()
    return (
        select(Epoch.id)
        .join(EpochRun, EpochRun.epoch_id == Epoch.id)
        .where(
            EpochRun.id == last,
            Epoch.is_complete.is_(False),
            Epoch.id > current_epoch_id(),
            Epoch.model_version == MODEL_VERSION,
            Epoch.created_at > moment - RESUMED_FOR,
        )
    )


def _who_is_at_work(session: Session) -> str:
    run = find_running(session)
    if run is None:
        return "another run of the epoch job ended this moment; try again"
    return (
        f"an epoch is being fitted already, by a {run.started_by} (process {run.pid} on {run.host}) since"
        f" {run.started_at:%Y-%m-%d %H:%M:%S} UTC, at the step {run.step}; its last sign of life came at"
        f" {run.heartbeat_at:%H:%M:%S}, and once it is silent for {SILENCE.seconds} seconds it is replaced"
    )
