"""Passwords: changed by their owner, set anew by a mail, and nothing told of who has an account."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.models import OutgoingMail, Researcher
from tests.api.calls import Caller
from tests.api.fixtures import Join
from tests.factories import PASSWORD, ResearcherFactory

NEW = "a better and longer password"


def browser(app: Flask) -> Caller:
    return Caller(app.test_client())


def sign_in(app: Flask, password: str = PASSWORD, expect: int | None = None) -> tuple[Caller, dict[str, str]]:
    """A browser with rosa's session, and what it sends with its writes."""
    person = browser(app)
    answer = person.post("/auth/login", {"handle": "rosa", "password": password}, expect=expect)
    return person, {"X-CSRFToken": answer.json.get("csrf_token", "")}


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa")


def mailed_token(caplog: pytest.LogCaptureFixture) -> str:
    """The token of the last mail."""
    (token,) = re.findall(r"^[\w-]+\.[\w-]+\.[\w-]+$", caplog.records[-1].getMessage(), re.MULTILINE)
    return token


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(app: Flask, rosa: Caller) -> None:
    here, headers = sign_in(app)
    elsewhere, _ = sign_in(app)
    here.post("/auth/password", {"current_password": PASSWORD, "new_password": NEW}, headers=headers)
    assert here.get("/auth/me").json["handle"] == rosa.handle
    elsewhere.get("/auth/me", expect=401)
    sign_in(app, PASSWORD, expect=401)
    sign_in(app, NEW)


def test_a_password_is_changed_by_who_knows_it(rosa: Caller) -> None:
    wrong = {"current_password": "not this one", "new_password": NEW}
    assert "current_password" in rosa.post("/auth/password", wrong, expect=422).json["errors"]
    short = {"current_password": PASSWORD, "new_password": "short"}
    assert "new_password" in rosa.post("/auth/password", short, expect=422).json["errors"]
    for _ in range(9):
        rosa.post("/auth/password", wrong, expect=422)
    refused = rosa.post("/auth/password", wrong, expect=429)
    assert int(refused.headers["Retry-After"]) > 0
    rosa.post("/auth/password", wrong | {"current_password": PASSWORD}, expect=429)


def test_a_forgotten_password_is_set_anew_once(
    app: Flask, rosa: Caller, visitor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    there, _ = sign_in(app)
    visitor.post("/auth/password-reset", {"handle": "rosa"})
    assert "rosa@radiology.example.edu" in caplog.records[-1].getMessage()
    body = {"token": mailed_token(caplog), "password": NEW}
    visitor.put("/auth/password-reset", body | {"password": "short"}, expect=422)
    visitor.put("/auth/password-reset", body)
    visitor.put("/auth/password-reset", body, expect=422)
    there.get("/auth/me", expect=401)
    rosa.get("/auth/me", expect=401)  # a token may be what the thief has
    sign_in(app, NEW)


def test_a_reset_ends_after_an_hour_and_is_not_to_be_forged(
    rosa: Caller, visitor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    assert rosa.handle == "rosa"
    visitor.post("/auth/password-reset", {"email": "rosa@radiology.example.edu"})
    token = mailed_token(caplog)
    content, _, seal = token.rpartition(".")
    forged = f"{content}.{'A' if seal[0] != 'A' else 'B'}{seal[1:]}"  # of the last sign not every bit counts
    rosa.post("/auth/verify-email", {})
    of_another_kind = re.search(r"token=(\S+)", caplog.records[-1].getMessage())[1]
    for bad in (forged, of_another_kind, "x"):
        visitor.put("/auth/password-reset", {"token": bad, "password": NEW}, expect=422)
    with time_machine.travel(now() + timedelta(minutes=61)):
        visitor.put("/auth/password-reset", {"token": token, "password": NEW}, expect=422)


def test_asking_tells_of_no_account(
    rosa: Caller, visitor: Caller, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    ResearcherFactory(handle="ulla", unverified=True)
    session.commit()
    answers = {visitor.post("/auth/password-reset", {"handle": rosa.handle}).data}
    caplog.clear()
    for asked in ({"handle": "nobody"}, {"email": "nobody@uni.edu"}, {"email": "ulla@radiology.example.edu"}):
        answers.add(visitor.post("/auth/password-reset", asked).data)
    assert len(answers) == 1
    assert [record for record in caplog.records if record.name == "scholarnet.mail"] == []
    assert session.scalars(select(OutgoingMail)).all() == []


@pytest.mark.parametrize("asked", [{}, {"handle": "rosa", "email": "rosa@uni.edu"}])
def test_a_reset_asks_for_one_name(visitor: Caller, asked: dict[str, str]) -> None:
    assert "handle" in visitor.post("/auth/password-reset", asked, expect=422).json["errors"]


def test_a_change_of_password_shows_nowhere(rosa: Caller, visitor: Caller, session: Session) -> None:
    before = visitor.get("/researchers/@rosa")
    rosa.post("/auth/password", {"current_password": PASSWORD, "new_password": NEW})
    after = visitor.get("/researchers/@rosa")
    assert (after.data, after.headers["ETag"]) == (before.data, before.headers["ETag"])
    assert session.scalars(select(Researcher.handle)).all() == ["rosa"]
