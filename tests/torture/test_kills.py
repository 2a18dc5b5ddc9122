"""The server and the worker are killed by signal 9 at random moments while people write: nothing is lost or doubled.

SCHOLARNET_TORTURE_KILLS says how often on each database (20), SCHOLARNET_TORTURE_SEED repeats what was chosen; the
moments in which the processes meet are the machine's own. `make torture KILLS=200` prints what happened.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.models import EpochRun, ImportJob, ImportState, OutgoingMail, RunState
from scholarnet.services import epoch_runs, import_jobs
from tests.torture import truth
from tests.torture.crowd import SEED, Crowd
from tests.torture.sink import Sink, sink
from tests.torture.site import Site, site, wait_until
from tests.torture.writers import Book

KILLS = int(os.environ.get("SCHOLARNET_TORTURE_KILLS", "20"))
TARGETS = ("server", "child", "parent", "worker", "worker", "both")
MOST_WRITES = 12  # between two kills


@pytest.fixture
def mails() -> Iterator[Sink]:
    with sink() as server:
        yield server


@pytest.mark.timeout(300 + 60 * KILLS)
def test_every_write_that_was_answered_is_there_once_however_often_all_is_killed(
    engine: Engine, session: Session, tmp_path: Path, mails: Sink
) -> None:
    print(f"\nSCHOLARNET_TORTURE_SEED={SEED} on {engine.dialect.name}")
    chance, killed, begun = random.Random(f"{SEED} kills"), Counter[str](), time.monotonic()
    with site(engine, tmp_path, mail_url=mails.url, epoch_every="1") as at:
        crowd = Crowd(at, session)
        at.serve()
        at.work()
        crowd.start()
        try:
            for number in range(KILLS):
                target = chance.choice(TARGETS)
                _wait_for_a_moment(at, crowd, target, chance)
                _kill(at, target, chance)
                killed[target] += 1
                crowd.gate.close()
                truth.check(engine, crowd.book, tmp_path)
                if number % 10 == 9:
                    truth.check_epoch(engine)
                    print(f"{number + 1} kills, {time.monotonic() - begun:.0f} s", flush=True)
                _start_again(at, session)
                crowd.gate.open()
        finally:
            crowd.stop.set()
            crowd.gate.open()
        crowd.end()
        _finish(at, session, mails)
        at.run("score")
        truth.check(engine, crowd.book, tmp_path)
        truth.check_references(engine)
        assert truth.check_epoch(engine) is not None
        _check_mails(session, mails)
        _check_imports(session, crowd.book)
        for name in ("serve", "worker"):
            assert "Traceback" not in at.log(name), at.log(name)[at.log(name).index("Traceback") :][:3000]
        print(dict(killed), f"{time.monotonic() - begun:.0f} s", truth.counts(engine))
        print(dict(crowd.book.counts))


def _wait_for_a_moment(at: Site, crowd: Crowd, target: str, chance: random.Random) -> None:
    """Some writes on; for a worker also until it is at something, if it gets there."""
    crowd.wait_for_writes(chance.randint(1, MOST_WRITES))
    if target in {"worker", "both"} and chance.random() < 0.8:
        worker = at.worker
        assert worker is not None
        wait_until("the worker begins", lambda: worker.poll() is not None or _is_at_work(at.engine, worker.pid))
        time.sleep(chance.random() * 0.3)  # no wait for anything: this is the random moment


def _is_at_work(engine: Engine, pid: int) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM epoch_run WHERE pid = :pid"), {"pid": pid}))


def _kill(at: Site, target: str, chance: random.Random) -> None:
    if target in {"server", "both"}:
        at.kill_server()
    if target == "child":
        at.kill_child(chance.randrange(2))
    if target == "parent":
        at.kill_parent()
    if target in {"worker", "both"}:
        at.kill_worker()


def _start_again(at: Site, session: Session) -> None:
    if at.server is None:
        at.serve()
    if at.worker is None:
        _let_the_silence_pass(session)
        at.work()


def _let_the_silence_pass(session: Session) -> None:
    """The worker is dead: what it held looks as it will after the time that this takes."""
    longest = max(epoch_runs.SILENCE, import_jobs.SILENCE) + timedelta(seconds=1)
    for table, running in ((EpochRun, RunState.RUNNING), (ImportJob, ImportState.RUNNING)):
        session.execute(update(table).where(table.state == running).values(heartbeat_at=now() - longest))
    session.commit()


def _finish(at: Site, session: Session, mails: Sink) -> None:
    """Let the worker do all that is left; a mail whose sender died is put off for a minute, which passes here."""
    at.kill_worker()
    for _ in range(20):
        _let_the_silence_pass(session)
        session.execute(update(OutgoingMail).values(next_attempt_at=now()))
        session.commit()
        at.run("worker", "--once")
        left = session.scalar(text("SELECT count(*) FROM outgoing_mail")) or 0
        left += session.scalar(text("SELECT count(*) FROM import_job WHERE state IN ('queued', 'running')")) or 0
        session.rollback()
        if not left:
            return
    raise AssertionError(f"{left} mails and imports are never done; {len(mails.mails)} mails came")


def _check_mails(session: Session, mails: Sink) -> None:
    """Each mail came, and what came twice, because its sender was killed before it could say so, has one Message-ID."""
    invited = Counter(session.execute(text(INVITED)).scalars())
    session.rollback()
    by_id = {mail["Message-ID"]: mail["To"] for mail in mails.mails}
    assert Counter(by_id.values()) == invited
    print(f"{len(by_id)} mails, {len(mails.mails) - len(by_id)} of them twice")


def _check_imports(session: Session, book: Book) -> None:
    """Every import that was asked for was done, each entry once; one at which worker after worker died was given up."""
    gave_up = select(ImportJob.name).where(ImportJob.state == ImportState.FAILED, ImportJob.error == import_jobs.DIED)
    lost = set(session.scalars(gave_up))
    found = dict(tuple(row) for row in session.execute(text(IMPORTED)))
    session.rollback()
    asked = {f"{mark}.bib" for kind, mark in book.done if kind == "import"} - lost
    assert {name: found.get(name) for name in asked} == dict.fromkeys(asked, 60)


INVITED = "SELECT r.email FROM invitation i JOIN researcher r ON r.id = i.invited_id"
IMPORTED = (
    "SELECT j.name, count(DISTINCT p.title) FROM import_job j JOIN import_result r ON r.job_id = j.id"
    " JOIN publication p ON p.id = r.publication_id WHERE j.state = 'succeeded' GROUP BY j.name"
)
