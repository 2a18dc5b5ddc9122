"""A change of address: by who knows the password, when the new address proves to be theirs, and telling of nobody."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.app import create_app
from api.config import Config
from api.database import db
from scholarnet.db import now
from scholarnet.models import OutgoingMail, Researcher
from tests.api.calls import Caller
from tests.api.fixtures import Join
from tests.factories import PASSWORD, ResearcherFactory

OLD, NEW, PLAIN = "rosa@radiology.example.edu", "rosa@charite.ac.uk", "rosa@clinic.example.org"
BETTER = "a better and longer password"


class Mails:
    """What was sent since it was last asked, by address."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self.caplog = caplog

    def take(self) -> dict[str, str]:
        found = [re.match(r"mail to (\S+): ", one.getMessage()) for one in self.caplog.records]
        sent = {match[1]: match.string for match in found if match}
        self.caplog.clear()
        return sent


@pytest.fixture
def mails(caplog: pytest.LogCaptureFixture) -> Mails:
    return Mails(caplog)


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa")


def ask(person: Caller, mails: Mails, email: str = NEW) -> str:
    """The link that the new address gets."""
    assert person.post("/auth/email", {"email": email, "password": PASSWORD}, expect=202).json == {"sent_to": email}
    return re.search(r"http\S+(/api/v1/auth/email\?token=\S+)", mails.take()[email])[1]


def address_of(person: Caller) -> tuple[str, bool, str]:
    me = person.get("/auth/me").json
    return me["email"], me["is_email_verified"], me["verification"]


def test_the_address_changes_when_the_link_is_opened_and_not_before(
    rosa: Caller, visitor: Caller, mails: Mails
) -> None:
    assert rosa.post("/auth/email", {"email": "Rosa@Charite.AC.uk", "password": PASSWORD}).json == {"sent_to": NEW}
    sent = mails.take()
    assert sent.keys() == {OLD, NEW}
    assert "/auth/email?token=" in sent[NEW]
    assert "token=" not in sent[OLD]
    assert NEW not in sent[OLD]
    assert address_of(rosa) == (OLD, True, "email")
    link = re.search(r"/api/v1/auth/email\?token=\S+", sent[NEW])[0]
    assert OLD.partition("@")[0] not in _payload(link)
    opened = visitor.get(link).json
    assert opened["id"] == rosa.id
    assert "email" not in opened
    assert address_of(rosa) == (NEW, True, "email")
    assert visitor.get(link, expect=422).json["errors"].keys() == {"token"}


def _payload(link: str) -> str:
    """What stands in the link for whoever reads it, the new address aside."""
    text = link.partition("token=")[2].split(".")[0]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().replace(NEW, "")


def test_a_wrong_password_is_refused_by_field_and_counts_as_at_the_login(
    rosa: Caller, join: Join, mails: Mails, visitor: Caller
) -> None:
    tom = join("tom")
    for _ in range(10):
        refused = rosa.post("/auth/email", {"email": NEW, "password": "wrong"}, expect=422)
        assert refused.json["errors"].keys() == {"password"}
    locked = rosa.post("/auth/email", {"email": NEW, "password": PASSWORD}, expect=429)
    assert int(locked.headers["Retry-After"]) > 0
    visitor.post("/auth/login", {"handle": "rosa", "password": PASSWORD}, expect=429)
    assert mails.take() == {}
    ask(tom, mails)  # nobody else waits for it
    visitor.post("/auth/login", {"handle": "tom", "password": PASSWORD})
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    visitor.post("/auth/login", {"handle": "rosa", "password": PASSWORD}, environ_overrides=elsewhere)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "rosa", "password": PASSWORD}, "email"),
        ({"email": OLD.upper(), "password": PASSWORD}, "email"),
        ({"email": "r" * 64 + "@" + "x" * 200 + ".edu", "password": PASSWORD}, "email"),
        ({"password": PASSWORD}, "email"),
        ({"email": NEW}, "password"),
        ({"email": NEW, "password": ""}, "password"),
    ],
)
def test_what_cannot_be_is_refused_by_field(rosa: Caller, mails: Mails, body: dict[str, str], field: str) -> None:
    assert rosa.post("/auth/email", body, expect=422).json["errors"].keys() == {field}
    assert mails.take() == {}


