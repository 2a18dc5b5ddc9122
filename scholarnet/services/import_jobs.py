"""Imports that were asked for: they wait for a worker, are worked off batch by batch, and belong to who asked.

A worker holds a job by its row, and each of its writes asks first whether the row is still its own, in the same
transaction (:func:`hold_job`): so no batch is written twice, whoever was taken for dead meanwhile. A batch commits
with its results, and a job that is taken up again goes on behind the last one.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from scholarnet.db import insert_rows, now
from scholarnet.errors import Conflict, JobLost, NotFound
from scholarnet.filters import Filter, clauses, one_of, parse
from scholarnet.models import ImportJob, ImportResult, ImportState, Outcome, Publication, Researcher
from scholarnet.models.import_result import LONGEST_KEY
from scholarnet.permissions import administers, permit
from scholarnet.services.import_publications import Result

MOST_OPEN = 5  # imports of one account that wait or run
MOST_ENTRIES = 20_000  # of one file
MOST_DEATHS = 3  # of workers at one job, without a batch between
SILENCE = timedelta(minutes=1)  # a dozen signs of life (api/heartbeat.py); whoever writes a batch holds the row itself
KEPT_FOR = timedelta(days=30)  # once it has ended
OPEN = (ImportState.QUEUED, ImportState.RUNNING)
DIED = f"{MOST_DEATHS} workers died at it one after the other; what was imported before stays"
RESULT_FILTERS = {"outcome": Filter(one_of(list(Outcome)), ImportResult.outcome.in_)}


def check_room(session: Session, *, importer: Researcher) -> None:
    """Refuse, before anything is received, an import too many."""
    permit(importer, "import.create")
    open_ones = select(func.count()).where(ImportJob.researcher_id == importer.id, ImportJob.state.in_(OPEN))
    if (session.scalar(open_ones) or 0) >= MOST_OPEN:
        msg = f"you have {MOST_OPEN} imports that wait or run; let one end, or cancel one"
        raise Conflict(msg)


def add_import(session: Session, *, importer: Researcher, **of: Any) -> ImportJob:
    """Put an import into the queue: of a file by `format`, `name`, `object_key`, or of a `source` by a `query`."""
    lock = select(Researcher.id).where(Researcher.id == importer.id).with_for_update(key_share=True)
    session.execute(lock)  # of two at once the second counts the first
    check_room(session, importer=importer)
    job = ImportJob(researcher_id=importer.id, **of)
    session.add(job)
    session.flush()
    return job


def get_import(session: Session, public_id: str, *, viewer: Researcher) -> ImportJob:
    """Return an import of `viewer`'s own; administrators may see any."""
    query = select(ImportJob).where(ImportJob.public_id == public_id)
    found = session.scalar(query if administers(viewer) else query.where(ImportJob.researcher_id == viewer.id))
    if found is None:
        raise NotFound("import", public_id)
    return found


def list_imports(*, importer: Researcher) -> Select[ImportJob]:
    """Somebody's imports, newest first."""
    query = select(ImportJob).where(ImportJob.researcher_id == importer.id)
    return query.order_by(ImportJob.created_at.desc(), ImportJob.public_id.desc())


def list_results(job: ImportJob, *, filters: str = "") -> Select[ImportResult]:
    """What became of the entries of an import, in their order, each with its publication."""
    query = select(ImportResult).where(ImportResult.job_id == job.id, *clauses(parse(filters), RESULT_FILTERS))
    return query.options(joinedload(ImportResult.publication).load_only(Publication.public_id)).order_by(
        ImportResult.position
    )


def drop_import(session: Session, *, job: ImportJob) -> str | None:
    """Cancel an import that has not ended, or forget one that has; return the key of a file that nobody needs now.

    Publications that it brought stay.
    """
    key = job.object_key
    values = {"state": ImportState.CANCELLED, "finished_at": now(), "object_key": None}
    cancel = update(ImportJob).where(ImportJob.id == job.id, ImportJob.state.in_(OPEN)).values(values)
    if not session.execute(cancel).rowcount:  # type: ignore[attr-defined]
        session.execute(delete(ImportJob).where(ImportJob.id == job.id))
    session.flush()
    return key


