"""Bring a database to the newest tables, and say whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import scholarnet.models  # noqa: F401  (registers the tables)
from scholarnet.db import Base


def upgrade(connection: Connection, *, revision: str = "head") -> None:
    """Migrate up to `revision` inside the caller's transaction; on SQLite it is done at once."""
    with _unchecked(connection):
        command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, *, revision: str = "base") -> None:
    """Migrate down to `revision` inside the caller's transaction; on SQLite it is done at once."""
    with _unchecked(connection):
        command.downgrade(_config(connection), revision)


def newest_revisions() -> set[str]:
    """Where the migrations end."""
    return set(ScriptDirectory(str(resources.files("migrations"))).get_heads())


def is_current(connection: Connection) -> bool:
    """Whether the database stands at the newest revision."""
    return set(MigrationContext.configure(connection).get_current_heads()) == newest_revisions()


def drift(connection: Connection) -> list[object]:
    """What the database lacks or has too much, against the models."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_mapped})
    return list(compare_metadata(context, Base.metadata))


def is_mapped(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether a thing of the database is the models' affair; the full text is that of migration 0002 alone."""
    return not (name or "").startswith("search_")


@contextmanager
def _unchecked(connection: Connection) -> Iterator[None]:
    """SQLite makes a table anew to change it, and refuses that while rows of others refer to its rows.

    It looks away between transactions alone: so the caller's ends, with what it did before, and another begins behind
    the migration, which is one by itself: all of it and every reference whole, or nothing.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    run = connection.exec_driver_sql
    for statement in ("COMMIT", "PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"):
        run(statement)
    end = "ROLLBACK"
    try:
        yield
        if broken := run("PRAGMA foreign_key_check").first():
            msg = f"a row of {broken[0]} refers to one of {broken[2]} that is not there"
            raise RuntimeError(msg)
        end = "COMMIT"
    finally:
        for statement in (end, "PRAGMA foreign_keys = ON", "BEGIN IMMEDIATE"):
            run(statement)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("migrations")))
    config.attributes["connection"] = connection
    return config
