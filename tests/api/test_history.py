"""The history of a post and editors' decisions on it, through the API."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.models import Post
from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join
from tests.factories import MoveFactory

WHY = {"decision": "rejected", "reason": "Figure 2 is of another paper."}


@pytest.fixture
def eva(join: Join) -> Caller:
    return join("eva", role="editor", scopes=["read", "write", "review", "admin"])


@pytest.fixture
def post(join: Join) -> str:
    """A published post of Rosa's."""
    return publish(join("rosa"))


def test_a_history_tells_each_move_with_its_reason_in_words_and_a_day_alone(
    eva: Caller, visitor: Caller, join: Join, post: str, engine: Engine
) -> None:
    for number in range(5):
        review(join(), post, 9, confidence=5, identity="anonymous" if number else "signed")
    run_epoch(engine)
    eva.put(f"/posts/{post}/decision", WHY)
    history = visitor.get(f"/posts/{post}/history").json["results"]
    assert [(one["kind"], one["by"], one["reason"]) for one in history] == [
        ("decision", "editor", "editor"),
        *((kind, "community", reason) for kind, reason in (("decision", "acceptable"), ("tier", "enough_reviews"))),
    ][: len(history)]
    by_editor, by_community = history[0], history[-1]
    assert (by_editor["note"], by_editor["after"], by_editor["probability"]) == (WHY["reason"], "rejected", None)
    assert by_editor["text"] == "an editor decided in place of the community"
    assert by_community["note"] is None
    assert by_community["text"].endswith("judged anew because reviews came, changed or went")
    assert (by_community["n_reviews"], len(by_community["moved_on"])) == (5, len("2026-03-01"))
    assert eva.id not in str(history), "it was an editor; who is in the audit trail"


def test_a_history_pages_newest_first_and_is_gone_with_the_post(
    join: Join, visitor: Caller, post: str, session: Session
) -> None:
    post_id = session.scalars(select(Post.id).where(Post.public_id == post)).one()
    for n_reviews in range(3, 8):
        MoveFactory(post_id=post_id, n_reviews=n_reviews)
    MoveFactory(n_reviews=99)
    session.commit()
    assert [one["n_reviews"] for one in visitor.walk(f"/posts/{post}/history?per_page=2")] == [7, 6, 5, 4, 3]
    assert visitor.get(f"/posts/{post}/history?per_page=1&select=after").json["results"] == [{"after": "accepted"}]
    join(role="moderator", scopes=["read", "write"]).post(f"/posts/{post}/withdraw", {})
    assert visitor.get(f"/posts/{post}/history").json["results"] == []


def test_a_history_is_for_whom_the_post_is_and_withheld_from_who_writes_a_review(
    join: Join, visitor: Caller, post: str
) -> None:
    ida = join("ida")
    ida.put(f"/posts/{post}/review-draft", {"overall": 6})
    ida.get(f"/posts/{post}/history", expect=403)
    ida.delete(f"/posts/{post}/review-draft")
    assert ida.get(f"/posts/{post}/history").json["results"] == []
    hidden = publish(ida, audience="private")
    visitor.get(f"/posts/{hidden}/history", expect=404)
    assert ida.get(f"/posts/{hidden}/history").json["results"] == []


def test_a_decision_by_an_editor_is_shown_as_such_wherever_the_post_is(eva: Caller, visitor: Caller, post: str) -> None:
    tag = visitor.get(f"/posts/{post}").headers["ETag"]
    answer = eva.put(f"/posts/{post}/decision", WHY).json
    assert answer == {
        "decision": "rejected",
        "decision_by": "editor",
        "decision_reason": WHY["reason"],
        "community_decision": "under_review",
    }
    score = visitor.get(f"/posts/{post}/score").json
    assert {name: score[name] for name in answer} == answer
    (listed,) = visitor.get("/posts?filter=decision:rejected").json["results"]
    assert listed["score"] == visitor.get(f"/posts/{post}", headers={"If-None-Match": tag}).json["score"]
    assert (listed["score"]["decision"], listed["score"]["decision_by"]) == ("rejected", "editor")
    eva.delete(f"/posts/{post}/decision")
    (listed,) = visitor.get("/posts").json["results"]
    assert (listed["score"]["decision"], listed["score"]["decision_by"]) == ("under_review", "community")


def test_an_override_when_it_is_not_an_editors_to_make_or_badly_said_is_refused(
    eva: Caller, join: Join, visitor: Caller, post: str
) -> None:
    path = f"/posts/{post}/decision"
    tom = join("tom")
    tom.put(path, WHY, expect=403)
    tom.delete(path, expect=403)
    visitor.put(path, WHY, expect=401)
    own = publish(eva)
    eva.put(f"/posts/{own}/decision", WHY, expect=403)
    assert eva.put(path, WHY | {"decision": "loved"}, expect=422).json["errors"].keys() == {"decision"}
    for badly in ({}, {"reason": " \n"}):
        assert eva.put(path, {"decision": "accepted", **badly}, expect=422).json["errors"].keys() == {"reason"}
    eva.put(f"/posts/{'0' * 13}/decision", WHY, expect=404)
    withdrawn = publish(tom)
    tom.post(f"/posts/{withdrawn}/withdraw", {})
    eva.put(f"/posts/{withdrawn}/decision", WHY, expect=409)
