"""What waits for a worker, and whether there is one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from scholarnet.db import add_missing
from scholarnet.models import ImportJob, ImportState, OutgoingMail, WorkerSign
from scholarnet.services.mails import count_waiting

SILENCE = timedelta(minutes=10)  # after which a worker is missed, and a mail that is due is late
IMPORTS_TAKE = timedelta(hours=1)  # that an import may wait for those before it
FORGOTTEN = timedelta(days=7)  # a machine that has not been seen for so long is none of ours any more


@dataclass(frozen=True, slots=True)
class Queues:
    """How many wait, how long the one that waits longest has been due, and when a worker was last at work.

    A mail that could not be sent is due again at its next attempt, so that a dead address does not make a queue late.
    """

    n_mails: int
    mail_due_for: timedelta
    n_imports: int
    import_waits_for: timedelta
    worker_silent_for: timedelta | None

    @property
    def is_late(self) -> bool:
        """Whether something waits that should have been taken long ago."""
        return self.mail_due_for > SILENCE or self.import_waits_for > IMPORTS_TAKE

    @property
    def worker(self) -> str:
        """`ok`, `silent`, or `none` where no worker was seen these days."""
        if self.worker_silent_for is None:
            return "none"
        return "silent" if self.worker_silent_for > SILENCE else "ok"


def read_queues(session: Session, *, moment: datetime) -> Queues:
    """Read how it stands at that moment."""
    queued = ImportJob.state == ImportState.QUEUED
    due = session.scalar(select(func.min(OutgoingMail.next_attempt_at)))
    n_imports, oldest = session.execute(select(func.count(), func.min(ImportJob.created_at)).where(queued)).one()
    seen = session.scalar(select(func.max(WorkerSign.seen_at)))
    return Queues(
        n_mails=count_waiting(session),
        mail_due_for=_since(due, moment),
        n_imports=n_imports,
        import_waits_for=_since(oldest, moment),
        worker_silent_for=None if seen is None else _since(seen, moment),
    )


def give_sign(session: Session, *, host: str, moment: datetime) -> None:
    """Write down that the worker of this machine is at work; forget machines that are long gone."""
    add_missing(session, WorkerSign, [{"host": host, "seen_at": moment}])
    session.execute(update(WorkerSign).where(WorkerSign.host == host).values(seen_at=moment))
    session.execute(delete(WorkerSign).where(WorkerSign.seen_at < moment - FORGOTTEN))


def _since(then: datetime | None, moment: datetime) -> timedelta:
    return timedelta(0) if then is None else max(timedelta(0), moment - then)
