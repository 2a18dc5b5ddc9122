"""Imports as jobs: read, batch by batch imported, and taken up again behind the last batch by whoever comes next."""

import logging
from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from api.heartbeat import beating
from api.import_batches import Batches
from scholarnet.db import now, reading
from scholarnet.errors import DomainError, InputError, JobLost
from scholarnet.models import ImportJob, ImportState
from scholarnet.services.import_jobs import MOST_ENTRIES, claim_job, end_job, hold_job, is_waiting, keep_results
from scholarnet.services.import_publications import BATCH
from scholarnet.sources.bibliographies import parse_bibliography
from scholarnet.sources.references import Entry
from scholarnet.sources.remote import Source, SourceFailure, SourceName, SourceSettings, open_source
from scholarnet.storage import Storage

BEAT = timedelta(seconds=5)  # between signs of life, and the longest that entries wait for their batch to be full
log = logging.getLogger("scholarnet.imports")


@dataclass(frozen=True, slots=True)
class Workshop:
    """What an import is worked off with; `stop` tells to put it back, with what was done."""

    engine: Engine
    storage: Storage
    settings: SourceSettings = field(default_factory=SourceSettings)
    stop: Event = field(default_factory=Event)


class Stopped(Exception):
    """The worker was told to end."""


def run_imports(workshop: Workshop) -> int:
    """Work off what waits, until nothing does or it is told to stop; return how many were taken up."""
    n_taken = 0
    while not workshop.stop.is_set() and _is_waiting(workshop):
        with Session(workshop.engine, expire_on_commit=False) as session:
            job = claim_job(session)
            session.commit()
        if job is None:
            break
        n_taken += 1
        _run(workshop, job)
    return n_taken


def _is_waiting(workshop: Workshop) -> bool:
    """Ask before a lock is taken, which a claim needs."""
    with Session(reading(workshop.engine)) as session:
        return is_waiting(session)


def _run(workshop: Workshop, job: ImportJob) -> None:
    """Import it, and write down how it ended; where the database is gone, its silence tells."""
    log.info("import %s begins, attempt %d", job.public_id, job.attempt)
    end: dict[str, Any]
    try:
        with beating(partial(_live, workshop.engine, job)):
            _Run(workshop, job).do()
        end = {"state": ImportState.SUCCEEDED}
    except JobLost as lost:
        log.info("import %s: %s", job.public_id, lost.message)
        return
    except Stopped:
        end = {"state": ImportState.QUEUED}
    except SQLAlchemyError:
        log.exception("import %s was left, and will be taken up again", job.public_id)
        return
    except DomainError as error:
        go_on = error.go_on or None if isinstance(error, SourceFailure) else None
        end = {"state": ImportState.FAILED, "error": error.message, "go_on": go_on}
    except Exception as error:
        log.exception("import %s failed", job.public_id)
        end = {"state": ImportState.FAILED, "error": f"a fault of the program ({type(error).__name__})"}
    with suppress(SQLAlchemyError), Session(workshop.engine) as session:
        is_ours = end_job(session, job=job, **end)
        session.commit()
        if is_ours and job.object_key and end["state"] is not ImportState.QUEUED:
            workshop.storage.delete(job.object_key)
    log.info("import %s is %s", job.public_id, end["state"])


def _live(engine: Engine, job: ImportJob) -> None:
    with Session(engine) as session:
        hold_job(session, job=job)
        session.commit()


@dataclass(slots=True)
class _Run:
    """One attempt at a job."""

    workshop: Workshop
    job: ImportJob
    n_read: int = 0
    source: Source | None = None
    told_at: datetime = field(default_factory=now)

    def do(self) -> None:
        """Import what was not imported yet."""
        batches = Batches(
            self.workshop.engine,
            importer_id=self.job.researcher_id,
            is_vouched=self.job.source is not None,
            hold=partial(hold_job, job=self.job),
            keep=partial(keep_results, job=self.job),
        )
        with closing(self._batches()) as found:
            for batch in found:
                self._beat()
                batches.add(batch)
            self._beat()

    def _batches(self) -> Generator[list[Entry]]:
        """What is new, in batches; the last one, too, where the source fails behind it."""
        batch: list[Entry] = []
        begun = now()
        with closing(self._entries()) as entries:
            try:
                for self.n_read, entry in enumerate(entries, start=1):
                    batch += [entry] if self.n_read > self.job.n_done else []
                    if now() - self.told_at >= BEAT:
                        self._beat()
                    if len(batch) == BATCH or (batch and self.source and now() - begun >= BEAT):
                        yield batch
                        batch, begun = [], now()
            except DomainError:
                if batch:
                    yield batch
                raise
        if batch:
            yield batch

    def _entries(self) -> Generator[Entry]:
        if not self.job.source:
            yield from self._file()
            return
        self.source = open_source(cast(SourceName, self.job.source), settings=self.workshop.settings)
        yield from self.source.entries(self.job.query or "")

    def _file(self) -> list[Entry]:
        storage, key, shown = self.workshop.storage, self.job.object_key or "", self.job.name or "the file"
        try:
            raw = b"".join(storage.read(key, 0, storage.size(key)))
        except FileNotFoundError as error:
            raise InputError(shown, "is not there any more; send it again") from error
        entries, note = parse_bibliography(raw, name=self.job.format or "", shown=shown)
        if len(entries) > MOST_ENTRIES:
            raise InputError(shown, f"has {len(entries):,} entries, more than {MOST_ENTRIES:,}; send it in parts")
        self._beat(n_expected=len(entries), note=f"{shown} {note}" if note else None)
        return entries

    def _beat(self, **columns: object) -> None:
        """Give a sign of life and say how far it is; JobLost where it is not ours any more."""
        if self.workshop.stop.is_set():
            raise Stopped
        self.told_at = now()
        if self.source is not None:
            columns["n_expected"] = self.source.expected
        with suppress(OperationalError), Session(self.workshop.engine) as session:
            hold_job(session, job=self.job, n_read=self.n_read, **columns)
            session.commit()