def test_an_address_of_somebody_else_is_not_told_and_its_owner_is(
    rosa: Caller, visitor: Caller, session: Session, mails: Mails
) -> None:
    ResearcherFactory(handle="owner", email="taken@uni.edu")
    session.commit()
    answers, notices = [], []
    for email in ("taken@uni.edu", "nobody@uni.edu"):
        answer = rosa.post("/auth/email", {"email": email, "password": PASSWORD})
        sent = mails.take()
        assert sent.keys() == {OLD, email}
        answers.append((answer.status_code, answer.get_data(as_text=True).replace(email, "")))
        notices.append(sent[OLD])
        assert ("token=" in sent[email]) is (email == "nobody@uni.edu")
        assert "rosa" not in sent[email]
    assert len(set(answers)) == len(set(notices)) == 1
    assert address_of(rosa) == (OLD, True, "email")
    assert session.scalars(select(OutgoingMail)).all() == []
    assert visitor.get("/researchers/@owner").json["is_verified"]


def test_an_address_that_somebody_only_typed_is_free(
    rosa: Caller, visitor: Caller, session: Session, mails: Mails
) -> None:
    ResearcherFactory(handle="typist", email=NEW, unverified=True)
    session.commit()
    visitor.get(ask(rosa, mails))
    assert address_of(rosa) == (NEW, True, "email")


def test_an_address_that_was_verified_elsewhere_meanwhile_is_refused(
    rosa: Caller, join: Join, visitor: Caller, mails: Mails
) -> None:
    tom = join("tom")
    late, first = ask(rosa, mails), ask(tom, mails)
    visitor.get(first)
    assert visitor.get(late, expect=409).json["errors"].keys() == {"email"}
    assert address_of(rosa)[0] == OLD


def test_two_who_open_links_to_one_address_at_once_do_not_share_it(
    app: Flask, rosa: Caller, join: Join, engine: Engine, mails: Mails
) -> None:
    links = [ask(person, mails) for person in (rosa, join("tom"))]
    assert sorted(open_at_once(app, links)) == [200, 409]
    with Session(engine) as session:
        assert len(session.scalars(select(Researcher.id).where(Researcher.email == NEW)).all()) == 1


def test_a_link_that_is_opened_twice_at_once_works_once(app: Flask, rosa: Caller, mails: Mails) -> None:
    assert sorted(open_at_once(app, [ask(rosa, mails)] * 4)) == [200, 422, 422, 422]
    assert address_of(rosa)[0] == NEW


def test_of_two_links_that_are_opened_at_once_one_counts(app: Flask, rosa: Caller, mails: Mails) -> None:
    links = [ask(rosa, mails, email) for email in (NEW, PLAIN)]
    statuses = open_at_once(app, links)
    assert sorted(statuses) == [200, 422]
    assert address_of(rosa)[0] == (NEW, PLAIN)[statuses.index(200)]


def open_at_once(app: Flask, links: list[str]) -> list[int]:
    app.test_client().get("/api/v1/openapi.json")
    with ThreadPoolExecutor(len(links)) as pool:
        return list(pool.map(lambda link: app.test_client(use_cookies=False).get(link).status_code, links))


def test_a_link_of_before_is_dead_when_the_address_comes_back(rosa: Caller, visitor: Caller, mails: Mails) -> None:
    """Else who reads the address that was given up could take the account back to it."""
    away = ask(rosa, mails)
    of_verification = _verification(rosa, mails)
    visitor.get(away)
    visitor.get(ask(rosa, mails, OLD))
    assert address_of(rosa) == (OLD, True, "email")
    for link in (away, of_verification):
        visitor.get(link, expect=422)
    assert address_of(rosa) == (OLD, True, "email")


def _verification(person: Caller, mails: Mails) -> str:
    """The link that verifies the address that they have."""
    person.post("/auth/verify-email", {})
    return re.search(r"/api/v1/auth/verify-email\?token=\S+", mails.take()[OLD])[0]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_a_link_of_each_kind_the_second_is_dead(
    rosa: Caller, visitor: Caller, mails: Mails, order: tuple[int, int]
) -> None:
    links = [ask(rosa, mails), _verification(rosa, mails)]
    visitor.get(links[order[0]])
    visitor.get(links[order[1]], expect=422)


def test_verifying_moves_no_address_past_the_password_though_nobody_verified_it(join: Join, mails: Mails) -> None:
    """A new password goes to the account's address: who has an open browser must not make it theirs."""
    ann = join("ann", unverified=True, email="ann@uni.edu")
    assert ann.post("/auth/verify-email", {"email": "thief@uni.edu"}, expect=422).json["errors"].keys() == {"email"}
    assert mails.take() == {}


