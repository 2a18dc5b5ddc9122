"""Accounts, sessions, tokens and links."""

import re
import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.models import Token
from scholarnet.services.tokens import digest_of
from tests.api.calls import PREPRINT, Caller, publish, review
from tests.api.fixtures import Join
from tests.factories import PASSWORD, ResearcherFactory, TokenFactory

ROSA = {"handle": "Rosa", "name": "Rosa  Marín", "email": "Rosa@Uni.edu", "password": "a long password"}


@pytest.fixture
def browser(app: Flask) -> Caller:
    """Somebody with cookies and no token."""
    return Caller(app.test_client())


def sign_in(browser: Caller, handle: str) -> dict[str, str]:
    """What the browser sends with its writes from now on."""
    account = browser.post("/auth/login", {"handle": handle, "password": PASSWORD}).json
    return {"X-CSRFToken": account["csrf_token"]}


@pytest.fixture
def rosa(session: Session) -> str:
    handle = ResearcherFactory(handle="rosa").handle
    session.commit()
    return handle


def test_a_person_registers_signs_in_and_out(browser: Caller) -> None:
    opened = browser.post("/auth/register", ROSA, expect=201).json
    assert (opened["handle"], opened["name"]) == ("rosa", "Rosa Marín")
    assert (opened["role"], opened["is_verified"], opened["verification"]) == ("member", False, "none")
    assert not {"email", "password", "password_hash"} & opened.keys()
    browser.get("/auth/me", expect=401)
    signed_in = browser.post("/auth/login", {"handle": "ROSA", "password": ROSA["password"]})
    assert "HttpOnly" in signed_in.headers["Set-Cookie"]
    assert "SameSite=Lax" in signed_in.headers["Set-Cookie"]
    me = browser.get("/auth/me").json
    assert (me["id"], me["email"], me["is_email_verified"]) == (opened["id"], "rosa@uni.edu", False)
    browser.post("/auth/logout", headers={"X-CSRFToken": me["csrf_token"]}, expect=204)
    browser.get("/auth/me", expect=401)


@pytest.mark.parametrize("wrong", [{"handle": "rosa", "password": "wrong"}, {"handle": "nobody", "password": PASSWORD}])
def test_signing_in_is_refused_in_the_same_words_whatever_was_wrong(
    browser: Caller, rosa: str, wrong: dict[str, str]
) -> None:
    assert rosa == "rosa"
    refused = browser.post("/auth/login", wrong, expect=401)
    assert refused.json["detail"] == "the handle or the password is wrong"
    browser.get("/auth/me", expect=401)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("handle", "ab"),
        ("handle", "-rosa"),
        ("email", "rosa"),
        ("password", "123456789"),
        ("name", "  "),
        ("role", "x"),
    ],
)
def test_registering_names_the_field_when_it_is_wrong(visitor: Caller, field: str, value: str) -> None:
    assert visitor.post("/auth/register", ROSA | {field: value}, expect=422).json["errors"].keys() == {field}


def test_registering_is_refused_when_the_handle_is_taken(visitor: Caller, rosa: str) -> None:
    assert visitor.post("/auth/register", ROSA | {"handle": rosa}, expect=409).json["errors"].keys() == {"handle"}


def test_a_cookie_needs_the_csrf_token_for_writes_alone(browser: Caller, rosa: str) -> None:
    csrf = sign_in(browser, rosa)
    browser.get("/auth/me")
    assert "CSRF" in browser.post("/posts", PREPRINT, expect=400).json["detail"]
    browser.post("/posts", PREPRINT, headers={"X-CSRFToken": "forged"}, expect=400)
    browser.post("/posts", PREPRINT, headers=csrf, expect=201)


def test_a_token_needs_no_csrf_token_unless_a_cookie_comes_with_it(browser: Caller, join: Join, rosa: str) -> None:
    tom = join("tom")
    tom.post("/posts", PREPRINT, expect=201)
    csrf = sign_in(browser, rosa)
    bearer = {"Authorization": f"Bearer {tom.token}"}
    browser.post("/posts", PREPRINT, headers=bearer, expect=400)
    written = browser.post("/posts", PREPRINT, headers=bearer | csrf, expect=201).json
    assert [author["handle"] for author in written["authors"]] == ["rosa"]


def test_a_token_does_what_its_scopes_say_and_no_more(join: Join) -> None:
    post_id = publish(join("rosa"))
    reader, writer, reviewer = join(scopes=["read"]), join(scopes=["read", "write"]), join(scopes=["read", "review"])
    body = {"overall": 7, "body": "Sound."}
    assert "'write'" in reader.post("/posts", PREPRINT, expect=403).json["detail"]
    reader.post(f"/posts/{post_id}/reviews", body, expect=403)
    reader.post("/auth/tokens", {"name": "wider", "scopes": ["write"]}, expect=403)
    writer.post("/posts", PREPRINT, expect=201)
    assert "'review'" in writer.post(f"/posts/{post_id}/reviews", body, expect=403).json["detail"]
    review(reviewer, post_id)
    reviewer.post("/posts", PREPRINT, expect=403)
    blind = join(scopes=["write"])
    blind.get("/auth/me", expect=403)
    blind.get("/posts", expect=403)


def test_the_admin_scope_is_for_editors_and_up(join: Join) -> None:
    wanted = {"name": "all", "scopes": ["read", "write", "admin"]}
    refused = join("tom").post("/auth/tokens", wanted, expect=422)
    assert refused.json["errors"].keys() == {"scopes"}
    join("eva", role="editor").post("/auth/tokens", wanted, expect=201)