def is_waiting(session: Session) -> bool:
    """Whether there is an import to take."""
    return bool(session.scalar(select(exists().where(_is_free()))))


def claim_job(session: Session) -> ImportJob | None:
    """Take the import that has waited longest, or whose worker fell silent, if there is one."""
    moment = now()
    dead = {"state": ImportState.FAILED, "finished_at": moment, "error": DIED, "object_key": None}
    session.execute(update(ImportJob).where(_is_silent(), ImportJob.n_deaths >= MOST_DEATHS - 1).values(dead))
    first = select(ImportJob.id).where(_is_free()).order_by(ImportJob.id).limit(1).with_for_update(skip_locked=True)
    values = {
        "state": ImportState.RUNNING,
        "attempt": ImportJob.attempt + 1,
        "n_deaths": ImportJob.n_deaths + case((ImportJob.state == ImportState.RUNNING, 1), else_=0),
        "started_at": func.coalesce(ImportJob.started_at, moment),
        "heartbeat_at": moment,
    }
    claim = update(ImportJob).where(ImportJob.id == first.scalar_subquery(), _is_free()).values(values)
    job_id = session.scalar(claim.returning(ImportJob.id), execution_options={"synchronize_session": False})
    return session.get_one(ImportJob, job_id, populate_existing=True) if job_id is not None else None


def hold_job(session: Session, *, job: ImportJob, **columns: Any) -> None:
    """Write a sign of life, and more; JobLost where it is not this worker's any more. Nobody takes it until commit."""
    values = {"heartbeat_at": now(), **columns}
    if not session.execute(update(ImportJob).where(*_own(job)).values(values)).rowcount:  # type: ignore[attr-defined]
        raise JobLost


def keep_results(session: Session, results: Sequence[Result], *, job: ImportJob) -> None:
    """Write what became of the batch behind the last, in the batch's own transaction, in which the job is held."""
    last = session.scalar(select(func.max(ImportResult.position)).where(ImportResult.job_id == job.id))
    rows = [
        {
            "job_id": job.id,
            "position": position,
            "line": result.line,
            "key": result.key.replace("\0", "")[:LONGEST_KEY],
            "outcome": result.outcome,
            "reason": result.reason,
            "publication_id": result.publication.id if result.publication else None,
        }
        for position, result in enumerate(results, start=(last or 0) + 1)
    ]
    insert_rows(session, ImportResult, rows)
    n_of = Counter(result.outcome for result in results)
    counts = {f"n_{outcome}": getattr(ImportJob, f"n_{outcome}") + n for outcome, n in n_of.items()}
    hold_job(session, job=job, n_deaths=0, **counts)


def end_job(session: Session, *, job: ImportJob, state: ImportState, **columns: Any) -> bool:
    """Say how it ended, or that it waits again; return whether it was still this worker's to say so."""
    values = {"state": state, **columns}
    if state is not ImportState.QUEUED:
        values |= {"finished_at": now(), "object_key": None}
    return bool(session.execute(update(ImportJob).where(*_own(job)).values(values)).rowcount)  # type: ignore[attr-defined]


def forget_old_imports(session: Session) -> None:
    """Forget the imports that ended KEPT_FOR ago."""
    session.execute(delete(ImportJob).where(ImportJob.finished_at < now() - KEPT_FOR))


def _is_silent() -> ColumnElement[bool]:
    """No sign of life for long, or none since the clock was set back."""
    moment = now()
    is_heard = ImportJob.heartbeat_at.between(moment - SILENCE, moment + SILENCE)
    return and_(ImportJob.state == ImportState.RUNNING, ~is_heard)


def _is_free() -> ColumnElement[bool]:
    return or_(ImportJob.state == ImportState.QUEUED, _is_silent())


def _own(job: ImportJob) -> tuple[ColumnElement[bool], ...]:
    return ImportJob.id == job.id, ImportJob.attempt == job.attempt, ImportJob.state == ImportState.RUNNING
