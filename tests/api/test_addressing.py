"""Addressed reviews over HTTP: the mark, the answer, the fading, and what nobody learns of who did not sign."""

import re

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scholarnet.models import OutgoingMail
from tests.api.calls import Caller, publish, renew, review
from tests.api.fixtures import Join

TIME = re.compile(r"T\d\d:\d\d")


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa")


@pytest.fixture
def post_id(rosa: Caller) -> str:
    return publish(rosa)


@pytest.mark.parametrize("identity", ["signed", "anonymous"])
def test_an_addressed_review_counts_half_in_the_new_version_when_the_reviewer_agrees(
    join: Join, rosa: Caller, post_id: str, visitor: Caller, identity: str
) -> None:
    tom, post = join("tom"), f"/posts/{post_id}"
    path = f"/reviews/{review(tom, post_id, 10, identity=identity)}"
    whole = visitor.get(post).json["score"]["value"]
    assert "version 1" in rosa.put(f"{path}/addressed", expect=409).json["detail"]
    tom.put(f"{path}/addressed/answer", {"agrees": True}, expect=409)
    renew(rosa, post_id)
    seen = visitor.get(path).headers["ETag"]
    for _ in range(2):
        rosa.put(f"{path}/addressed", expect=204)
    for stranger in (rosa, join(role="admin")):
        stranger.put(f"{path}/addressed/answer", {"agrees": True}, expect=403)
    waiting = visitor.get(path, headers={"If-None-Match": seen}).json
    unsaid = {"in_version": 2, "answer": None, "answered_on": None, "note": None, "is_faded": False}
    assert waiting["addressed"]
    assert {name: waiting["addressing"][name] for name in unsaid} == unsaid
    said = tom.put(f"{path}/addressed/answer", {"agrees": True, "note": "It is there."}).json["addressing"]
    assert said == visitor.get(path).json["addressing"]
    assert (said["answer"], said["note"], said["is_faded"]) == ("agreed", "It is there.", True)
    assert not TIME.search(f"{said}")
    faded = visitor.get(f"{post}/score").json
    assert 5.5 < faded["value"] < whole - 0.4
    assert (faded["version"], [share["is_faded"] for share in faded["shares"]]) == (2, [True])
    first, second = visitor.get(f"{post}/versions").json["results"]
    assert (first["score"]["value"], second["score"]["value"]) == (whole, faded["value"])
    assert visitor.get(f"{post}/versions/1").json == first
    old = visitor.get(f"{post}/score?version=1").json
    assert (old["version"], old["value"], old["shares"][0]["is_faded"]) == (1, whole, False)
    rosa.delete(f"{path}/addressed", expect=409)


def test_a_mark_is_taken_back_and_a_dispute_is_public(join: Join, rosa: Caller, post_id: str, visitor: Caller) -> None:
    tom = join("tom")
    path = f"/reviews/{review(tom, post_id)}"
    renew(rosa, post_id)
    rosa.put(f"{path}/addressed", expect=204)
    rosa.delete(f"{path}/addressed", expect=204)
    taken = visitor.get(path).json
    assert (taken["addressed"], taken["addressing"]) == (False, None)
    rosa.put(f"{path}/addressed", expect=204)
    tom.put(f"{path}/addressed/answer", {"agrees": False, "note": "Still two readers."})
    shown = visitor.get(path).json["addressing"]
    assert (shown["answer"], shown["note"], shown["is_faded"]) == ("disputed", "Still two readers.", False)
    assert "version 2" in rosa.put(f"{path}/addressed", expect=409).json["detail"]


def test_an_answer_is_refused_when_it_is_none(join: Join, post_id: str) -> None:
    tom = join("tom")
    path = f"/reviews/{review(tom, post_id)}/addressed/answer"
    for body in ({}, {"agrees": None}, {"agrees": True, "note": ""}, {"agrees": True, "word": "x"}):
        tom.put(path, body, expect=422)


def test_the_score_of_no_version_is_a_problem(rosa: Caller, post_id: str) -> None:
    for version, status in {"0": 422, "2": 404, "99999999999": 422, "x": 422, "-1": 422}.items():
        rosa.get(f"/posts/{post_id}/score?version={version}", expect=status)


def test_versions_without_a_score_are_no_error(rosa: Caller, join: Join) -> None:
    post_id = rosa.post("/posts", {"kind": "micro", "title": "Knees", "abstract": "Forty."}).json["id"]
    assert [one["score"] for one in rosa.get(f"/posts/{post_id}/versions").json["results"]] == [None]
    rosa.get(f"/posts/{post_id}/score?version=1", expect=404)
    rosa.post(f"/posts/{post_id}/publish")
    assert rosa.get(f"/posts/{post_id}/versions/1").json["score"]["value"] is None
    review(join("tom"), post_id)
    rosa.post(f"/posts/{post_id}/withdraw", {})
    rosa.get(f"/posts/{post_id}/score?version=1", expect=404)


def test_the_mail_asks_the_reviewer(
    engine: Engine, join: Join, rosa: Caller, post_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    tom = join("tom", email="tom@uni.edu")
    review_id = review(tom, post_id, identity="anonymous")
    renew(rosa, post_id)
    rosa.put(f"/reviews/{review_id}/addressed")
    assert "mail to tom@uni.edu: The authors have addressed your review" in caplog.text
    assert f"/reviews/{review_id}" in caplog.text
    with Session(engine) as session:
        assert session.scalars(select(OutgoingMail)).all() == []
