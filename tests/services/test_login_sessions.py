"""Login sessions: one short line about the browser, none that slips past a new password, and a day that only grows."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from scholarnet.errors import NotSignedIn
from scholarnet.models import LoginSession, Researcher, Token
from scholarnet.services.accounts import change_password
from scholarnet.services.last_use import note_use
from scholarnet.services.login_sessions import begin_session, clean_user_agent, find_session
from tests.factories import PASSWORD, LoginSessionFactory, ResearcherFactory, TokenFactory

NEW = "a better and longer password"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (" Mozilla/5.0\t(X11)  Firefox ", "Mozilla/5.0 (X11) Firefox"),
        ("Fire\x1b[31mfox\x07\x85", "Fire [31mfox"),
        ("x" * 300, "x" * 200),
        ("x" * 199 + " y", "x" * 199),
        ("\t", None),
        ("", None),
    ],
)
def test_a_browser_is_one_short_line(said: str, kept: str | None) -> None:
    assert clean_user_agent(said) == kept


def test_a_session_is_found_by_its_secret_with_its_researcher(session: Session, count_queries) -> None:
    LoginSessionFactory()
    ada = ResearcherFactory()
    secret = begin_session(session, researcher=ada)
    session.expire_all()
    with count_queries() as statements:
        assert find_session(session, secret=secret).researcher.id
    assert len(statements) == 1
    assert find_session(session, secret=secret + "x") is None
    assert begin_session(session, researcher=ada) != secret


def test_a_password_of_before_begins_no_session(engine: Engine, session: Session) -> None:
    ada = ResearcherFactory()
    session.commit()
    session.refresh(ada)
    session.expunge(ada)  # what a request has read that is slower than the change
    session.rollback()
    change(engine, ada.id)
    with pytest.raises(NotSignedIn, match="was changed"):
        begin_session(session, researcher=ada)


def test_no_session_slips_past_a_change_of_password_that_it_overlaps(engine: Engine, session: Session) -> None:
    """The change waits for the session that begins, and then ends it, too."""
    ada, other = ResearcherFactory(), LoginSessionFactory()
    session.commit()
    begin_session(session, researcher=ada)
    key, kept = ada.id, other.digest
    with ThreadPoolExecutor(1) as pool:
        changing = pool.submit(change, engine, key)
        while not changing.done() and not somebody_waits(engine):
            wait([changing], timeout=0.05)
        session.commit()
        changing.result()
    assert session.scalars(select(LoginSession.digest)).all() == [kept]


def somebody_waits(engine: Engine) -> bool:
    """Whether a transaction waits for another; on SQLite all that write do."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with engine.connect().execution_options(sqlite_begin="BEGIN") as connection:
        return engine.dialect.name == "sqlite" or bool(connection.scalar(text(waiting)))


def change(engine: Engine, key: int) -> None:
    with Session(engine) as other:
        ada = other.get_one(Researcher, key)
        change_password(other, researcher=ada, current_password=PASSWORD, new_password=NEW)
        other.commit()


@pytest.mark.parametrize("factory", [LoginSessionFactory, TokenFactory])
def test_the_day_of_the_last_use_never_moves_back(session: Session, factory: type) -> None:
    used, noise = factory(last_used_on=date(2031, 5, 1)), factory(last_used_on=date(2030, 1, 1))
    table = type(used)
    for day, known in ((30, 1), (1, 1), (2, 2)):
        with time_machine.travel(datetime(2031, 4 if day == 30 else 5, day, 23, 59, tzinfo=UTC)):
            note_use(session, table=table, key=used.id)
        session.refresh(used)
        assert used.last_used_on == date(2031, 5, known)
    session.refresh(noise)
    assert noise.last_used_on == date(2030, 1, 1)


def test_the_first_use_of_a_token_is_noted(session: Session) -> None:
    token = TokenFactory()
    assert token.last_used_on is None
    with time_machine.travel(datetime(2031, 5, 1, tzinfo=UTC)):
        note_use(session, table=Token, key=token.id)
    session.refresh(token)
    assert token.last_used_on == date(2031, 5, 1)
    assert session.scalar(select(func.count()).select_from(Token)) == 1
