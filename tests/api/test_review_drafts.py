"""Open reviews over HTTP."""

import pytest

from tests.api.calls import Caller, draft, publish, review
from tests.api.fixtures import Join

CONTENT = {
    "ratings": {"soundness": 4},
    "overall": 6.5,
    "recommendation": "reject",
    "confidence": None,
    "body": "",
    "competing_interest": None,
    "has_financial_interest": False,
    "identity": "anonymous",
}


@pytest.fixture
def tom(join: Join) -> Caller:
    return join("tom")


@pytest.fixture
def post_id(join: Join) -> str:
    return publish(join("rosa"))


@pytest.mark.parametrize("content", [{}, {"overall": 4}, CONTENT])
def test_a_draft_says_what_was_sent(tom: Caller, post_id: str, content: dict[str, object]) -> None:
    path = f"/posts/{post_id}/review-draft"
    saved = tom.put(path, content).json
    assert (saved["post_id"], saved["content"]) == (post_id, content)
    assert tom.get(path).json == saved
    assert tom.get("/review-drafts").json["results"] == [saved]
    tom.delete(path, expect=204)
    tom.get(path, expect=404)
    tom.delete(path, expect=404)


@pytest.mark.parametrize(
    ("field", "value"),
    [("overall", 11), ("confidence", 6), ("identity", "masked"), ("recommendation", "maybe"), ("reviewer", "tom")],
)
def test_a_draft_is_refused_when_a_field_is_wrong(tom: Caller, post_id: str, field: str, value: object) -> None:
    answer = tom.put(f"/posts/{post_id}/review-draft", {field: value}, expect=422)
    assert answer.json["errors"].keys() == {field}
    assert tom.get("/review-drafts").json["results"] == []


def test_a_draft_is_refused_when_a_review_would_be(tom: Caller, join: Join, post_id: str, visitor: Caller) -> None:
    visitor.put(f"/posts/{post_id}/review-draft", {}, expect=401)
    visitor.get("/review-drafts", expect=401)
    own = publish(tom)
    tom.put(f"/posts/{own}/review-draft", {}, expect=403)
    tom.put(f"/posts/{draft(tom)}/review-draft", {}, expect=409)
    review(tom, post_id)
    tom.put(f"/posts/{post_id}/review-draft", {}, expect=409)
    reader = join(scopes=["read", "write"])
    reader.put(f"/posts/{post_id}/review-draft", {}, expect=403)


def test_drafts_are_paged_and_each_shows_once(tom: Caller, join: Join) -> None:
    posts = [publish(join()) for _ in range(5)]
    for post_id in posts:
        tom.put(f"/posts/{post_id}/review-draft", {})
    assert [one["post_id"] for one in tom.walk("/review-drafts?per_page=2")] == posts[::-1]
    assert join().get("/review-drafts").json["results"] == []


def test_submitting_uses_up_the_draft(tom: Caller, post_id: str) -> None:
    tom.put(f"/posts/{post_id}/review-draft", {"overall": 3})
    review(tom, post_id)
    tom.get(f"/posts/{post_id}/review-draft", expect=404)
