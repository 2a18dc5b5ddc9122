"""Every table has a factory, and every factory builds a row on both databases."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.db import Base
from tests import factories
from tests.factories.row import RowFactory

FACTORIES = {
    factory._meta.model.__tablename__: factory
    for factory in vars(factories).values()
    if isinstance(factory, type) and issubclass(factory, RowFactory)
}


def test_every_table_has_a_factory() -> None:
    assert FACTORIES.keys() == Base.metadata.tables.keys()


@pytest.mark.parametrize("table", sorted(FACTORIES))
def test_a_factory_builds_a_row_when_given_nothing(table: str, session: Session) -> None:
    row = FACTORIES[table]()
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(FACTORIES[table]._meta.model)) >= 1
    assert row in session


@pytest.mark.parametrize("table", sorted(FACTORIES.keys() - {"score_log"}))
def test_a_factory_builds_another_row_when_asked_twice(table: str, session: Session) -> None:
    assert FACTORIES[table]() is not FACTORIES[table]()
    assert session.scalar(select(func.count()).select_from(FACTORIES[table]._meta.model)) >= 2


@pytest.mark.usefixtures("session")
def test_the_score_log_stays_one_row_when_its_factory_is_asked_twice() -> None:
    assert factories.ScoreLogFactory(last_sequence=7) is factories.ScoreLogFactory()
    assert factories.ScoreLogFactory().last_sequence == 7