def test_a_token_is_shown_once(join: Join, session: Session) -> None:
    rosa = join("rosa")
    created = rosa.post("/auth/tokens", {"name": "notebook", "scopes": ["read", "read"]}, expect=201).json
    assert (created["name"], created["scopes"], created["expires_at"]) == ("notebook", ["read"], None)
    Caller(rosa.client, token=created["token"]).get("/auth/me")
    listed = rosa.get("/auth/tokens")
    assert {one["name"] for one in listed.json["results"]} == {"tests", "notebook"}
    assert created["token"] not in listed.get_data(as_text=True)
    kept = session.query(Token).filter_by(name="notebook").one()
    assert kept.digest == digest_of(created["token"])
    session.rollback()


def test_a_token_is_dead_when_it_was_revoked(join: Join) -> None:
    rosa = join("rosa")
    created = rosa.post("/auth/tokens", {"name": "lost", "scopes": ["read"]}, expect=201).json
    rosa.delete(f"/auth/tokens/{created['id']}", expect=204)
    refused = Caller(rosa.client, token=created["token"]).get("/auth/me", expect=401)
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert [one["name"] for one in rosa.get("/auth/tokens").json["results"]] == ["tests"]
    rosa.get("/auth/me")


def test_a_token_is_dead_when_it_expired(visitor: Caller, session: Session) -> None:
    TokenFactory(secret="sn_old", expires_at=now() - timedelta(seconds=1))
    TokenFactory(secret="sn_new", expires_at=now() + timedelta(hours=1))
    session.commit()
    Caller(visitor.client, token="sn_old").get("/posts", expect=401)
    Caller(visitor.client, token="sn_new").get("/posts")


@pytest.mark.parametrize("header", ["Bearer sn_forged", "Bearer", "Basic cm9zYTpyb3Nh", "sn_forged"])
def test_a_request_is_refused_when_its_authorization_is_none(visitor: Caller, header: str) -> None:
    visitor.get("/posts", headers={"Authorization": header}, expect=401)


def test_a_token_is_refused_when_its_end_has_passed(join: Join) -> None:
    body = {"name": "late", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}
    assert join().post("/auth/tokens", body, expect=422).json["errors"].keys() == {"expires_at"}
    naive = body | {"expires_at": "2090-01-01T00:00:00"}
    assert join().post("/auth/tokens", naive, expect=422).json["errors"].keys() == {"expires_at"}


def test_nobody_reaches_the_tokens_of_others(join: Join) -> None:
    rosa, tom = join("rosa"), join("tom")
    own = rosa.get("/auth/tokens").json["results"][0]["id"]
    tom.delete(f"/auth/tokens/{own}", expect=404)
    rosa.get("/auth/me")
    assert own not in {one["id"] for one in tom.get("/auth/tokens").json["results"]}


def ask_for_link(person: Caller, caplog: pytest.LogCaptureFixture, email: str) -> str:
    """The link that was sent to `email`."""
    assert person.post("/auth/verify-email", {"email": email}, expect=202).json == {"sent_to": email.lower()}
    text = caplog.records[-1].getMessage()
    assert email.lower() in text
    return re.search(r"http\S+(/api/v1/auth/verify-email\?token=\S+)", text)[1]


def test_a_link_verifies_a_person_once(join: Join, visitor: Caller, caplog: pytest.LogCaptureFixture) -> None:
    rosa = join("rosa", unverified=True, email="rosa@charite.ac.uk")
    link = ask_for_link(rosa, caplog, "Rosa@Charite.ac.uk")
    assert not rosa.get("/auth/me").json["is_verified"]
    opened = visitor.get(link).json
    assert (opened["id"], opened["verification"]) == (rosa.id, "email")
    me = rosa.get("/auth/me").json
    assert (me["email"], me["is_email_verified"], me["is_verified"]) == ("rosa@charite.ac.uk", True, True)
    assert visitor.get(link, expect=422).json["errors"].keys() == {"token"}


def test_a_link_is_refused_when_it_is_forged_or_a_day_old(
    join: Join, visitor: Caller, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa = join("rosa", unverified=True, email="rosa@uni.edu")
    with monkeypatch.context() as yesterday:
        signed_at = int(time.time()) - 24 * 3600 - 2
        yesterday.setattr("itsdangerous.TimestampSigner.get_timestamp", lambda _: signed_at)
        old = ask_for_link(rosa, caplog, "rosa@uni.edu")
    fresh = ask_for_link(rosa, caplog, "rosa@uni.edu")
    for link in (old, fresh[:-9] + ("a" if fresh[-9] != "a" else "b") + fresh[-8:], fresh.split("=")[0] + "=x"):
        visitor.get(link, expect=422)
    assert not rosa.get("/auth/me").json["is_verified"]
    visitor.get("/auth/verify-email", expect=422)


@pytest.mark.parametrize("email", ["rosa@gmail.com", "rosa@edu.example.com", "rosa@uni.edu.evil.com"])
def test_a_link_is_refused_when_no_institution_gives_out_the_address(join: Join, email: str) -> None:
    rosa = join("rosa", unverified=True, email=email)
    assert rosa.post("/auth/verify-email", {"email": email}, expect=422).json["errors"].keys() == {"email"}


def test_an_address_belongs_to_who_verified_it_first(
    join: Join, visitor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = (join(unverified=True, email="shared@uni.edu") for _ in range(2))
    links = [ask_for_link(one, caplog, "shared@uni.edu") for one in (first, second)]
    visitor.get(links[0])
    visitor.get(links[1], expect=409)
    assert not second.get("/auth/me").json["is_verified"]
