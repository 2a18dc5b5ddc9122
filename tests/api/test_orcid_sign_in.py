"""Connecting an account with ORCID, against a small ORCID that runs beside the test."""

import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.config import Config, ConfigurationError
from scholarnet.db import now
from scholarnet.models import AuditEntry, Authorship, Confirmation
from tests.api.calls import Caller
from tests.api.fixtures import Join
from tests.api.orcid_server import OrcidServer, allow, new_orcid, orcid_server
from tests.factories import PASSWORD, PublicationFactory, ResearcherFactory

ORCID = "0000-0002-1825-0097"
on_one_database = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def orcid() -> Iterator[OrcidServer]:
    server = orcid_server()
    server.reset()
    yield server
    server.reset()


def begin(person: Caller) -> str:
    return person.post("/auth/orcid").json["url"]


def connect(person: Caller, orcid: str = ORCID) -> None:
    person.get(allow(begin(person), orcid))


def shown(person: Caller) -> tuple[str | None, bool]:
    profile = person.get(f"/researchers/{person.id}").json
    return profile["orcid"], profile["is_orcid_verified"]


@on_one_database
def test_who_signs_in_at_orcid_has_a_verified_id(join: Join, orcid: OrcidServer) -> None:
    rosa = join("rosa")
    url = urlsplit(begin(rosa))
    orcid.person = ORCID
    browser = http.client.HTTPConnection(url.netloc)
    browser.request("GET", f"{url.path}?{url.query}")
    answer = browser.getresponse()
    browser.close()
    back = urlsplit(answer.headers["Location"])
    assert back.path == "/api/v1/auth/orcid/callback"
    assert rosa.get(f"{back.path}?{back.query}").json["orcid"] == ORCID
    assert shown(rosa) == (ORCID, True)
    connect(rosa)  # once more changes nothing
    assert shown(rosa) == (ORCID, True)
    rosa.delete("/auth/orcid")
    rosa.delete("/auth/orcid")
    assert shown(rosa) == (None, False)


@on_one_database
def test_a_state_is_good_for_its_account_and_session_alone(app: Flask, join: Join, orcid: OrcidServer) -> None:
    rosa, eve = join("rosa"), join("eve")
    back = allow(begin(eve), ORCID)  # Eve sends Rosa there, so that Rosa's iD would become Eve's
    assert rosa.get(back, expect=422).json["errors"].keys() == {"state"}
    Caller(app.test_client()).get(back, expect=401)
    browser = app.test_client()
    assert browser.post("/api/v1/auth/login", json={"handle": "eve", "password": PASSWORD}).status_code == 200
    assert browser.get(back).status_code == 422  # her account, but not the session that began
    assert orcid.codes  # and nobody's code was spent on it
    eve.get(back)
    assert shown(eve) == (ORCID, True)


@on_one_database
@pytest.mark.usefixtures("orcid")
def test_what_comes_back_is_used_up(join: Join) -> None:
    rosa = join("rosa")
    first = allow(begin(rosa), ORCID)
    rosa.get(first)
    assert rosa.get(first, expect=422).json["errors"].keys() == {"state"}
    code = parse_qs(urlsplit(first).query)["code"][0]
    state = parse_qs(urlsplit(begin(rosa)).query)["state"][0]
    again = f"/auth/orcid/callback?state={state}&code={code}"
    assert rosa.get(again, expect=422).json["errors"].keys() == {"code"}
    late = allow(begin(rosa), ORCID)
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert rosa.get(late, expect=422).json["errors"].keys() == {"state"}


@on_one_database
@pytest.mark.usefixtures("orcid")
def test_a_code_of_another_sign_in_is_refused(join: Join) -> None:
    """PKCE: the code of one sign-in is worth nothing in another."""
    rosa = join("rosa")
    code = parse_qs(urlsplit(allow(begin(rosa), ORCID)).query)["code"][0]
    state = parse_qs(urlsplit(begin(rosa)).query)["state"][0]
    rosa.get(f"/auth/orcid/callback?state={state}&code={code}", expect=422)
    rosa.get(f"/auth/orcid/callback?state={state}", expect=422)
    rosa.get("/auth/orcid/callback?state=x&code=y", expect=422)
    assert shown(rosa) == (None, False)


@on_one_database
def test_nothing_changes_when_the_person_says_no(join: Join, orcid: OrcidServer) -> None:
    rosa = join("rosa")
    asked = {name: value[0] for name, value in parse_qs(urlsplit(begin(rosa)).query).items()}
    back = orcid.authorize(asked).removeprefix("http://127.0.0.1:8000")
    assert "did not allow" in rosa.get(back, expect=403).json["detail"]
    assert shown(rosa) == (None, False)


@on_one_database
@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"sub": "0000-0002-1694-233X"}, "ORCID iD"),
        ({"sub": None}, "ORCID iD"),
        ({"nonce": "another"}, "nonce"),
        ({"aud": ["APP-OTHER"]}, "audience"),
        ({"iss": "https://example.org"}, "issuer"),
        ({"exp": 1_600_000_000}, "time"),
    ],
)
def test_an_id_token_of_something_else_is_refused(
    join: Join, orcid: OrcidServer, wrong: dict[str, object], name: str
) -> None:
    rosa = join("rosa")
    orcid.wrong = wrong
    assert name in rosa.get(allow(begin(rosa), ORCID), expect=422).json["detail"]
    assert shown(rosa) == (None, False)


