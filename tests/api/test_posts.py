"""Posts: drafts, publication, versions, audiences, withdrawal, release."""

import pytest

from tests.api.calls import PREPRINT, Caller, declare, draft, publish, review
from tests.api.fixtures import Join


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa")


def test_a_draft_is_what_was_sent(rosa: Caller, join: Join) -> None:
    tom = join("tom")
    sent = PREPRINT | {
        "body": "# Methods",
        "lay_summary": "A cheaper scanner.",
        "language": "pt-BR",
        "links": [{"url": "https://example.org/data", "label": "data"}],
        "tags": ["Low-field MRI", "#Knee"],
        "authors": [{"researcher_id": tom.id}, {"name": "Ines Costa"}],
    }
    post = rosa.post("/posts", sent, expect=201).json
    same = ("kind", "title", "abstract", "body", "lay_summary", "language", "links")
    assert {name: post[name] for name in same} == {name: sent[name] for name in same}
    assert post["tags"] == ["knee", "low-field-mri"]
    assert [author["name"] for author in post["authors"]] == ["Rosa", "Tom", "Ines Costa"]
    assert (post["status"], post["audience"], post["published_at"], post["score"]) == ("draft", "public", None, None)
    assert rosa.get(f"/posts/{post['id']}").json == post
    assert tom.get(f"/posts/{post['id']}").json == post


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "tweet"),
        ("title", ""),
        ("title", " "),
        ("title", None),
        ("abstract", "  "),
        ("audience", "friends"),
        ("links", [{"url": "javascript:alert(1)"}]),
        ("language", "english!"),
        ("language", "en\n"),
        ("tags", ["!!"]),
        ("authors", [{"researcher_id": "0000000000000"}]),
        ("authors", [{}]),
        ("status", "published"),
    ],
)
def test_a_draft_is_refused_when_a_field_is_wrong(rosa: Caller, field: str, value: object) -> None:
    refused = rosa.post("/posts", PREPRINT | {field: value}, expect=422)
    assert refused.json["errors"].keys() == {field}
    assert rosa.get(f"/researchers/{rosa.id}/posts").json["results"] == []


def test_a_micro_post_is_short(rosa: Caller) -> None:
    rosa.post("/posts", PREPRINT | {"kind": "micro", "abstract": "x" * 281}, expect=422)
    rosa.post("/posts", PREPRINT | {"kind": "micro", "abstract": "x" * 280}, expect=201)


@pytest.mark.parametrize("role", ["member", "admin"])
def test_a_draft_is_invisible_to_others(rosa: Caller, visitor: Caller, join: Join, role: str) -> None:
    post_id, other = draft(rosa), join(role=role)
    for reader in (visitor, other):
        for part in ("", "/score", "/reviews", "/versions", "/versions/1"):
            reader.get(f"/posts/{post_id}{part}", expect=404)
        reader.get(f"/graph/ego?node=post:{post_id}", expect=404)
        reader.get(f"/graph/export?node=post:{post_id}", expect=404)
        assert reader.get("/posts").json["results"] == []
        assert reader.get(f"/researchers/{rosa.id}/posts").json["results"] == []
    other.patch(f"/posts/{post_id}", {"title": "Mine"}, headers={"If-Match": "*"}, expect=404)
    for verb in ("publish", "withdraw"):
        other.post(f"/posts/{post_id}/{verb}", expect=404)
    other.post(f"/posts/{post_id}/reviews", {"overall": 7, "body": "Sound."}, expect=404)
    assert [post["id"] for post in rosa.get(f"/researchers/{rosa.id}/posts").json["results"]] == [post_id]
    assert rosa.get(f"/posts/{post_id}/versions").json["results"][0]["published_at"] is None


