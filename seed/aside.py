"""What is set aside while much is loaded, indexes, constraints and triggers, and made again as the catalogue said.

So nothing here repeats a migration, and all of it is checked by the database as it comes back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from scholarnet.errors import Conflict

Run: TypeAlias = Callable[[str], list[tuple[Any, ...]]]
Tell: TypeAlias = Callable[[str], None]
MADE = """
SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql NOT NULL ORDER BY tbl_name, name
"""
FULL_TEXT = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
REFERENCES = """
SELECT m.name, f."table", f."from", coalesce(f."to", (SELECT name FROM pragma_table_info(f."table") WHERE pk = 1))
FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
"""  # sets against sets, column by column: to look each row up by itself took twenty minutes for a million posts
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype = 'f' FROM pg_constraint
WHERE contype IN ('f', 'p', 'u') AND connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass
ORDER BY contype = 'f' DESC, 1, 2
"""
INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = c.oid)
AND coalesce(pg_get_expr(i.indpred, i.indrelid), '') NOT LIKE '%= ANY%' ORDER BY i.indrelid, c.relname
"""  # but those on lists of words, which do not come back in the same ones

SERIES = """
SELECT c.relname, a.attname, pg_get_serial_sequence(c.relname, a.attname)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace
AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND pg_get_serial_sequence(c.relname, a.attname) IS NOT NULL
"""


@contextmanager
def on_sqlite(run: Run, tell: Tell, busy: type[Exception]) -> Iterator[None]:
    """A rollback journal keeps the pages that were there, which are few; a log would keep all that is new besides.

    What is killed on the way is undone by whoever opens the file next; it turns the log on again as well.
    """
    for pragma in ("foreign_keys=OFF", "cache_size=-500000", "threads=2"):
        run(f"PRAGMA {pragma}")
    try:
        run("PRAGMA journal_mode=DELETE")
    except busy as error:
        msg = "something else has the database open; stop it, since nobody else can be there while much is loaded"
        raise Conflict(msg) from error
    run("BEGIN EXCLUSIVE")
    made = run(MADE)
    for kind, name, _ in made:
        run(f"DROP {kind} {name}")
    yield
    tell("indexes")
    for _, _, statement in made:
        run(statement)
    tell("full text")
    for (name,) in run(FULL_TEXT):
        run(f"INSERT INTO {name}({name}) VALUES ('rebuild')")  # noqa: S608
    tell("foreign keys, checked")
    for table, parent, own, key in run(REFERENCES):
        if run(f"SELECT {own} FROM {table} WHERE {own} IS NOT NULL EXCEPT SELECT {key} FROM {parent} LIMIT 1"):  # noqa: S608
            msg = f"a row of {table} refers to a row of {parent} that is not there"
            raise Conflict(msg)


@contextmanager
def on_postgresql(run: Run, tell: Tell, _busy: type[Exception]) -> Iterator[None]:
    """Keys come back before what refers to them."""
    run("SET LOCAL maintenance_work_mem = '512MB'")
    constraints, indexes = run(CONSTRAINTS), run(INDEXES)
    for table, name, *_ in constraints:
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        run(f"DROP INDEX {name}")
    yield
    tell("keys")
    _add(run, [one for one in constraints if not one[-1]])
    tell("indexes and full text")
    for _, statement in indexes:
        run(statement)
    tell("foreign keys, checked")
    _add(run, [one for one in constraints if one[-1]])
    for table, key, series in run(SERIES):
        run(f"SELECT setval('{series}', coalesce(max({key}), 0) + 1, false) FROM {table}")  # noqa: S608


def _add(run: Run, constraints: list[tuple[Any, ...]]) -> None:
    for table, name, definition, _ in constraints:
        run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
