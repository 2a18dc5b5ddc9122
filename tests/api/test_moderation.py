"""Declarations, the queue and decisions through the API."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.api.calls import Caller, declare, draft, publish
from tests.api.fixtures import Join

WHY = {"reason": "A face can be seen in the second image."}


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa")


@pytest.fixture
def mod(join: Join) -> Caller:
    return join("mod", role="moderator", scopes=["read", "write", "admin"])


@pytest.fixture
def pending(rosa: Caller) -> str:
    post = draft(rosa, kind="case", title="A rare knee")
    declare(rosa, post)
    rosa.post(f"/posts/{post}/publish")
    return post


def test_the_queue_shows_what_waits_with_its_declaration(rosa: Caller, mod: Caller, pending: str) -> None:
    publish(rosa)
    draft(rosa, kind="case")
    (entry,) = mod.get("/moderation").json["results"]
    assert (entry["post_id"], entry["title"], entry["version"]) == (pending, "A rare knee", 1)
    assert entry["declaration"]["consent"] == "written"
    assert entry["authors"] == ["Rosa"]


def test_the_queue_shows_what_was_decided_before(rosa: Caller, mod: Caller, pending: str) -> None:
    other = draft(rosa, kind="case")
    mod.post(f"/posts/{pending}/return", WHY)
    for post in (pending, other):
        declare(rosa, post)
        rosa.post(f"/posts/{post}/publish")
    told = {entry["post_id"]: entry["decisions"] for entry in mod.get("/moderation").json["results"]}
    (decision,) = told.pop(pending)
    assert (decision["version"], decision["outcome"], decision["reason"]) == (1, "returned", WHY["reason"])
    assert told == {other: []}
    mod.post(f"/posts/{pending}/release", {"reason": "The face is gone."})
    rosa.patch(f"/posts/{pending}", {"title": "A rarer knee"}, headers=rosa.tag_of(f"/posts/{pending}"))
    declare(rosa, pending)
    rosa.post(f"/posts/{pending}/publish")
    told = {entry["post_id"]: entry["decisions"] for entry in mod.get("/moderation").json["results"]}
    assert [(one["version"], one["outcome"]) for one in told[pending]] == [(1, "returned"), (1, "released")]


@pytest.mark.parametrize("decision", ["release", "return"])
def test_a_decision_is_answered_with_the_tag_of_the_post(
    decision: str, rosa: Caller, mod: Caller, pending: str
) -> None:
    before = rosa.tag_of(f"/posts/{pending}")["If-Match"]
    after = mod.post(f"/posts/{pending}/{decision}", WHY).headers["ETag"]
    assert after == rosa.tag_of(f"/posts/{pending}")["If-Match"] != before


def test_the_queue_asks_as_often_for_many_as_for_one(
    rosa: Caller, mod: Caller, pending: str, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with count_queries() as for_one:
        mod.get("/moderation")
    for _ in range(3):
        mod.post(f"/posts/{pending}/return", WHY)
        for post in (pending, draft(rosa, kind="case")):
            declare(rosa, post)
            rosa.post(f"/posts/{post}/publish")
    with count_queries() as for_many:
        assert len(mod.get("/moderation").json["results"]) == 4
    assert len(for_many) == len(for_one)


def test_the_queue_pages(rosa: Caller, mod: Caller) -> None:
    posts = []
    for _ in range(3):
        posts.append(draft(rosa, kind="case"))
        declare(rosa, posts[-1])
        rosa.post(f"/posts/{posts[-1]}/publish")
    assert [entry["post_id"] for entry in mod.walk("/moderation?per_page=2")] == posts


def test_only_moderators_see_the_queue_and_decide(rosa: Caller, join: Join, visitor: Caller, pending: str) -> None:
    visitor.get("/moderation", expect=401)
    for other in (rosa, join("tom"), join("eva", role="editor", scopes=["read", "write", "admin"])):
        other.get("/moderation", expect=403)
        for decision in ("release", "return"):
            other.post(f"/posts/{pending}/{decision}", WHY, expect=403)
    assert rosa.get(f"/posts/{pending}").json["status"] == "pending"


def test_nothing_of_a_pending_case_is_there_for_others(join: Join, visitor: Caller, pending: str) -> None:
    tom = join("tom")
    for path in ("declaration", "moderation"):
        tom.get(f"/posts/{pending}/{path}", expect=404)
        visitor.get(f"/posts/{pending}/{path}", expect=401)
    tom.put(f"/posts/{pending}/declaration", {"consent": "written", "checklist": []}, expect=404)


def test_the_author_reads_why_a_case_came_back_and_not_from_whom(rosa: Caller, mod: Caller, pending: str) -> None:
    assert mod.post(f"/posts/{pending}/return", WHY).json["status"] == "draft"
    (decision,) = rosa.get(f"/posts/{pending}/moderation").json["results"]
    assert (decision["outcome"], decision["reason"]) == ("returned", WHY["reason"])
    assert mod.id not in str(decision)
    mod.post(f"/posts/{pending}/return", WHY, expect=404)  # a draft is its authors' again


def test_a_refusal_names_the_fields(rosa: Caller) -> None:
    post = draft(rosa, kind="case", body="Mrs Miller fell. ![CT](https://elsewhere.example/ct.png)")
    errors = rosa.post(f"/posts/{post}/publish", expect=422).json["errors"]
    assert set(errors) == {"declaration", "body"}
    assert len(errors["body"]) == 2


def test_an_editor_verifies_by_a_license(join: Join) -> None:
    rosa, eva = join("rosa", unverified=True), join("eva", role="editor", scopes=["read", "admin"])
    post = draft(rosa, kind="case")
    declare(rosa, post)
    assert "author" in rosa.post(f"/posts/{post}/publish", expect=403).json["errors"]
    eva.put(f"/researchers/{rosa.id}/verification", {"reason": "x", "by": "venue"}, expect=422)
    seen = eva.put(f"/researchers/{rosa.id}/verification", {"reason": "Seen: license 4711.", "by": "license"})
    assert seen.json["verification"] == "license"
    assert rosa.post(f"/posts/{post}/publish").json["status"] == "pending"
