"""Comments: threads on a published post, signed, and a tombstone where one was taken back."""

from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import AuditEntry
from scholarnet.services.comments import DEEPEST
from tests.api.calls import Caller, draft, publish, review
from tests.api.fixtures import Join
from tests.factories import CommentFactory


def comment(author: Caller, post: str, body: str = "Which coil?", **sent: str) -> str:
    return author.post(f"/posts/{post}/comments", {"body": body} | sent, expect=201).json["id"]


def ids(caller: Caller, path: str) -> list[str]:
    return [one["id"] for one in caller.get(path).json["results"]]


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa")


@pytest.fixture
def tom(join: Join) -> Caller:
    return join("tom")


def test_a_thread_is_a_flat_list_in_which_each_comes_after_what_it_replies_to(
    rosa: Caller, tom: Caller, visitor: Caller, session: Session
) -> None:
    CommentFactory()
    session.commit()
    post = publish(rosa)
    first = comment(tom, post, "Which $T_1$?")
    reply, second = comment(rosa, post, "900 ms.", parent_id=first), comment(tom, post)
    deep = comment(tom, post, "At 0.55 T?", parent_id=reply)
    path = f"/posts/{post}/comments"
    shown = visitor.get(path).json["results"]
    assert [(one["id"], one["parent_id"], one["depth"]) for one in shown] == [
        (first, None, 0),
        (reply, first, 1),
        (second, None, 0),
        (deep, reply, 2),
    ]
    assert (shown[1]["author"]["id"], shown[1]["body"], shown[1]["is_accepted"]) == (rosa.id, "900 ms.", False)
    assert [one["id"] for one in visitor.walk(f"{path}?sort=new&per_page=1")] == [deep, second, reply, first]
    assert [one["id"] for one in visitor.walk(f"{path}?per_page=3")] == [first, reply, second, deep]
    assert ids(visitor, f"{path}?filter=parent:{first}") == [reply]
    assert ids(visitor, f"{path}?filter=author:{tom.id}") == [first, second, deep]
    assert ids(visitor, f"{path}?filter=updated_at:>{quote(shown[1]['updated_at'])}") == [second, deep]
    assert visitor.get(f"/comments/{deep}").json == shown[3]


def test_a_comment_is_refused_by_name_of_what_is_wrong_with_it(rosa: Caller, tom: Caller) -> None:
    post, other = publish(rosa), publish(rosa)
    elsewhere, last = comment(tom, other), comment(tom, post)
    for _ in range(DEEPEST):
        last = comment(tom, post, parent_id=last)
    gone = comment(tom, post)
    tom.delete(f"/comments/{gone}")
    for parent in (elsewhere, last, gone, "0000000000000"):
        answer = tom.post(f"/posts/{post}/comments", {"body": "No.", "parent_id": parent}, expect=422)
        assert set(answer.json["errors"]) == {"parent_id"}
    for body in ("", " \n", "x" * 20_001):
        assert set(tom.post(f"/posts/{post}/comments", {"body": body}, expect=422).json["errors"]) == {"body"}
    assert len(ids(tom, f"/posts/{post}/comments")) == DEEPEST + 2


def test_only_a_published_post_is_commented_on_and_its_audience_alone_reads_it(
    rosa: Caller, tom: Caller, visitor: Caller
) -> None:
    unpublished, members = draft(rosa), publish(rosa, audience="members")
    rosa.post(f"/posts/{unpublished}/comments", {"body": "Soon."}, expect=409)
    tom.post(f"/posts/{unpublished}/comments", {"body": "Soon."}, expect=404)
    one = comment(tom, members)
    visitor.get(f"/comments/{one}", expect=404)
    visitor.get(f"/posts/{members}/comments", expect=404)
    rosa.post(f"/posts/{members}/withdraw", {})
    tom.post(f"/posts/{members}/comments", {"body": "Why?"}, expect=409)
    tom.patch(f"/comments/{one}", {"body": "Why?"}, headers=tom.tag_of(f"/comments/{one}"), expect=409)
    tom.delete(f"/comments/{one}")


def test_a_comment_is_changed_by_its_author_alone_and_against_its_latest_state(rosa: Caller, tom: Caller) -> None:
    path = f"/comments/{comment(tom, publish(rosa))}"
    seen = tom.tag_of(path)
    tom.patch(path, {"body": "Which scanner?"}, expect=428)
    rosa.patch(path, {"body": "None."}, headers=seen, expect=403)
    changed = tom.patch(path, {"body": "Which scanner?"}, headers=seen)
    assert rosa.get(path).json["body"] == "Which scanner?"
    assert changed.json["updated_at"] > changed.json["created_at"]
    tom.patch(path, {"body": "Again."}, headers=seen, expect=412)
    tom.patch(path, {"body": "Again."}, headers={"If-Match": changed.headers["ETag"]})
    tom.patch(path, {"body": "  "}, headers=tom.tag_of(path), expect=422)


def test_of_a_withdrawn_comment_its_place_alone_is_left(
    rosa: Caller, tom: Caller, join: Join, visitor: Caller, session: Session
) -> None:
    mona = join("mona", role="moderator")
    post = publish(rosa)
    own, other = comment(tom, post, "A face shows."), comment(tom, post, "Buy this.")
    reply = comment(rosa, post, "Where?", parent_id=own)
    rosa.delete(f"/comments/{own}", expect=403)
    for caller, one in ((tom, own), (mona, other), (mona, other)):
        assert caller.delete(f"/comments/{one}").status_code == 204
    shown = visitor.get(f"/posts/{post}/comments").json["results"]
    assert [(one["id"], one["body"], one["author"] and one["author"]["id"]) for one in shown] == [
        (own, None, None),
        (other, None, None),
        (reply, "Where?", rosa.id),
    ]
    assert [one["is_withdrawn"] for one in shown] == [True, True, False]
    assert shown[2]["parent_id"] == own
    assert ids(mona, f"/posts/{post}/comments?filter=author:{tom.id}") == []
    assert tom.id not in visitor.get(f"/comments/{own}").get_data(as_text=True)
    tom.patch(f"/comments/{own}", {"body": "No."}, headers=tom.tag_of(f"/comments/{own}"), expect=409)
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "comment.withdraw"))
    assert entry.subject == f"comment:{other}"


def test_comments_are_not_withheld_from_who_holds_an_open_review(rosa: Caller, tom: Caller, join: Join) -> None:
    post = publish(rosa)
    review(join(), post, 9)
    one = comment(rosa, post)
    tom.put(f"/posts/{post}/review-draft", {"overall": 5})
    own = comment(tom, post, parent_id=one)
    assert ids(tom, f"/posts/{post}/comments") == [one, own]
    assert "score" not in tom.get(f"/posts/{post}/comments").get_data(as_text=True)