def test_verifying_moves_no_verified_address_past_the_password(rosa: Caller, mails: Mails) -> None:
    refused = rosa.post("/auth/verify-email", {"email": "rosa@uni.edu"}, expect=422).json["errors"]
    assert refused.keys() == {"email"}
    assert mails.take() == {}
    rosa.post("/auth/verify-email", {"email": OLD.upper()}, expect=202)


def test_a_link_is_dead_when_the_password_was_changed_since(rosa: Caller, visitor: Caller, mails: Mails) -> None:
    link = ask(rosa, mails)
    rosa.post("/auth/password", {"current_password": PASSWORD, "new_password": BETTER})
    visitor.get(link, expect=422)
    assert address_of(rosa)[0] == OLD


def test_a_link_is_dead_after_a_day_or_when_forged_or_of_another_kind(
    rosa: Caller, visitor: Caller, mails: Mails
) -> None:
    other = _verification(rosa, mails)
    link = ask(rosa, mails)
    forged = link[:-9] + ("a" if link[-9] != "a" else "b") + link[-8:]
    for bad in (forged, link.split("=")[0] + "=x", other.replace("verify-email", "email"), link.split("?")[0]):
        visitor.get(bad, expect=422)
    visitor.get(link.replace("/email", "/verify-email"), expect=422)
    with time_machine.travel(now() + timedelta(days=1, seconds=2)):
        visitor.get(link, expect=422)
    visitor.get(link)


def test_a_reset_that_the_old_address_was_sent_is_dead_when_the_address_changed(
    rosa: Caller, visitor: Caller, mails: Mails
) -> None:
    visitor.post("/auth/password-reset", {"handle": "rosa"})
    token = re.search(r"^[\w-]+\.[\w-]+\.[\w-]+$", mails.take()[OLD], re.MULTILINE)[0]
    visitor.get(ask(rosa, mails))
    visitor.put("/auth/password-reset", {"token": token, "password": BETTER}, expect=422)
    visitor.post("/auth/password-reset", {"email": OLD})
    assert mails.take() == {}


def test_a_verification_by_address_ends_with_an_address_at_no_institution(
    rosa: Caller, visitor: Caller, mails: Mails
) -> None:
    assert not visitor.get(ask(rosa, mails, PLAIN)).json["is_verified"]
    assert address_of(rosa) == (PLAIN, True, "none")
    assert visitor.get(ask(rosa, mails, NEW)).json["is_verified"]
    assert address_of(rosa) == (NEW, True, "email")


def test_somebodys_word_stays_whatever_the_address(join: Join, visitor: Caller, mails: Mails) -> None:
    known = join("rosa", verification="editor")
    visitor.get(ask(known, mails, PLAIN))
    assert address_of(known) == (PLAIN, True, "editor")


def test_an_institutional_address_verifies_who_was_not(join: Join, visitor: Caller, mails: Mails) -> None:
    newcomer = join("rosa", unverified=True)
    visitor.get(ask(newcomer, mails, OLD))  # the very address that was only typed so far
    assert address_of(newcomer) == (OLD, True, "email")


def test_what_an_institution_is_is_asked_again_when_the_link_is_opened(
    rosa: Caller, engine: Engine, mails: Mails
) -> None:
    """At a domain that the configuration names only by then."""
    link = ask(rosa, mails, "rosa@clinic.example.org")
    url = engine.url.render_as_string(hide_password=False)
    known = create_app(Config(database_url=url, limits_url="memory://", institution_domains=("clinic.example.org",)))
    assert known.test_client().get(link).json["verification"] == "email"
    with known.app_context():
        db.engine.dispose()
    assert address_of(rosa) == ("rosa@clinic.example.org", True, "email")


def test_a_change_that_alters_nothing_public_shows_nowhere(rosa: Caller, visitor: Caller, mails: Mails) -> None:
    def seen() -> tuple[bytes, str]:
        answer = visitor.get("/researchers/@rosa")
        return answer.data, answer.headers["ETag"]

    before = seen()
    visitor.get(ask(rosa, mails))
    assert seen() == before
    visitor.get(ask(rosa, mails, PLAIN))
    assert seen() != before


def test_a_change_takes_the_scope_to_write(join: Join, visitor: Caller) -> None:
    body = {"email": NEW, "password": PASSWORD}
    join(scopes=["read", "review"]).post("/auth/email", body, expect=403)
    visitor.post("/auth/email", body, expect=401)
