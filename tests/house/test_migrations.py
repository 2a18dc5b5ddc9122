"""The migrations lead from nothing to the tables of the models, and back."""

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.orm import Session

from scholarnet.db import Base
from scholarnet.migration import downgrade, drift, is_current, upgrade
from tests import factories
from tests.conftest import ROOT


def test_the_migrations_have_one_head() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_the_tables_are_the_models_when_migrated(engine: Engine) -> None:
    with engine.connect() as connection:
        assert drift(connection) == []
        assert is_current(connection)


def test_the_log_has_its_row_when_migrated(engine: Engine) -> None:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, last_sequence, current_epoch_id FROM score_log")).all()
    assert rows == [(1, 0, None)]


def test_the_migrations_go_up_and_down_and_up_again(blank_engine: Engine) -> None:
    with blank_engine.begin() as connection:
        assert not is_current(connection)
        upgrade(connection)
    with blank_engine.begin() as connection:
        downgrade(connection)
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    with blank_engine.begin() as connection:
        upgrade(connection)
        assert drift(connection) == []
        tables = {name for name in inspect(connection).get_table_names() if not name.startswith("search_")}
        assert tables == {*Base.metadata.tables, "alembic_version"}


def test_what_was_there_gets_its_keys_when_migrated(blank_engine: Engine) -> None:
    moment = "2026-01-01 00:00:00+00:00"
    with blank_engine.begin() as connection:
        upgrade(connection, revision="0015")
        connection.execute(
            text(
                "INSERT INTO publication (public_id, title, year, type, citation_count, created_at, updated_at)"
                " VALUES ('0123456789abc', 'Über  „Lebern“!', 2001, 'article', 0, :at, :at)"
            ),
            {"at": moment},
        )
        connection.execute(
            text(
                "INSERT INTO researcher (public_id, name, role, verification, is_email_verified, is_claimed, orcid,"
                " affiliations, fields, created_at, updated_at) VALUES"
                " (:id, :name, 'member', 'none', false, :is_claimed, :orcid, '[]', '[]', :at, :at)"
            ),
            [
                {
                    "id": "0" * 13,
                    "name": "Ánna Weil Jr.",
                    "is_claimed": True,
                    "orcid": "0000-0002-1825-0097",
                    "at": moment,
                },
                {"id": "1" * 13, "name": "Li, Bo", "is_claimed": False, "orcid": "0000-0002-1694-233X", "at": moment},
            ],
        )
    with blank_engine.begin() as connection:
        upgrade(connection)
        people = connection.execute(text("SELECT name_key, orcid, stated_orcid FROM researcher ORDER BY public_id"))
        assert people.all() == [("weil a", None, "0000-0002-1825-0097"), ("li b", "0000-0002-1694-233X", None)]
        found = connection.execute(text("SELECT title_key, extra FROM publication")).one()
    assert (found.title_key, found.extra) in [("uber lebern", {}), ("uber lebern", "{}")]


def test_all_rows_outlive_the_last_migrations_down_and_up(engine: Engine, session: Session) -> None:
    for made in (getattr(factories, name) for name in factories.__all__):
        if isinstance(made, type):
            made()
    kept, work = factories.ResearcherFactory(unclaimed=True), factories.PublicationFactory()
    factories.ResearcherFactory(unclaimed=True, merged_into_id=kept.id)
    factories.PublicationFactory(merged_into_id=work.id)
    for _ in range(2):
        factories.ResearcherFactory(stated_orcid="0000-0002-1825-0097")
    count = {name: select(func.count()).select_from(table) for name, table in Base.metadata.tables.items()}
    before = {name: session.scalar(query) for name, query in count.items()}
    assert all(before.values())
    session.commit()
    with engine.begin() as connection:
        downgrade(connection, revision="0016")
        tables = set(inspect(connection).get_table_names()) & count.keys()
        gone = {name for name in tables if connection.scalar(count[name]) != before[name]}
        assert gone <= {"reputation_entry"}  # the lines that have no place in the tables of before
    with engine.begin() as connection:
        upgrade(connection)
        assert drift(connection) == []
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
