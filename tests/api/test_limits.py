"""Everybody has a budget, each request its cost; the workers share the counters, and nobody takes another's name."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from api.app import create_app
from api.config import Config, ConfigurationError
from api.counters import FileStorage, url_of
from api.database import db
from api.limits import network_of
from api.links import verification_link
from scholarnet.models import Researcher
from scholarnet.services.tokens import create_token
from tests.api.calls import PREPRINT, Caller
from tests.factories import PASSWORD, ResearcherFactory

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
Start: TypeAlias = Callable[..., Flask]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def counters(tmp_path: Path) -> Path:
    return tmp_path / "some limits%.db"


@pytest.fixture
def start(engine: Engine, counters: Path) -> Iterator[Start]:
    """Start an application that limits; all that a test starts count in one file."""
    started: list[Flask] = []

    def start(**settings: object) -> Flask:
        url = engine.url.render_as_string(hide_password=False)
        given = {"database_url": url, "rate_limits": "on", "limits_url": url_of(counters)} | settings
        started.append(create_app(Config(**given)))
        return started[-1]

    yield start
    for app in started:
        with app.app_context():
            db.engine.dispose()


def visitor_of(app: Flask) -> Caller:
    return Caller(app.test_client(use_cookies=False))


def token_of(session: Session, app: Flask, handle: str) -> Caller:
    _, secret = create_token(
        session, researcher=ResearcherFactory(handle=handle), name="tests", scopes=["read", "write"]
    )
    session.commit()
    return Caller(app.test_client(use_cookies=False), token=secret)


def left(response: TestResponse) -> int:
    return int(response.headers["RateLimit-Remaining"])


@pytest.mark.usefixtures("clock")
def test_each_request_costs_what_it_is_worth(start: Start) -> None:
    visitor = visitor_of(start())
    first = visitor.get("/posts")
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Reset"]) == ("600", "60")
    assert left(first) == 600 - 1
    assert left(visitor.get("/posts?search=knee")) == 599 - 3
    assert left(visitor.get("/posts?filter=kind:preprint")) == 596 - 3
    assert left(visitor.get("/graph/ego?node=post:nobody", expect=404)) == 593 - 3
    assert left(visitor.post("/auth/login", {"handle": "rosa", "password": PASSWORD}, expect=401)) == 590 - 25
    assert left(visitor.post("/auth/register", {}, expect=422)) == 565 - 25
    assert left(visitor.post("/posts", PREPRINT, expect=401)) == 540 - 5
    assert left(visitor.get("/posts?criteria=clarity:1&search=knee")) == 535 - 15
    assert left(visitor.get("/publications", headers={"Accept": "text/x-bibliography; style=nature"})) == 520 - 15
    assert left(visitor.post("/imports", {}, expect=401)) == 505 - 25
    assert "Retry-After" not in first.headers


@pytest.mark.usefixtures("clock")
def test_an_account_has_one_budget_wherever_it_comes_from(start: Start, session: Session) -> None:
    app = start()
    rosa, omar = token_of(session, app, "rosa"), token_of(session, app, "omar")
    assert left(rosa.get("/posts")) == 2000 - 1
    away = rosa.post("/posts", PREPRINT, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert left(away) == 1999 - 5
    assert left(omar.get("/posts")) == 2000 - 1
    assert left(visitor_of(app).get("/posts")) == 600 - 1


@pytest.mark.usefixtures("clock")
def test_a_token_that_is_none_counts_for_its_network(start: Start) -> None:
    app = start()
    stranger = Caller(app.test_client(use_cookies=False), token="sn_none")
    assert left(stranger.get("/posts", expect=401)) == 600 - 1
    assert left(visitor_of(app).get("/posts")) == 599 - 1


def test_a_spent_budget_is_a_problem_that_says_when_to_go_on(start: Start, clock: time_machine.Traveller) -> None:
    visitor = visitor_of(start())
    for _ in range(24):
        visitor.post("/auth/register", {}, expect=422)
    clock.shift(20)
    refused = visitor.get("/posts", expect=429)
    assert (refused.headers["Retry-After"], refused.headers["RateLimit-Remaining"]) == ("40", "0")
    assert "Retry-After" in refused.json["detail"]
    visitor.get("/posts", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    clock.shift(40)
    visitor.get("/posts")


def test_the_hour_has_a_budget_of_its_own(start: Start, clock: time_machine.Traveller) -> None:
    visitor = visitor_of(start())
    for _ in range(20):  # 20 × 24 × 25 = 12,000
        for _ in range(24):
            visitor.post("/auth/register", {}, expect=422)
        clock.shift(61)
    refused = visitor.get("/posts", expect=429)
    assert refused.headers["RateLimit-Limit"] == "12000"
    assert int(refused.headers["Retry-After"]) == 3600 - 20 * 61


def test_a_link_that_writes_works_for_somebody_signed_in(start: Start, session: Session) -> None:
    """Who is spending is read before the view says that this GET writes."""
    app = start()
    rosa = token_of(session, app, "rosa")
    with app.test_request_context():
        researcher = db.session.scalars(select(Researcher)).one()
        link = verification_link(researcher, "rosa@uni.edu")
    assert left(rosa.get(link)) < 2000
    session.expire_all()
    assert session.scalars(select(Researcher.email)).one() == "rosa@uni.edu"


@pytest.mark.usefixtures("clock")
def test_two_workers_share_one_budget(start: Start) -> None:
    one, other = visitor_of(start()), visitor_of(start())
    assert left(one.get("/posts")) == 600 - 1
    assert left(other.get("/posts")) == 599 - 1
    assert left(one.get("/posts")) == 598 - 1


def test_health_and_static_files_are_never_refused(start: Start) -> None:
    visitor = visitor_of(start())
    for path in ("/health/live", "/health/ready", "/static/rapidoc-min.js"):
        response = visitor.get(path)
        assert "RateLimit-Limit" not in response.headers
        response.close()


@pytest.mark.usefixtures("clock")
def test_a_forged_address_changes_nothing_where_no_proxy_is_trusted(start: Start) -> None:
    visitor = visitor_of(start())
    visitor.get("/posts", headers={"X-Forwarded-For": "203.0.113.1"})
    assert left(visitor.get("/posts", headers={"X-Forwarded-For": "203.0.113.2"})) == 599 - 1


@pytest.mark.usefixtures("clock")
def test_behind_one_proxy_only_the_address_that_it_saw_counts(start: Start) -> None:
    visitor = visitor_of(start(trusted_proxies=1))
    visitor.get("/posts", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.1"})
    assert left(visitor.get("/posts", headers={"X-Forwarded-For": "198.51.100.2, 203.0.113.1"})) == 599 - 1
    assert left(visitor.get("/posts", headers={"X-Forwarded-For": "203.0.113.2"})) == 600 - 1


def test_requests_pass_when_the_counters_fail(start: Start, counters: Path, caplog: pytest.LogCaptureFixture) -> None:
    counters.write_text("this is no database, and it is long enough for SQLite to see so" * 20)
    response = visitor_of(start()).get("/posts")
    assert "RateLimit-Limit" not in response.headers
    assert len([one for one in caplog.records if one.name == "api.limits"]) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "none"),
    ],
)
def test_a_network_is_an_ipv4_address_or_the_64_of_an_ipv6_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_counters_begin_anew_when_they_have_ended(counters: Path, clock: time_machine.Traveller) -> None:
    storage = FileStorage(url_of(counters))
    assert (storage.incr("a", 60, 3), storage.incr("a", 60, 4), storage.incr("b", 60)) == (3, 7, 1)
    assert storage.get_expiry("a") == NOON.timestamp() + 60
    clock.shift(60)
    assert (storage.get("a"), storage.incr("a", 60, 2), storage.get("a")) == (0, 2, 2)
    with sqlite3.connect(counters) as file:  # what has ended is gone
        assert file.execute("SELECT key FROM counter").fetchall() == [("a",)]
    file.close()
    storage.clear("a")
    assert storage.get("a") == 0
    storage.incr("c", 60)
    assert (storage.reset(), storage.get("c"), storage.check()) == (1, 0, True)
    assert counters.stat().st_mode & 0o077 == 0


def test_no_address_stands_in_the_counters(start: Start, counters: Path) -> None:
    visitor_of(start()).get("/posts", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    with sqlite3.connect(counters) as file:
        keys = file.execute("SELECT key FROM counter").fetchall()
    file.close()
    assert len(keys) == 2
    assert "203.0.113.9" not in str(keys)


def test_a_server_limits_unless_told_not_to() -> None:
    given = {"SCHOLARNET_TRUSTED_PROXIES": "2", "SCHOLARNET_LIMITS_URL": "memory://"}
    config = Config.from_environment(given)
    assert (config.rate_limits, config.trusted_proxies, config.limits_url) == ("on", 2, "memory://")
    assert Config.from_environment({"SCHOLARNET_RATE_LIMITS": "off"}).rate_limits == "off"


@pytest.mark.parametrize(("name", "wrong"), [("RATE_LIMITS", "maybe"), ("TRUSTED_PROXIES", "-1")])
def test_a_setting_that_cannot_be_is_refused(name: str, wrong: str) -> None:
    with pytest.raises(ConfigurationError, match=f"SCHOLARNET_{name} is '{wrong}'"):
        Config.from_environment({f"SCHOLARNET_{name}": wrong})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("CROSSREF_URL", "http://example.org"),
        ("CONTACT_MAIL", "nobody"),
        ("ORCID_API_TOKEN", "ä"),
        ("SOURCE_SECONDS", "0"),
    ],
)
def test_a_source_that_cannot_be_asked_is_refused_at_the_start(name: str, wrong: str) -> None:
    with pytest.raises(ConfigurationError, match=f"SCHOLARNET_{name} (must|is)"):
        Config.from_environment({f"SCHOLARNET_{name}": wrong})
    sources = Config.from_environment(
        {"SCHOLARNET_CONTACT_MAIL": "a@b.org", "SCHOLARNET_SOURCE_SECONDS": "7"}
    ).sources()
    assert (sources.contact_mail, sources.total_seconds) == ("a@b.org", 7)


def test_a_storage_that_nobody_knows_is_refused(start: Start) -> None:
    with pytest.raises(ConfigurationError, match="SCHOLARNET_LIMITS_URL"):
        start(limits_url="carrierpigeon://here")


def test_the_counters_lie_beside_an_sqlite_database(tmp_path: Path) -> None:
    app = create_app(Config(database_url=f"sqlite:///{tmp_path / 'one.db'}", rate_limits="on"))
    app.test_client().get("/api/v1/forms")
    assert (tmp_path / "one.db.limits").exists()
    with app.app_context():
        db.engine.dispose()
