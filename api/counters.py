"""Counters with an end, shared by all workers of one machine: a small SQLite file that may be lost at any time."""

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from weakref import finalize

from limits.storage import Storage

SCHEME = "sqlitefile"
PATIENCE_SECONDS = 1
SKEW_SECONDS = 60  # by which two processes may differ in what time it is
LIVES = f"expires_at > :now AND expires_at <= :now + span + {SKEW_SECONDS}"  # else the clock was set back since
SET_UP = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS tally (
    key TEXT PRIMARY KEY, amount INTEGER NOT NULL, expires_at REAL NOT NULL, span REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_tally_expires_at ON tally (expires_at);
"""
ADD = f"""
INSERT INTO tally (key, amount, expires_at, span) VALUES (:key, :amount, :now + :span, :span)
ON CONFLICT (key) DO UPDATE SET
    amount = excluded.amount + CASE WHEN {LIVES} THEN amount ELSE 0 END,
    expires_at = CASE WHEN {LIVES} THEN expires_at ELSE excluded.expires_at END,
    span = excluded.span
RETURNING amount
"""  # noqa: S608  (no value is put into it)


def url_of(path: Path) -> str:
    """Return the address of the counters in that file."""
    return f"{SCHEME}://{quote(str(path.absolute()))}"


class FileStorage(Storage):
    """A storage of `limits`; the file is opened at the first count, so after the workers were forked."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012  (declared so by its base)

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_options: float | str | bool) -> None:  # noqa: FBT001, FBT002
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._path = Path(unquote(urlsplit(uri).path))
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """What a failing file raises."""
        return (sqlite3.Error, OSError)

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to a counter, which begins anew when it has ended, and return it."""
        values = {"key": key, "amount": amount, "now": time.time(), "span": expiry}
        counted = int(self._run(ADD, values)[0][0])
        if counted == amount:
            self._run("DELETE FROM tally WHERE expires_at <= ?", (values["now"],))
        return counted

    def get(self, key: str) -> int:
        """Return a counter, 0 when it has ended."""
        found = self._find(key)
        return int(found[0]) if found else 0

    def get_expiry(self, key: str) -> float:
        """Return when the counter ends; now, if there is none."""
        found = self._find(key)
        return float(found[1]) if found else time.time()

    def check(self) -> bool:
        """Whether the file can be read."""
        try:
            self._run("SELECT 1", ())
        except self.base_exceptions:
            return False
        return True

    def reset(self) -> int:
        """Forget all counters and return how many there were."""
        return len(self._run("DELETE FROM tally RETURNING key", ()))

    def clear(self, key: str) -> None:
        """Forget a counter."""
        self._run("DELETE FROM tally WHERE key = ?", (key,))

    def _find(self, key: str) -> tuple[Any, ...] | None:
        statement = f"SELECT amount, expires_at FROM tally WHERE key = :key AND {LIVES}"  # noqa: S608  (as above)
        return next(iter(self._run(statement, {"key": key, "now": time.time()})), None)

    def _run(self, statement: str, values: Sequence[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
        with self._lock:
            self._connection = self._connection or self._connect()
            return self._connection.execute(statement, values).fetchall()

    def _connect(self) -> sqlite3.Connection:
        self._path.touch(mode=0o600)
        connection = sqlite3.connect(
            self._path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
        )
        finalize(self, connection.close)
        connection.executescript(SET_UP)
        return connection
