"""How the scores are: how old the epoch in force is, and whether the job that makes the next one does its work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import RunState, ScoreLog
from scholarnet.services.epoch_runs import find_running, is_silent, last_ended
from scholarnet.services.epochs import current_epoch


@dataclass(frozen=True, slots=True)
class Health:
    """The epoch in force, if any, and the job.

    epoch       its public id
    age         since the moment that it was computed as of
    is_stale    whether it is older than two intervals of the schedule
    failed_at   when the last run failed or fell silent; None where it did its work
    run_time    how long the last run that did its work took
    lag         lines of the log that no fit has read yet; their posts have scores by the epoch in force all the same
    """

    epoch: str | None
    age: timedelta | None
    is_stale: bool
    failed_at: datetime | None
    run_time: timedelta | None
    lag: int

    @property
    def is_degraded(self) -> bool:
        """Whether somebody should look: what is served is good, and grows old."""
        return self.is_stale or self.failed_at is not None


def read_health(session: Session, *, every: timedelta, moment: datetime) -> Health:
    """Read how it stands at that moment, where the schedule fits `every` so long; nothing means never."""
    epoch = current_epoch(session)
    age = moment - epoch.as_of if epoch else None
    success = last_ended(session, RunState.SUCCEEDED)
    written = session.scalar(select(ScoreLog.last_sequence)) or 0
    return Health(
        epoch=epoch.public_id if epoch else None,
        age=age,
        is_stale=bool(every) and age is not None and age > 2 * every,
        failed_at=_failed_at(session, moment),
        run_time=success.finished_at - success.started_at if success and success.finished_at else None,
        lag=written - (epoch.log_position if epoch else 0),
    )


def _failed_at(session: Session, moment: datetime) -> datetime | None:
    running = find_running(session)
    if running is not None and is_silent(running, moment=moment):
        return running.heartbeat_at
    last = last_ended(session, RunState.SUCCEEDED, RunState.FAILED)
    return last.finished_at if last is not None and last.state is RunState.FAILED else None
