"""What all factories share: the session they write to."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

import factory
from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy.orm import Session

Model = TypeVar("Model")
_session: ContextVar[Session] = ContextVar("the session that factories write to")


@contextmanager
def using(session: Session) -> Iterator[None]:
    """Have the factories write to `session` in here."""
    before = _session.set(session)
    try:
        yield
    finally:
        _session.reset(before)


def session_in_use() -> Session:
    """The session that factories write to."""
    return _session.get()


class RowFactory(SQLAlchemyModelFactory, Generic[Model]):
    """Adds a row to the session in use and flushes it; committing is the test's to do."""

    class Meta:
        abstract = True
        sqlalchemy_session_factory = _session.get
        sqlalchemy_session_persistence = "flush"


def key_of(other: type[RowFactory[Any]]) -> factory.LazyFunction:
    """The key of a new row of another table, where the model has no relationship to it."""
    return factory.LazyFunction(lambda: other().id)
