"""An installation that is as old as the first migration, with rows in every table, comes to the newest tables and back.

Rows are made from what the database itself says of its tables at each stop, not from the models, which know only the
newest; so a migration that is written later meets rows in what it changes.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, inspect, select, types

from scholarnet.migration import downgrade, drift, upgrade

STOPS = ("0001", "0011", "0017", "0021")  # where an installation stood for a while, and people came
MOMENT, DAY = datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1)
LEFT_OUT = {"alembic_version", "score_log"}  # the log has its one row
NULL = {("import_job", "source"), ("attachment", "width"), ("attachment", "height")}  # one or the other is allowed
FIXED = {("epoch_run", "state"): "succeeded"}  # one alone may run
CHANGED = {  # what a migration promises to change
    ("researcher", "orcid"),  # typed, so no proof: it became `stated_orcid`
    ("researcher", "stated_orcid"),
    ("researcher", "name_key"),
    ("publication", "title_key"),
    ("review", "addressed_at"),  # asks for the version that addressed it
    *(("reputation", name) for name in ("publications", "posts", "reviewing", "community")),
}

Rows = dict[tuple[str, tuple[Any, ...]], dict[str, Any]]


def reflected(connection: Connection) -> list[Table]:
    """The tables as the database knows them, those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [
        table
        for table in found.sorted_tables
        if table.name not in LEFT_OUT and not table.name.startswith(("search_", "sqlite_"))
    ]


def read(connection: Connection) -> Rows:
    """Every row by table and primary key."""
    rows: Rows = {}
    for table in reflected(connection):
        keys = [column.name for column in table.primary_key]
        for row in connection.execute(select(table)).mappings():
            rows[table.name, tuple(row[key] for key in keys)] = dict(row)
    return rows


def fill(connection: Connection, stop: int) -> None:
    """Add a row to every table, two to those that others refer to twice."""
    keys: dict[str, list[Any]] = {}
    allowed = {table.name: words(connection, table.name) for table in reflected(connection)}
    for table in reflected(connection):
        for at in range(2 if table.name in {"researcher", "publication"} else 1):
            row = dict(values(table, keys, allowed[table.name], number=2 * stop + at + 1))
            key = connection.execute(table.insert().values(row)).inserted_primary_key
            assert key is not None
            keys.setdefault(table.name, []).append(key[0])


def words(connection: Connection, table: str) -> dict[str, str]:
    """What a column may hold that holds one of some words: the first of them."""
    found = {}
    for check in inspect(connection).get_check_constraints(table):
        match = re.match(r"\(*\"?(\w+)\"?\)*(?:::text)? (?:IN|=) .*?'(\w+)'", check["sqltext"])
        if match:
            found[match[1]] = match[2]
    return found


def values(table: Table, keys: dict[str, list[Any]], allowed: dict[str, str], *, number: int) -> Iterator[Any]:
    """A value for every column that needs one, and for each that refers to nothing."""
    used: dict[str, int] = {}
    for column in table.columns:
        target = next((key.column.table.name for key in column.foreign_keys), None)
        if target is not None and (not column.nullable or target != table.name) and keys.get(target):
            used[target] = used.get(target, 0) + 1
            yield column.name, keys[target][-used[target] % len(keys[target])] if used[target] > 1 else keys[target][-1]
        elif target is None and not is_given(column) and (table.name, column.name) not in NULL:
            fixed = FIXED.get((table.name, column.name))
            yield column.name, fixed or allowed.get(column.name) or value(column, number)


def is_given(column: Any) -> bool:
    """Whether the database numbers it."""
    return column.name == "id" and column.primary_key


def value(column: Any, number: int) -> Any:
    kind = column.type
    if isinstance(kind, types.Boolean):
        return True
    if isinstance(kind, types.Integer):
        return 0 if column.name == "depth" else number % 5 + 1 if column.name in {"confidence", "overall"} else number
    if isinstance(kind, types.Numeric | types.Float):
        return float(number % 5 + 1)
    if isinstance(kind, types.DateTime):
        return MOMENT if kind.timezone else MOMENT.replace(tzinfo=None)
    if isinstance(kind, types.Date):
        return DAY
    if isinstance(kind, types.JSON):
        return {}
    if isinstance(kind, types.LargeBinary):
        return b"x"
    return f"{number}{column.name}"[: getattr(kind, "length", None) or 20]


def test_rows_of_every_age_come_to_the_newest_tables_and_back(blank_engine: Engine) -> None:
    added: list[Rows] = []
    known: set[Any] = set()
    for stop, revision in enumerate(STOPS):
        with blank_engine.begin() as connection:
            upgrade(connection, revision=revision)
            fill(connection, stop)
            there = read(connection)
        added.append({key: row for key, row in there.items() if key not in known})
        known |= there.keys()
    with blank_engine.begin() as connection:
        upgrade(connection)
        assert drift(connection) == []
        newest = read(connection)
    for rows in added:
        assert rows.keys() <= newest.keys()
        assert lost(rows, newest) == {}
    with blank_engine.begin() as connection:
        downgrade(connection, revision=STOPS[0])
        oldest = read(connection)
    kept = {key: row for key, row in newest.items() if key[0] in {table for table, _ in oldest}}
    assert {key[0] for key in kept.keys() - oldest.keys()} <= {"reputation_entry", "score_event"}  # of kinds of later
    assert lost(added[0], oldest) == {}
    with blank_engine.begin() as connection:
        upgrade(connection)
        assert drift(connection) == []
        assert lost(added[0], read(connection)) == {}


def lost(rows: Rows, found: Rows) -> dict[Any, Any]:
    """What is not as it was, of the columns that are still there."""
    return {
        (*key, name): (was, found[key][name])
        for key, row in rows.items()
        for name, was in row.items()
        if key in found and name in found[key] and found[key][name] != was and (key[0], name) not in CHANGED
    }