@on_one_database
@pytest.mark.parametrize(("status", "wanted"), [(500, 503), (502, 503), (429, 503)])
def test_an_orcid_that_fails_is_unavailable(join: Join, orcid: OrcidServer, status: int, wanted: int) -> None:
    rosa = join("rosa")
    orcid.status = status
    rosa.get(allow(begin(rosa), ORCID), expect=wanted)
    assert shown(rosa) == (None, False)


@on_one_database
def test_an_orcid_that_does_not_answer_is_waited_for_no_longer_than_told(
    own_app: Flask, join: Join, orcid: OrcidServer
) -> None:
    own_app.extensions["scholarnet.config"] = replace(own_app.extensions["scholarnet.config"], orcid_limit=0.1)
    rosa = join("rosa")
    rosa.client = own_app.test_client(use_cookies=False)
    back = allow(begin(rosa), ORCID)
    orcid.is_deaf = True
    assert "does not answer" in rosa.get(back, expect=503).json["detail"]
    orcid.deaf_until.set()
    assert shown(rosa) == (None, False)


@on_one_database
def test_a_server_that_knows_no_orcid_says_so(own_app: Flask, join: Join) -> None:
    own_app.extensions["scholarnet.config"] = replace(own_app.extensions["scholarnet.config"], orcid_client_id="")
    rosa = join("rosa")
    rosa.client = own_app.test_client(use_cookies=False)
    assert "not configured" in rosa.post("/auth/orcid", expect=503).json["detail"]


@pytest.mark.parametrize(
    "given",
    [
        {"SCHOLARNET_ORCID_URL": "http://orcid.org"},
        {"SCHOLARNET_ORCID_CLIENT_ID": "APP-1"},
        {"SCHOLARNET_ORCID_LIMIT": "soon"},
    ],
)
def test_a_configuration_of_orcid_that_cannot_be_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="SCHOLARNET_ORCID"):
        Config.from_environment(given)


@pytest.mark.usefixtures("orcid")
def test_an_id_is_one_accounts_and_what_others_state_gives_way(join: Join, session: Session) -> None:
    rosa, eve = join("rosa"), join("eve", stated_orcid=ORCID)
    connect(rosa)
    assert shown(eve) == (None, False)
    assert eve.get(allow(begin(eve), ORCID), expect=409).json["errors"].keys() == {"orcid"}
    own = f"/researchers/{eve.id}"
    eve.patch(own, {"orcid": ORCID}, headers=eve.tag_of(own), expect=409)
    connect(eve, other := new_orcid())
    assert eve.get(allow(begin(eve), new_orcid()), expect=409).json["detail"].startswith("your account is connected")
    assert shown(eve) == (other, True)
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["researcher.connect_orcid"] * 2


@pytest.mark.usefixtures("orcid")
def test_the_works_that_name_the_id_become_the_accounts_and_come_back(join: Join, session: Session) -> None:
    author = ResearcherFactory(unclaimed=True, orcid=ORCID)
    work = PublicationFactory(by=[ResearcherFactory(), author])
    author_id, work_id, key = author.public_id, work.public_id, work.id
    rosa, editor = join("rosa"), join(role="editor", scopes=["read", "write", "admin"])
    connect(rosa)
    assert [one["id"] for one in rosa.get(f"/publications/{work_id}").json["authors"]][1] == rosa.id
    place = session.scalars(select(Authorship).where(Authorship.publication_id == key, Authorship.position == 2)).one()
    assert place.confirmed_by is Confirmation.ORCID
    session.commit()
    moved = rosa.get(f"/researchers/{author_id}")
    assert moved.json["id"] == rosa.id
    assert moved.headers["Content-Location"].endswith(f"/researchers/{rosa.id}")
    (entry,) = rosa.get(f"/researchers/{rosa.id}/merges").json["results"]
    assert (entry["publications"], entry["confirmed_by"], entry["is_whole"]) == ([work_id], "orcid", True)
    editor.delete(f"/researchers/{rosa.id}/merges/{entry['id']}")
    assert [one["id"] for one in rosa.get(f"/publications/{work_id}").json["authors"]][1] == author_id
    assert shown(rosa) == (ORCID, True)
    assert rosa.get(f"/researchers/{author_id}").json["orcid"] is None


@pytest.mark.usefixtures("orcid")
def test_one_of_two_accounts_has_the_id_when_both_connect_at_once(app: Flask, join: Join) -> None:
    people = [join("rosa"), join("eve")]
    backs = [allow(begin(one), ORCID) for one in people]

    def finish(at: int) -> int:
        headers = {"Authorization": f"Bearer {people[at].token}"}
        return app.test_client(use_cookies=False).get(backs[at], headers=headers).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(finish, [0, 1])) == [200, 409]
    assert sorted(shown(one)[1] for one in people) == [False, True]
