"""PostgreSQL: every table by COPY within one snapshot, and back into tables that the migrations made."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from api.backups.folder import BLOCK, Folder
from api.backups.tables import Run, count, empty_or_refuse, revision_of
from scholarnet import migration
from scholarnet.db import reading
from scholarnet.errors import Conflict, InputError
from seed.loading import loading

COLUMNS = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'
AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' GROUP BY c.relname ORDER BY c.relname
"""


@contextmanager
def dumping(engine: Engine, folder: Folder) -> Iterator[Run]:
    """Write every table as one snapshot has it, which is open until the block ends."""
    with reading(engine).connect() as connection:
        run = _run(connection)
        folder.told |= {"revision": revision_of(run), "tables": {}}
        for name, columns in run(COLUMNS):
            n_rows = _write(connection, folder, name, columns)
            folder.told["tables"][name] = {"rows": n_rows, "columns": list(columns)}
        yield run


def restore(engine: Engine, folder: Folder) -> None:
    """Make the tables of the backup's revision, fill them, and migrate to the newest: one transaction."""
    with engine.begin() as connection:
        run = _run(connection)
        _make_tables(connection, run, folder.told["revision"])
        with loading(engine, connection.connection) as loader:
            for name in {name for name, _ in run(COLUMNS)}:
                loader.run(f'DELETE FROM "{name}"')  # noqa: S608  (what the migrations put there)
            for name, told in folder.told["tables"].items():
                _read(connection, folder.path / _file(name), name, told)
        migration.upgrade(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _make_tables(connection: Connection, run: Run, revision: str) -> None:
    names = [name for name, _ in run(COLUMNS)]
    if names:
        run(f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE")
        empty_or_refuse(run, names)
        if (found := revision_of(run)) != revision:
            msg = f"the backup has the tables of {revision}, the database those of {found}: restore into an empty one"
            raise Conflict(msg)
    migration.upgrade(connection, revision=revision)


def _write(connection: Connection, folder: Folder, name: str, columns: list[str]) -> int:
    cursor: Any = connection.connection.cursor()
    with folder.adding(_file(name), packed=True) as file, cursor.copy(f"COPY {_of(name, columns)} TO STDOUT") as copy:
        for block in copy:
            file.write(block)
    return int(cursor.rowcount)


def _read(connection: Connection, path: Path, name: str, told: dict[str, Any]) -> None:
    cursor: Any = connection.connection.cursor()
    with gzip.open(path) as file, cursor.copy(f"COPY {_of(name, told['columns'])} FROM STDIN") as copy:
        while block := file.read(BLOCK):
            copy.write(block)
    if count(_run(connection), name) != told["rows"]:
        raise InputError(str(path), f"does not hold the {told['rows']:,} rows that the manifest tells of")


def _of(name: str, columns: list[str]) -> str:
    named = ", ".join(f'"{column}"' for column in columns)
    return f'"{name}" ({named})'


def _file(name: str) -> str:
    return f"tables/{name}.copy.gz"


def _run(connection: Connection) -> Run:
    def run(statement: str) -> list[tuple[Any, ...]]:
        result = connection.exec_driver_sql(statement)
        return [tuple(row) for row in result] if result.returns_rows else []

    return run
