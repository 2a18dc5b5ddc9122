"""The configured database, as commands use it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from api.config import Config
from scholarnet import migration
from scholarnet.db import make_engine
from scholarnet.errors import DomainError


class NotReady(DomainError):
    """The database cannot be used as it is."""


@contextmanager
def any_engine(config: Config) -> Iterator[Engine]:
    """An engine for the configured database, whatever is in it; the folder of an SQLite file is made."""
    config.make_folder()
    engine = make_engine(config.database_url)
    try:
        _knock(engine)
        yield engine
    finally:
        engine.dispose()


def _knock(engine: Engine) -> None:
    try:
        with engine.connect():
            pass
    except DatabaseError as error:
        msg = f"the database {engine.url!r} does not answer: {error.orig}; SCHOLARNET_DATABASE_URL says which it is"
        raise NotReady(msg) from error


@contextmanager
def ready_engine(config: Config) -> Iterator[Engine]:
    """An engine for the configured database, which must have the newest tables."""
    with any_engine(config) as engine:
        with engine.connect() as connection:
            if not migration.is_current(connection):
                msg = "the database does not have the newest tables; make them with: scholarnet db upgrade"
                raise NotReady(msg)
        yield engine
