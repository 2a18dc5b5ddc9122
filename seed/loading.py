"""Loading much at once: columns into tables whose indexes and foreign keys are set aside, and checked afterwards.

All of it is one transaction: a load that fails leaves the database as it was. What is set aside is made again as the
catalogue said, so that nothing here repeats a migration.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import numpy as np
from sqlalchemy import Column, Engine, PoolProxiedConnection
from sqlalchemy.engine.interfaces import DBAPICursor

from scholarnet.db import CROCKFORD, Base
from scholarnet.errors import Conflict

BATCH = 50_000  # rows that are made and sent together
LETTERS = np.frombuffer(CROCKFORD.encode(), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Picked:
    """A column of few different values: `values[at[row]]`."""

    values: Sequence[Any] | np.ndarray
    at: np.ndarray


Content: TypeAlias = "Picked | np.ndarray | Sequence[str] | str | float | bool | datetime | dict[str, Any] | None"


class Loader:
    """Fills tables over a connection of the driver's own."""

    def __init__(self, engine: Engine, cursor: DBAPICursor) -> None:
        self._dialect, self._cursor, self._ids = engine.dialect, cursor, np.random.default_rng()
        self.busy: type[Exception] = engine.dialect.loaded_dbapi.OperationalError

    def fill(self, model: type[Base], n: int, **content: Content) -> None:
        """Add `n` rows. A column that is not named gets its default; a sequence or array has `n` values."""
        table = Base.metadata.tables[model.__tablename__]
        missing = [column for column in table.columns if column.name not in content and column.default is not None]
        once = np.zeros(n, dtype=np.int64)
        content |= {one.name: Picked([_default(one)], once) for one in missing if one.name != "public_id"}
        names = [*content, *(["public_id"] if any(column.name == "public_id" for column in missing) else [])]
        made = {name: self._ready(table.columns[name], one) for name, one in content.items()}
        for start in range(0, n, BATCH):
            size = min(BATCH, n - start)
            columns = [_cut(one, start, size) for one in made.values()]
            self._send(table.name, names, list(zip(*columns, *self._public_ids(names, size), strict=True)))

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Execute a statement and return its rows."""
        self._cursor.execute(statement)
        return list(self._cursor.fetchall()) if self._cursor.description else []

    def _send(self, table: str, names: list[str], rows: list[tuple[Any, ...]]) -> None:
        columns = ", ".join(f'"{name}"' for name in names)
        if self._dialect.name == "sqlite":
            marks = ", ".join("?" * len(names))
            self._cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608
            return
        with self._cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _public_ids(self, names: list[str], n: int) -> list[list[str]]:
        if "public_id" not in names:
            return []
        letters = LETTERS[self._ids.integers(0, len(LETTERS), (n, 13))]
        return [letters.view("S13").astype("U13").ravel().tolist()]

    def _ready(self, column: "Column[Any]", content: Content) -> Content:
        """Values as the driver takes them; of few different ones each is translated once."""
        process = column.type.dialect_impl(self._dialect).bind_processor(self._dialect)
        if isinstance(content, Picked):
            values = np.empty(len(content.values), dtype=object)
            values[:] = [process(one) if process else one for one in content.values]
            return Picked(values, content.at)
        if isinstance(content, np.ndarray | list):
            return content
        return process(content) if process else content


def _default(column: "Column[Any]") -> Any:
    default: Any = column.default
    return default.arg if default.is_scalar else default.arg(None)


def _cut(content: Content, start: int, size: int) -> list[Any]:
    if isinstance(content, Picked):
        return list(np.asarray(content.values, dtype=object)[content.at[start : start + size]])
    if isinstance(content, np.ndarray):
        return content[start : start + size].tolist()  # type: ignore[no-any-return]
    if isinstance(content, list):
        return content[start : start + size]
    return [content] * size


@contextmanager
def loading(engine: Engine, connection: PoolProxiedConnection) -> Iterator[Loader]:
    """A loader over a raw connection of the engine; when the block ends every index and constraint is back and checked.

    Committing is the caller's, as is parting with the connection, which is no other's after this. Raises Conflict
    where a row refers to one that is not there.
    """
    loader = Loader(engine, connection.cursor())
    aside = _on_sqlite if engine.dialect.name == "sqlite" else _on_postgresql
    try:
        with aside(loader):
            yield loader
    except engine.dialect.loaded_dbapi.IntegrityError as error:
        raise Conflict(str(error)) from error


@contextmanager
def _on_sqlite(loader: Loader) -> Iterator[None]:
    """A rollback journal keeps the pages that were there, which are few; a log of all that is new would be as long again.

    What is killed on the way is undone by whoever opens the file next, and whoever opens it later sets the log up again.
    """
    for pragma in ("foreign_keys=OFF", "cache_size=-500000", "threads=2"):
        loader.run(f"PRAGMA {pragma}")
    try:
        loader.run("PRAGMA journal_mode=DELETE")
    except loader.busy:
        _refuse("something else has the database open; stop it first")
    loader.run("BEGIN EXCLUSIVE")
    made = loader.run("SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql NOT NULL")
    for kind, name, _ in made:
        loader.run(f"DROP {kind} {name}")
    yield
    for _, _, statement in made:
        loader.run(statement)
    for (name,) in loader.run("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"):
        loader.run(f"INSERT INTO {name}({name}) VALUES ('rebuild')")  # noqa: S608
    for table, _, parent, _ in loader.run("PRAGMA foreign_key_check"):
        _refuse(f"a row of {table} refers to a row of {parent} that is not there")


INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = c.oid)
AND i.indpred IS NULL
"""  # but partial ones, whose conditions do not come back in the same words
FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""


@contextmanager
def _on_postgresql(loader: Loader) -> Iterator[None]:
    loader.run("SET LOCAL maintenance_work_mem = '512MB'")
    foreign, indexes = loader.run(FOREIGN_KEYS), loader.run(INDEXES)
    for table, name, _ in foreign:
        loader.run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        loader.run(f"DROP INDEX {name}")
    yield
    for _, statement in indexes:
        loader.run(statement)
    for table, name, definition in foreign:
        loader.run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for table in Base.metadata.sorted_tables:
        if (key := table.autoincrement_column) is not None:
            series = f"pg_get_serial_sequence('{table.name}', '{key.name}')"
            loader.run(f"SELECT setval({series}, coalesce(max({key.name}), 0) + 1, false) FROM {table.name}")  # noqa: S608


def _refuse(message: str) -> None:
    raise Conflict(message)
