"""What every test may ask for: an empty migrated database on SQLite and PostgreSQL, a session, real data."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import URL, Engine, event
from sqlalchemy.orm import Session

from scholarnet import db
from scholarnet.services import passwords
from tests import databases
from tests.api.fixtures import apps, attachments
from tests.factories.row import using

ROOT = Path(__file__).parents[1]
__all__ = ["apps", "attachments"]  # here, so that all folders share them

KINDS = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    databases.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this worker's SQLite database lies: always in one place, so that the application is made once for it."""
    return tmp_path_factory.mktemp("sqlite") / "test.db"


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Passwords are slow by design, and thousands of tests sign in: here they are hashed at the least cost."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    pytest.MonkeyPatch().setattr(passwords, "_hasher", lambda: quick)


@pytest.fixture(scope="session", autouse=True)
def quick_commits() -> None:
    """What a test commits to SQLite need not survive a power cut: here no commit waits for the disk."""
    pytest.MonkeyPatch().setattr(db, "SYNCHRONOUS", "OFF")


@pytest.fixture(scope="session")
def postgresql_server(testrun_uid: str) -> Iterator[URL]:
    with databases.postgresql_server(testrun_uid) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql(postgresql_server: URL, testrun_uid: str, worker_id: str) -> Iterator[URL]:
    """This worker's migrated PostgreSQL database."""
    with databases.postgresql_database(postgresql_server, f"test_{testrun_uid}_{worker_id}") as url:
        databases.migrate(url)
        yield url


@pytest.fixture(scope="session")
def sqlite_engine(sqlite_file: Path) -> Iterator[Engine]:
    """This worker's engine of SQLite: one for all tests, so that a statement is compiled once."""
    with databases.disposing(f"sqlite:///{sqlite_file}") as engine:
        yield engine


@pytest.fixture(scope="session")
def postgresql_engine(postgresql: URL) -> Iterator[Engine]:
    """This worker's engine of PostgreSQL, as above."""
    with databases.disposing(postgresql) as engine:
        yield engine


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A migrated, empty database; what a test commits is gone after it."""
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    if request.param == "sqlite":
        path: Path = request.getfixturevalue("sqlite_file")
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()  # not written over: whoever has it open still keeps what it had
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield engine
        engine.dispose()
    else:
        yield engine
        databases.empty(engine)


@pytest.fixture(params=KINDS)
def blank_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table, for the migrations themselves."""
    if request.param == "sqlite":
        with databases.disposing(f"sqlite:///{tmp_path / 'blank.db'}") as engine:
            yield engine
    else:
        run, worker = request.getfixturevalue("testrun_uid"), request.getfixturevalue("worker_id")
        server = request.getfixturevalue("postgresql_server")
        with (
            databases.postgresql_database(server, f"blank_{run}_{worker}") as url,
            databases.disposing(url) as engine,
        ):
            yield engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session that the factories write to; rolled back and closed at the end."""
    with Session(engine) as session, using(session):
        yield session


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[list[str]]]:
    """Count what is sent to any database: ``with count_queries() as statements: …``, then ``len(statements)``."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(*arguments: Any) -> None:
            statements.append(arguments[2])

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return counting


@pytest.fixture(scope="session")
def data_folder() -> Callable[[str], Path]:
    """Find a folder of real data by name, or skip; with SCHOLARNET_REQUIRE_DATA=1 its absence is a failure."""

    def find(name: str) -> Path:
        folder = Path(os.environ.get("SCHOLARNET_DATA") or ROOT.parent / "shared" / "data") / name
        if folder.is_dir():
            return folder
        message = f"no real data at {folder}; SCHOLARNET_DATA says where it is"
        if os.environ.get("SCHOLARNET_REQUIRE_DATA") == "1":
            pytest.fail(message)
        pytest.skip(message)

    return find
