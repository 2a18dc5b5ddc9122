"""SQLite: its own online backup copies one moment of the file while others read and write."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from api.backups.folder import Folder
from api.backups.tables import Run, count, empty_or_refuse, revision_of
from scholarnet import migration
from scholarnet.db import PATIENCE_MS, make_engine
from scholarnet.errors import InputError

FILE = "database.sqlite"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'search\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"  # noqa: E501


@contextmanager
def dumping(engine: Engine, folder: Folder) -> Iterator[Run]:
    """Copy the file in one step, so of one moment; then ask the copy for the rest."""
    os.close(os.open(folder.path / FILE, os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(folder.path / FILE)) as copy:
        source = engine.raw_connection()
        try:
            source.driver_connection.backup(copy, pages=-1)  # type: ignore[union-attr]
        finally:
            source.close()
        copy.execute("PRAGMA journal_mode = DELETE")  # it stands alone, without a log beside it
        run = _run(copy)
        folder.told |= {
            "revision": revision_of(run),
            "tables": {name: {"rows": count(run, name)} for name in _names(run)},
        }
        yield run
    folder.seal(FILE)


def restore(engine: Engine, folder: Folder) -> None:
    """Bring a copy to the newest tables, check it, and put it in place of an empty database, in one transaction."""
    target = Path(str(engine.url.database))
    draft = target.with_name(f".{target.name}.restored")
    draft.unlink(missing_ok=True)
    try:
        with closing(_opened(folder)) as kept:
            _check(_run(kept), folder)
            if folder.told["revision"] in migration.newest_revisions():  # a copy less, of what may fill the disk
                _put(kept, target)
                return
            with closing(sqlite3.connect(draft)) as copy:
                kept.backup(copy)
        _bring_up(draft)
        with closing(sqlite3.connect(draft)) as copy:
            _put(copy, target)
    finally:
        for path in (draft, *(draft.with_name(draft.name + end) for end in ("-wal", "-shm"))):
            path.unlink(missing_ok=True)


def _opened(folder: Folder) -> sqlite3.Connection:
    """The file of a backup, which nobody writes to."""
    return sqlite3.connect(f"{(folder.path / FILE).absolute().as_uri()}?immutable=1", uri=True)


def _put(whole: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target)) as place:
        place.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        empty_or_refuse(_run(place), _names(_run(place)))
        whole.backup(place)


def _check(run: Run, folder: Folder) -> None:
    wrong = run("PRAGMA quick_check(1)") != [("ok",)] or run("PRAGMA foreign_key_check")
    if wrong or {name: {"rows": count(run, name)} for name in _names(run)} != folder.told["tables"]:
        raise InputError(str(folder.path / FILE), "does not hold the rows that the manifest tells of")


def _bring_up(draft: Path) -> None:
    engine = make_engine(f"sqlite:///{draft}")
    try:
        with engine.begin() as connection:
            migration.upgrade(connection)
    finally:
        engine.dispose()


def _run(connection: sqlite3.Connection) -> Run:
    def run(statement: str) -> list[tuple[Any, ...]]:
        return connection.execute(statement).fetchall()

    return run


def _names(run: Run) -> list[str]:
    return sorted(name for (name,) in run(TABLES) if name != "alembic_version")
