"""Guessing passwords is stopped, and stopping it is no weapon: only the guesser's own network waits."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from limits.errors import StorageError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from api.lockout import end_attempt
from tests.api.calls import Caller
from tests.factories import PASSWORD, ResearcherFactory

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
HERE = {"REMOTE_ADDR": "127.0.0.1"}
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def accounts(session: Session) -> None:
    for handle in ("rosa", "omar"):
        ResearcherFactory(handle=handle)
    session.commit()


@pytest.fixture
def attacker(visitor: Caller) -> Caller:
    return visitor


@pytest.fixture
def browser(app: Flask) -> Caller:
    return Caller(app.test_client())


def sign_in(caller: Caller, handle: str = "rosa", *, expect: int | None = None, **options: object) -> TestResponse:
    return caller.post("/auth/login", {"handle": handle, "password": PASSWORD}, expect=expect, **options)


def sign_in_and_out(browser: Caller, handle: str = "rosa") -> TestResponse:
    """What is left in the browser is the cookie of the device."""
    response = sign_in(browser, handle)
    browser.client.delete_cookie("session")
    return response


def guess(caller: Caller, handle: str, times: int, *, expect: int = 401) -> list[TestResponse]:
    body = {"handle": handle, "password": "wrong"}
    return [caller.post("/auth/login", body, expect=expect) for _ in range(times)]


def test_after_ten_wrong_passwords_not_even_the_right_one_is_looked_at(
    attacker: Caller, clock: time_machine.Traveller
) -> None:
    guess(attacker, "rosa", 1)
    clock.shift(5 * 60)
    guess(attacker, " ROSA", 9)
    refused = sign_in(attacker, expect=429)
    assert refused.headers["Retry-After"] == str(10 * 60)
    clock.shift(10 * 60 - 1)
    sign_in(attacker, expect=429)
    clock.shift(1)
    sign_in(attacker)


def test_a_handle_that_nobody_has_is_locked_in_the_same_words(attacker: Caller) -> None:
    answers = {}
    for handle in ("rosa", "nobody"):
        wrong = guess(attacker, handle, 10)[-1]
        locked = guess(attacker, handle, 1, expect=429)[0]
        answers[handle] = [(one.data, one.headers.get("Retry-After")) for one in (wrong, locked)]
    assert answers["rosa"] == answers["nobody"]


def test_another_network_and_another_handle_are_not_locked(attacker: Caller) -> None:
    guess(attacker, "rosa", 10)
    guess(attacker, "rosa", 1, expect=429)
    sign_in(attacker, "omar")
    sign_in(attacker, environ_overrides=ELSEWHERE)


def test_a_right_password_clears_the_pair(attacker: Caller) -> None:
    guess(attacker, "rosa", 9)
    sign_in(attacker)
    guess(attacker, "rosa", 10)
    sign_in(attacker, expect=429)


def test_the_owner_of_a_known_device_is_not_locked_out_by_a_neighbour(browser: Caller, attacker: Caller) -> None:
    sign_in_and_out(browser)
    guess(attacker, "rosa", 10)
    sign_in(attacker, expect=429)
    sign_in(browser)


def test_a_known_device_has_ten_tries_of_its_own(browser: Caller) -> None:
    sign_in_and_out(browser)
    guess(browser, "rosa", 10)
    sign_in(browser, expect=429)


def test_a_device_is_known_for_its_own_handle_only(browser: Caller, attacker: Caller) -> None:
    sign_in_and_out(browser, "omar")
    guess(attacker, "rosa", 10)
    sign_in(browser, "rosa", expect=429)


def test_a_forged_device_is_none(attacker: Caller) -> None:
    guess(attacker, "rosa", 10)
    sign_in(attacker, expect=429, headers={"Cookie": "device=WyJyb3NhIiwiYSJd.AAAA.forged"})


def test_a_device_is_forgotten_after_180_days(browser: Caller, attacker: Caller, clock: time_machine.Traveller) -> None:
    cookie = next(one for one in sign_in_and_out(browser).headers.getlist("Set-Cookie") if one.startswith("device="))
    assert {"HttpOnly", "SameSite=Lax", f"Max-Age={180 * 24 * 3600}"} <= set(cookie.split("; "))
    assert "rosa" not in cookie
    kept = {"Cookie": cookie.partition(";")[0]}
    clock.shift(180 * 24 * 3600)
    guess(attacker, "rosa", 10)
    sign_in(attacker, headers=kept)
    clock.shift(1)
    sign_in(attacker, expect=429, headers=kept)


def test_after_a_hundred_wrong_passwords_the_network_waits_but_not_its_known_devices(
    app: Flask, browser: Caller, attacker: Caller, clock: time_machine.Traveller
) -> None:
    sign_in_and_out(browser)
    with app.test_request_context(environ_overrides=HERE):  # as many hashes would take a quarter of a minute
        for number in range(98):
            end_attempt(f"guess-{number}", is_right=False)
    guess(attacker, "guess-98", 1)
    sign_in(attacker, "omar")
    guess(attacker, "guess-99", 1)
    assert sign_in(attacker, "omar", expect=429).headers["Retry-After"] == str(15 * 60)
    sign_in(attacker, "omar", environ_overrides=ELSEWHERE)
    sign_in(browser)
    clock.shift(15 * 60)
    sign_in(attacker, "omar")


def test_nobody_is_locked_out_when_the_counters_fail(
    app: Flask, attacker: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object, **_options: object) -> int:
        raise StorageError(OSError("no room"))

    monkeypatch.setattr(app.extensions["scholarnet.limiter"].storage, "incr", fail)
    guess(attacker, "rosa", 11)
    assert "wrong passwords are not counted" in caplog.text
    assert "rosa" not in caplog.text
