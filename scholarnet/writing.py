"""How writes get SQLite's one place to write, and what they have of it; PostgreSQL needs none of this."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, Engine

from scholarnet.db import PATIENCE_MS

ROOM_KB, USUAL_KB = 512_000, 2_000  # of SQLite's pages in memory: while many rows are written, and by default


def begin_writing(connection: Connection) -> None:
    """Queue for the place to write, where the transaction is to begin with its first write only.

    Who reads on `db.autocommit` first must come here before the first write, or each would be committed by itself.
    """
    if connection.dialect.name == "sqlite" and not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def impatient(engine: Engine) -> AbstractContextManager[Connection]:
    """A connection for a write that may as well be left out: on SQLite it fails at once while another writes.

    On PostgreSQL a statement says itself that it passes over locked rows.
    """
    return _having(engine, "busy_timeout=0", usual=f"busy_timeout={PATIENCE_MS}")


def roomy(engine: Engine) -> AbstractContextManager[Connection]:
    """A connection for millions of rows: on SQLite the indexes that they go into stay in memory meanwhile."""
    return _having(engine, f"cache_size={-ROOM_KB}", usual=f"cache_size={-USUAL_KB}")


@contextmanager
def _having(engine: Engine, pragma: str, *, usual: str) -> Iterator[Connection]:
    with engine.connect() as connection:
        _set(connection, pragma)
        try:
            yield connection
        finally:
            _set(connection, usual)


def _set(connection: Connection, pragma: str) -> None:
    """Set it below SQLAlchemy, which would begin a transaction first, and so wait."""
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
