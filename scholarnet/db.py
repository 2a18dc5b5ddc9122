"""The declarative base, column types, and engines for SQLite and PostgreSQL."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeVar, cast

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from scholarnet.bulk import insert_many

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
REACHING = {  # libpq's settings: how long a server may take to be reached, and to be missed, in seconds
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # in milliseconds
}
IDLE_SECONDS = 600
PATIENCE_MS = 30_000  # how long a transaction on SQLite waits for the one that writes
MANY = 500  # rows, that are worth a cursor of the driver's own
PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={PATIENCE_MS}")
SYNCHRONOUS = "FULL"  # of SQLite: what was committed outlives a power cut
NAMES_A_STATEMENT = 5_000  # in one IN list: SQLite takes 32,766 parameters and PostgreSQL 65,535
T = TypeVar("T")
PUBLIC_ID_LENGTH = 13  # 65 bits: no order, no count and no time leaks, and a collision is not to be met


def new_public_id() -> str:
    """Return 13 random characters of Crockford's base 32."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(PUBLIC_ID_LENGTH))


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"a moment without a time zone: {value!r}"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        """One step from what the driver gives, in place of a processor on top of another: lists have many moments."""
        return _read_text if dialect.name == "sqlite" else _in_utc


def _read_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def _in_utc(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


def lower_case_enum(kind: type[StrEnum], *, name: str = "") -> Enum:
    """A column of the lower-case values of `kind`, checked by the database; a second one of a table needs a `name`."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=24,
        name=name or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


Key = BigInteger().with_variant(Integer, "sqlite")
PrimaryKey = Annotated[int, mapped_column(Key, primary_key=True)]
PublicId = Annotated[str, mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)]
CreatedAt = Annotated[datetime, mapped_column(default=now)]
UpdatedAt = Annotated[datetime, mapped_column(default=now, onupdate=now)]


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: Key,
        datetime: UtcDateTime(),
        dict[str, Any]: JSON,
        dict[str, float]: JSON,
        dict[str, str]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
    }


def add_missing(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert those `rows` that no unique key has yet; two transactions that add the same do not hurt each other."""
    if rows:
        of_dialect = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(of_dialect(table).on_conflict_do_nothing(), rows)


def insert_rows(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows, which may be none, and all have the same keys; a None is NULL."""
    if len(rows) >= MANY:
        insert_many(session, cast("Table", table.__table__), rows)
    elif rows:  # NULLs are said, or each change in where they are would be a statement
        session.execute(insert(table), rows, execution_options={"render_nulls": True})


def chunks(values: Sequence[T], size: int = NAMES_A_STATEMENT) -> Iterator[Sequence[T]]:
    """Cut a list of names into lists that fit into a statement."""
    return (values[start : start + size] for start in range(0, len(values), size))


def normal_url(url: str) -> str:
    """Name the driver: psycopg 3 for any spelling of PostgreSQL."""
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def engine_options(url: str, *, statement_seconds: int = 0) -> dict[str, Any]:
    """Return what an engine for `url` is made with: nothing waits for ever for a connection, or for one that is dead.

    `statement_seconds` bounds every statement on PostgreSQL, and IDLE_SECONDS a transaction that does nothing, such as
    one that waits for a slow reader of an export; 0 bounds neither.
    """
    options: dict[str, Any] = {
        "json_deserializer": orjson.loads,  # a review is a column of JSON: a post has hundreds
        "hide_parameters": True,  # no error quotes the values that it was about
    }
    if make_url(normal_url(url)).get_backend_name() == "postgresql":
        bounds = f"-c statement_timeout={statement_seconds}s -c idle_in_transaction_session_timeout={IDLE_SECONDS}s"
        options["connect_args"] = REACHING | ({"options": bounds} if statement_seconds else {})
    return options


def make_engine(url: str) -> Engine:
    """Return an engine for `url`, set up as :func:`set_up_engine` does."""
    engine = create_engine(normal_url(url), **engine_options(url))
    set_up_engine(engine)
    return engine


def set_up_engine(engine: Engine) -> None:
    """Give SQLite write-ahead logging, foreign keys and honest transactions; PostgreSQL needs nothing.

    A transaction on SQLite begins as ``BEGIN IMMEDIATE``: one that reads first and writes later cannot be
    helped by waiting once another has written in between. Reads say so (:func:`reading`, :func:`autocommit`).
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver must not open transactions behind our back
        for pragma in (*PRAGMAS, f"synchronous={SYNCHRONOUS}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE")
        if statement:
            connection.exec_driver_sql(statement)


def reading(engine: Engine) -> Engine:
    """The same engine for reads that span several statements and want one snapshot."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(sqlite_begin="BEGIN")
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def autocommit(engine: Engine) -> Engine:
    """The same engine for a read of one statement, without the round trips of a transaction."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(sqlite_begin=None)
    return engine.execution_options(isolation_level="AUTOCOMMIT")