def test_publishing_freezes_version_1(rosa: Caller, visitor: Caller) -> None:
    post_id = draft(rosa)
    post = rosa.post(f"/posts/{post_id}/publish").json
    assert (post["status"], post["version"]) == ("published", 1)
    assert post["published_at"] is not None
    assert post["score"] == {
        "value": None,
        "low": None,
        "high": None,
        "tier": "emerging",
        "decision": "under_review",
        "decision_by": "community",
        "n_reviews": 0,
    }
    assert visitor.get(f"/posts/{post_id}").json == post
    assert [one["id"] for one in visitor.get("/posts").json["results"]] == [post_id]
    assert "PATCH" in rosa.post(f"/posts/{post_id}/publish", expect=409).json["detail"]


def test_an_edit_needs_the_tag_of_what_was_read(rosa: Caller) -> None:
    post_id = draft(rosa)
    old = rosa.tag_of(f"/posts/{post_id}")
    rosa.patch(f"/posts/{post_id}", {"title": "New"}, expect=428)
    assert rosa.patch(f"/posts/{post_id}", {"title": "New"}, headers=old).json["title"] == "New"
    rosa.patch(f"/posts/{post_id}", {"title": "Newer"}, headers=old, expect=412)
    rosa.patch(f"/posts/{post_id}", {"title": "Newer"}, headers={"If-Match": '"x"'}, expect=412)
    assert rosa.get(f"/posts/{post_id}").json["title"] == "New"
    fresh = rosa.tag_of(f"/posts/{post_id}")
    assert rosa.patch(f"/posts/{post_id}", {"kind": "blog"}, headers=fresh, expect=422).json["errors"].keys() == {
        "kind"
    }


def test_a_review_coming_in_does_not_refuse_the_authors_edit(rosa: Caller, join: Join) -> None:
    post_id = publish(rosa)
    before = rosa.tag_of(f"/posts/{post_id}")
    review(join(), post_id)
    assert rosa.tag_of(f"/posts/{post_id}") != before
    rosa.patch(f"/posts/{post_id}", {"title": "Two"}, headers=before)


def test_readers_see_the_old_version_until_the_new_one_is_published(rosa: Caller, visitor: Caller) -> None:
    post_id = publish(rosa, title="One")
    path = f"/posts/{post_id}"
    change = {"title": "Two", "changes": "Forty more knees."}
    rosa.patch(path, change, headers=rosa.tag_of(path))
    assert (visitor.get(path).json["title"], visitor.get(path).json["version"]) == ("One", 1)
    assert [one["number"] for one in visitor.get(f"{path}/versions").json["results"]] == [1]
    visitor.get(f"{path}/versions/2", expect=404)
    assert rosa.get(f"{path}/versions/2").json["title"] == "Two"
    rosa.post(f"{path}/publish")
    assert (visitor.get(path).json["title"], visitor.get(path).json["version"]) == ("Two", 2)
    versions = visitor.get(f"{path}/versions").json["results"]
    assert [(one["number"], one["title"], one["changes"]) for one in versions] == [
        (1, "One", None),
        (2, "Two", "Forty more knees."),
    ]
    assert visitor.get(f"{path}/versions/1").json == versions[0]


def test_a_post_is_for_its_authors_to_change(rosa: Caller, join: Join) -> None:
    tom, mod = join("tom"), join("mod", role="moderator")
    path = f"/posts/{publish(rosa)}"
    for stranger in (tom, mod):
        stranger.patch(path, {"title": "Mine"}, headers=stranger.tag_of(path), expect=403)
        stranger.post(f"{path}/publish", expect=403)
    tom.post(f"{path}/withdraw", expect=403)
    mod.post(f"{path}/withdraw", {"reason": "Shows a face."})
    assert rosa.get(path).json["withdrawal_reason"] == "Shows a face."


