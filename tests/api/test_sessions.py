"""Login sessions: seen and ended by their owner alone, ended by a new password, and never written by a read."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Connection, Engine, event, func, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from api.cli import worker
from api.config import Config
from scholarnet.db import now
from scholarnet.models import LoginSession, Researcher, Token
from scholarnet.services.tokens import digest_of
from tests.api.calls import PREPRINT, Caller
from tests.api.fixtures import Join
from tests.factories import PASSWORD, LoginSessionFactory, ResearcherFactory, TokenFactory

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
NEW = "a better and longer password"


class Browser(Caller):
    """Somebody with cookies; `csrf` is what is sent with writes once they have signed in."""

    csrf: dict[str, str]

    def sign_in(self, handle: str = "rosa", *, agent: str = "Firefox", **options: object) -> TestResponse:
        headers = {"User-Agent": agent} | (options.pop("headers", None) or {})
        body = {"handle": handle, "password": PASSWORD}
        answer = self.post("/auth/login", body, headers=headers, **options)
        self.csrf = {"X-CSRFToken": answer.json.get("csrf_token", "")}
        return answer

    def sessions(self) -> list[dict[str, object]]:
        return self.get("/auth/sessions").json["results"]

    @property
    def cookie(self) -> str:
        found = self.client.get_cookie("session")
        return found.value if found else ""


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def accounts(session: Session) -> None:
    for handle in ("rosa", "tom"):
        ResearcherFactory(handle=handle)
    session.commit()


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def elsewhere(app: Flask) -> Browser:
    return Browser(app.test_client())


def count(engine: Engine, table: type = LoginSession) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_list_shows_ones_own_sessions_and_which_is_this_one(
    browser: Browser, elsewhere: Browser, app: Flask, clock: time_machine.Traveller
) -> None:
    elsewhere.sign_in(agent="Safari")
    clock.shift(1)
    browser.sign_in(agent=" Firefox\t140 ")
    Browser(app.test_client()).sign_in("tom")
    first, second = browser.sessions()
    assert first.pop("id") != second["id"]
    assert first == {
        "user_agent": "Firefox 140",
        "is_current": True,
        "created_at": "2031-05-01T12:00:01+00:00",
        "last_used_on": "2031-05-01",
        "expires_at": "2031-05-31T12:00:01+00:00",
    }
    assert (second["user_agent"], second["is_current"]) == ("Safari", False)
    assert [one["is_current"] for one in elsewhere.sessions()] == [False, True]


def test_a_list_takes_as_many_queries_whatever_its_length(
    browser: Browser, session: Session, count_queries: object
) -> None:
    browser.sign_in()
    browser.sessions()
    with count_queries() as few:
        assert len(browser.sessions()) == 1
    rosa = session.scalars(select(Researcher).where(Researcher.handle == "rosa")).one()
    LoginSessionFactory.create_batch(5, researcher=rosa)
    session.commit()
    with count_queries() as many:
        assert len(browser.sessions()) == 6
    for statements in (few, many):
        assert len([one for one in statements if one.startswith("SELECT")]) == 2


def test_a_token_is_no_session_and_may_end_them_all(join: Join, app: Flask, engine: Engine) -> None:
    ada, browser = join("ada"), Browser(app.test_client())
    browser.sign_in("ada")
    Browser(app.test_client()).sign_in("tom")
    (one,) = ada.get("/auth/sessions").json["results"]
    assert one["is_current"] is False
    join("reader", scopes=["read"]).delete("/auth/sessions", expect=403)
    ada.delete("/auth/sessions", expect=204)
    browser.get("/auth/me", expect=401)
    assert count(engine) == 1


def test_the_cookie_of_a_revoked_session_is_refused_at_once(browser: Browser, elsewhere: Browser) -> None:
    elsewhere.sign_in()
    (there,) = elsewhere.sessions()
    browser.sign_in()
    browser.delete(f"/auth/sessions/{there['id']}", headers=browser.csrf, expect=204)
    elsewhere.get("/auth/me", expect=401)
    elsewhere.post("/posts", PREPRINT, headers=elsewhere.csrf, expect=401)
    browser.get("/auth/me")
    browser.delete(f"/auth/sessions/{there['id']}", headers=browser.csrf, expect=404)


def test_nobody_ends_the_session_of_another(browser: Browser, elsewhere: Browser, join: Join) -> None:
    elsewhere.sign_in("tom")
    (of_tom,) = elsewhere.sessions()
    browser.sign_in()
    missing = browser.delete("/auth/sessions/0000000000000", headers=browser.csrf, expect=404).json
    refused = browser.delete(f"/auth/sessions/{of_tom['id']}", headers=browser.csrf, expect=404).json
    assert refused["detail"].replace(str(of_tom["id"]), "0000000000000") == missing["detail"]
    join(role="admin", scopes=["read", "write", "admin"]).delete(f"/auth/sessions/{of_tom['id']}", expect=404)
    browser.delete("/auth/sessions", headers=browser.csrf, expect=204)
    elsewhere.get("/auth/me")


def test_all_others_end_and_this_one_stays(browser: Browser, elsewhere: Browser) -> None:
    elsewhere.sign_in()
    browser.sign_in()
    browser.delete("/auth/sessions", expect=400)  # a cookie needs the CSRF token
    elsewhere.get("/auth/me")
    browser.delete("/auth/sessions", headers=browser.csrf, expect=204)
    elsewhere.get("/auth/me", expect=401)
    assert [one["is_current"] for one in browser.sessions()] == [True]


def test_signing_out_ends_the_session_and_not_only_the_cookie(browser: Browser, engine: Engine) -> None:
    browser.sign_in()
    stolen = {"Cookie": f"session={browser.cookie}"}
    browser.post("/auth/logout", headers=browser.csrf, expect=204)
    assert count(engine) == 0
    Caller(browser.client.application.test_client(use_cookies=False)).get("/auth/me", headers=stolen, expect=401)
    assert browser.cookie == ""


def test_signing_in_gives_a_new_cookie_and_ends_the_session_before(
    browser: Browser, visitor: Caller, engine: Engine
) -> None:
    browser.sign_in("tom")
    planted, csrf = {"Cookie": f"session={browser.cookie}"}, browser.csrf
    browser.sign_in(headers=csrf)
    assert browser.csrf != csrf
    assert browser.get("/auth/me").json["handle"] == "rosa"
    visitor.get("/auth/me", headers=planted, expect=401)
    assert count(engine) == 1


def test_nothing_planted_before_signing_in_is_good_after_it(browser: Browser) -> None:
    browser.sign_in("tom")
    known = browser.csrf
    with browser.client.session_transaction() as kept:
        kept.pop("_user_id")  # a cookie that signs nobody in, with a CSRF token that its maker knows
    browser.sign_in("rosa")
    browser.post("/posts", PREPRINT, headers=known, expect=400)
    browser.post("/posts", PREPRINT, headers=browser.csrf, expect=201)


def test_the_secret_is_in_the_cookie_and_its_hash_in_the_table(browser: Browser, engine: Engine) -> None:
    browser.sign_in()
    with browser.client.session_transaction() as kept:
        secret = kept["_user_id"]
    with Session(engine) as session:
        row = session.scalars(select(LoginSession)).one()
    assert len(secret) == 43
    assert row.digest == digest_of(secret)
    assert secret not in browser.get("/auth/sessions").get_data(as_text=True)
    with browser.client.session_transaction() as kept:
        kept["_user_id"] = row.digest
    browser.get("/auth/me", expect=401)


def test_a_session_ends_after_thirty_days(browser: Browser, clock: time_machine.Traveller) -> None:
    browser.sign_in()
    clock.shift(timedelta(days=30, seconds=-1))
    browser.get("/auth/me")
    clock.shift(1)
    browser.get("/auth/me", expect=401)
    browser.sign_in()
    assert len(browser.sessions()) == 1


def test_a_new_password_ends_all_sessions_and_begins_this_one_anew(browser: Browser, elsewhere: Browser) -> None:
    elsewhere.sign_in()
    browser.sign_in()
    before = {"Cookie": f"session={browser.cookie}"}
    body = {"current_password": PASSWORD, "new_password": NEW}
    browser.post("/auth/password", body, headers=browser.csrf, expect=204)
    elsewhere.get("/auth/me", expect=401)
    Caller(browser.client.application.test_client(use_cookies=False)).get("/auth/me", headers=before, expect=401)
    assert [one["is_current"] for one in browser.sessions()] == [True]
    browser.post("/posts", PREPRINT, headers=browser.csrf, expect=201)


def test_a_wrong_password_ends_no_session(browser: Browser, elsewhere: Browser) -> None:
    elsewhere.sign_in()
    browser.sign_in()
    body = {"current_password": "wrong", "new_password": NEW}
    browser.post("/auth/password", body, headers=browser.csrf, expect=422)
    elsewhere.get("/auth/me")


def test_a_live_session_wins_over_a_token_and_a_dead_one_does_not(browser: Browser, join: Join) -> None:
    ada = join("ada")
    bearer = {"Authorization": f"Bearer {ada.token}"}
    browser.sign_in()
    assert browser.get("/auth/me", headers=bearer).json["handle"] == "rosa"
    assert browser.get("/auth/me", headers={"Authorization": "Bearer sn_none"}).json["handle"] == "rosa"
    browser.post("/posts", PREPRINT, headers=bearer, expect=400)
    (own,) = browser.sessions()
    browser.delete(f"/auth/sessions/{own['id']}", headers=browser.csrf)
    assert browser.get("/auth/me", headers=bearer).json["handle"] == "ada"
    browser.post("/posts", PREPRINT, headers=bearer, expect=201)
    browser.get("/auth/me", headers={"Authorization": "Bearer sn_none"}, expect=401)


# ── The last use


def day_of(engine: Engine, table: type) -> date | None:
    with Session(engine) as session:
        return session.scalars(select(table.last_used_on)).one()


def test_the_last_use_of_a_session_moves_by_the_day_only(
    browser: Browser, engine: Engine, clock: time_machine.Traveller, count_queries: object
) -> None:
    browser.sign_in()
    with count_queries() as statements:
        browser.get("/auth/me").close()
    assert not [one for one in statements if one.startswith("UPDATE")]
    clock.shift(timedelta(hours=12))
    for written in (1, 0):
        with count_queries() as statements:
            browser.get("/auth/me").close()
        assert len([one for one in statements if one.startswith("UPDATE")]) == written
        assert day_of(engine, LoginSession) == date(2031, 5, 2)


def test_the_last_use_of_a_token_is_shown(join: Join, clock: time_machine.Traveller, engine: Engine) -> None:
    ada = join("ada")
    assert clock
    created = ada.post("/auth/tokens", {"name": "unused", "scopes": ["read"]}).json
    assert created["last_used_on"] is None
    ada.get("/posts").close()
    used, unused = sorted(ada.get("/auth/tokens").json["results"], key=lambda one: one["name"])
    assert (used["name"], used["last_used_on"]) == ("tests", "2031-05-01")
    assert unused["last_used_on"] is None
    with Session(engine) as session:
        assert session.scalars(select(Token.last_used_on).order_by(Token.id)).all() == [date(2031, 5, 1), None]


def test_a_get_reads_and_the_use_is_written_when_it_is_answered(join: Join, engine: Engine) -> None:
    ada = join("ada")
    reading, begun = {"sqlite_begin", "postgresql_readonly"}, []

    def note(connection: Connection) -> None:
        begun.append("read" if reading & connection.get_execution_options().keys() else "write")

    event.listen(Engine, "begin", note)
    try:
        answer = ada.get("/auth/me")
        assert begun == ["read"]
        answer.close()
        assert begun == ["read", "write"]
    finally:
        event.remove(Engine, "begin", note)
    assert day_of(engine, Token) == now().date()


def test_a_get_neither_waits_nor_fails_while_another_writes(join: Join, engine: Engine) -> None:
    ada = join("ada")
    with engine.begin() as writer:
        writer.execute(text("UPDATE token SET name = 'held'"))
        started = datetime.now(UTC)
        with ada.get("/auth/me") as answer:
            assert answer.json["handle"] == "ada"
        assert datetime.now(UTC) - started < timedelta(seconds=10)  # a lock would be waited for half a minute
    assert day_of(engine, Token) is None
    ada.get("/auth/me").close()
    assert day_of(engine, Token) == now().date()
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000


def test_many_first_uses_at_once_are_one(app: Flask, join: Join, engine: Engine) -> None:
    ada = join("ada")
    ada.get("/openapi.json")

    def use(_: int) -> int:
        with Caller(app.test_client(use_cookies=False), token=ada.token).get("/auth/me") as answer:
            return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(use, range(24))) == {200}
    ada.get("/auth/me").close()
    assert day_of(engine, Token) == now().date()


def test_a_use_shows_in_no_public_answer(join: Join, visitor: Caller) -> None:
    ada = join("ada")
    before = visitor.get("/researchers/@ada").headers["ETag"]
    with time_machine.travel(now() + timedelta(days=3)):
        ada.get("/auth/me").close()
    assert visitor.get("/researchers/@ada").headers["ETag"] == before


# ── What has ended is forgotten


def test_the_worker_forgets_what_has_ended_and_nothing_else(engine: Engine, session: Session) -> None:
    moment, month = now(), timedelta(days=30)
    LoginSessionFactory(secret="dead", expires_at=moment)
    LoginSessionFactory(secret="live", expires_at=moment + timedelta(hours=1))
    dead, ended = moment - month - timedelta(hours=1), moment - month + timedelta(hours=1)
    for name, columns in {
        "expired": {"expires_at": dead},
        "revoked": {"revoked_at": dead},
        "revoked, would live": {"revoked_at": dead, "expires_at": moment + month},
        "just expired": {"expires_at": ended},
        "just revoked": {"revoked_at": ended},
        "live": {"expires_at": moment + month},
        "endless": {},
    }.items():
        TokenFactory(name=name, **columns)
    session.commit()
    config = Config(database_url=engine.url.render_as_string(hide_password=False))
    for _ in range(2):
        worker.run_tasks(engine, config)
        assert session.scalars(select(LoginSession.digest)).all() == [digest_of("live")]
        assert set(session.scalars(select(Token.name))) == {"just expired", "just revoked", "live", "endless"}
        session.commit()
