"""Accepted answers: one top-level comment of a question, by its authors' word."""

import pytest

from tests.api.calls import Caller, publish
from tests.api.fixtures import Join
from tests.api.test_comments import comment


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa")


@pytest.fixture
def tom(join: Join) -> Caller:
    return join("tom")


def accept(caller: Caller, post: str, comment_id: str, expect: int = 204) -> Caller:
    return caller.call("PUT", f"/posts/{post}/accepted-answer", {"comment_id": comment_id}, expect=expect)


def accepted(caller: Caller, post: str) -> tuple[str | None, list[str]]:
    """What the post says, and what the comments say."""
    comments = caller.get(f"/posts/{post}/comments").json["results"]
    return caller.get(f"/posts/{post}").json["accepted_answer_id"], [
        one["id"] for one in comments if one["is_accepted"]
    ]


def test_an_accepted_answer_shows_on_the_question_and_on_the_comment(
    rosa: Caller, tom: Caller, join: Join, visitor: Caller
) -> None:
    ines = join("ines")
    question = publish(rosa, kind="question", authors=[{"researcher_id": rosa.id}, {"researcher_id": ines.id}])
    noise = publish(rosa, kind="question")
    accept(rosa, noise, comment(tom, noise))
    one, own = comment(tom, question), comment(rosa, question)
    assert accepted(visitor, question) == (None, [])
    tags = {path: visitor.get(path).headers["ETag"] for path in (f"/posts/{question}", f"/comments/{one}")}
    for _ in range(2):
        accept(rosa, question, one)
    assert accepted(visitor, question) == (one, [one])
    for path, tag in tags.items():
        assert visitor.get(path, headers={"If-None-Match": tag}).status_code == 200, path
    accept(ines, question, own)
    assert accepted(visitor, question) == (own, [own])
    for _ in range(2):
        ines.delete(f"/posts/{question}/accepted-answer")
    assert accepted(visitor, question) == (None, [])


def test_an_answer_is_refused_when_it_is_none(rosa: Caller, tom: Caller) -> None:
    question, preprint = publish(rosa, kind="question"), publish(rosa)
    one, elsewhere = comment(tom, question), comment(tom, preprint)
    reply, gone = comment(tom, question, parent_id=one), comment(tom, question)
    tom.delete(f"/comments/{gone}")
    for wrong in (elsewhere, reply, gone, "0000000000000"):
        assert set(accept(rosa, question, wrong, 422).json["errors"]) == {"comment_id"}
    accept(tom, question, one, 403)
    accept(rosa, preprint, elsewhere, 409)
    rosa.delete(f"/posts/{preprint}/accepted-answer", expect=409)
    assert accepted(tom, question) == (None, [])


def test_an_answer_is_accepted_no_longer_when_it_is_withdrawn(rosa: Caller, tom: Caller) -> None:
    question = publish(rosa, kind="question")
    one = comment(tom, question)
    accept(rosa, question, one)
    tom.delete(f"/comments/{one}")
    assert accepted(rosa, question) == (None, [])