def test_members_posts_are_for_members(rosa: Caller, visitor: Caller, join: Join) -> None:
    post_id, tom = publish(rosa, audience="members"), join("tom")
    for part in ("", "/score", "/reviews", "/versions"):
        visitor.get(f"/posts/{post_id}{part}", expect=404)
        tom.get(f"/posts/{post_id}{part}")
    assert visitor.get("/posts").json["results"] == []
    assert [one["id"] for one in tom.get("/posts").json["results"]] == [post_id]
    tom.get(f"/graph/ego?node=post:{post_id}", expect=404)  # the graph is of what is public


def test_private_posts_are_for_their_authors(rosa: Caller, visitor: Caller, join: Join) -> None:
    tom = join("tom")
    post_id = publish(rosa, audience="private", authors=[{"researcher_id": tom.id}])
    for reader in (visitor, join("ann"), join("adm", role="admin")):
        reader.get(f"/posts/{post_id}", expect=404)
        assert reader.get("/posts").json["results"] == []
    for author in (rosa, tom):
        author.get(f"/posts/{post_id}")


def test_the_audience_stays_once_a_version_is_published(rosa: Caller) -> None:
    path = f"/posts/{publish(rosa, audience='members')}"
    refused = rosa.patch(path, {"audience": "public"}, headers=rosa.tag_of(path), expect=422)
    assert refused.json["errors"].keys() == {"audience"}


def test_withdrawing_leaves_a_tombstone_without_content(rosa: Caller, visitor: Caller, join: Join) -> None:
    post_id = publish(rosa, body="Secret", lay_summary="Secret", abstract="Secret")
    path = f"/posts/{post_id}"
    review(join(), post_id)
    rosa.post(f"{path}/withdraw", {"reason": "An error in the analysis."})
    tombstone = visitor.get(path)
    assert "Secret" not in tombstone.get_data(as_text=True)
    assert (tombstone.json["status"], tombstone.json["score"]) == ("withdrawn", None)
    assert tombstone.json["withdrawal_reason"] == "An error in the analysis."
    assert tombstone.json["withdrawn_at"] is not None
    assert visitor.get(f"{path}/versions").json["results"] == []
    visitor.get(f"{path}/versions/1", expect=404)
    visitor.get(f"{path}/score", expect=404)
    assert visitor.get("/posts").json["results"] == []
    assert "Secret" not in visitor.get(f"/researchers/{rosa.id}/posts").get_data(as_text=True)
    rosa.patch(path, {"title": "Back"}, headers=rosa.tag_of(path), expect=409)
    rosa.post(f"{path}/publish", expect=409)
    rosa.post(f"{path}/withdraw", expect=409)
    join().post(f"{path}/reviews", {"overall": 7, "body": "Sound."}, expect=409)


def test_a_draft_that_is_withdrawn_was_never_there(rosa: Caller, visitor: Caller) -> None:
    post_id = draft(rosa)
    rosa.post(f"/posts/{post_id}/withdraw")
    visitor.get(f"/posts/{post_id}", expect=404)


def test_a_case_waits_for_a_moderator(rosa: Caller, visitor: Caller, join: Join) -> None:
    post = draft(rosa, kind="case")
    declare(rosa, post)
    path = f"/posts/{post}"
    assert rosa.post(f"{path}/publish").json["status"] == "pending"
    rosa.post(f"{path}/publish", expect=409)
    mod = join("mod", role="moderator", scopes=["read", "admin"])
    for other in (visitor, join("tom"), join("eva", role="editor")):
        other.get(path, expect=404)
        other.get(f"{path}/versions", expect=404)
        other.get(f"{path}/score", expect=404)
    why = {"reason": "Consent is there; no face, no date."}
    rosa.post(f"{path}/release", why, expect=403)
    join(role="editor", scopes=["read", "admin"]).post(f"{path}/release", why, expect=403)
    assert mod.get(path).json["status"] == "pending"
    mod.post(f"{path}/release", {}, expect=422)
    released = mod.post(f"{path}/release", why).json
    assert (released["status"], released["version"]) == ("published", 1)
    mod.post(f"{path}/release", why, expect=409)
    visitor.get(path)
