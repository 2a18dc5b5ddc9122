"""Expert search and suggested reviewers over HTTP: shapes, refusals, and that an id of the list can be invited."""

from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join


def write_on(caller: Caller, title: str) -> None:
    caller.post("/publications", {"title": title, "year": 2020})


def test_who_is_suggested_can_be_invited_and_is_then_not_suggested_again(join: Join) -> None:
    rosa, tom = join("rosa", affiliations=[]), join("tom", affiliations=[])
    write_on(tom, "Contrast dose and image noise in children")
    post = publish(rosa, title="Contrast dose and image noise")
    (one,) = rosa.get(f"/posts/{post}/suggested-reviewers").json["results"]
    assert (one["researcher"]["id"], one["n_open"], one["vouches"]) == (tom.id, None, False)
    (work,) = one["works"]
    assert tom.get(f"/publications/{work['id']}").json["title"] == work["title"]
    rosa.post(f"/posts/{post}/invitations", {"researcher_id": one["researcher"]["id"]})
    after = rosa.get(f"/posts/{post}/suggested-reviewers").json
    assert (after["results"], after["left_out"]["invited"]) == ([], 1)


def test_members_and_visitors_see_no_suggestions_and_a_draft_has_none(join: Join, visitor: Caller) -> None:
    rosa = join("rosa")
    post = publish(rosa)
    join("tom").get(f"/posts/{post}/suggested-reviewers", expect=403)
    visitor.get(f"/posts/{post}/suggested-reviewers", expect=401)
    rosa.get(f"/posts/{post}/suggested-reviewers?per_page=51", expect=422)
    hidden = publish(rosa, audience="private")
    assert "published" in rosa.get(f"/posts/{hidden}/suggested-reviewers", expect=409).json["detail"]


def test_anybody_finds_experts_by_topic(join: Join, visitor: Caller) -> None:
    tom = join("tom")
    write_on(tom, "Contrast dose in children")
    review(join("lena"), publish(tom, title="Contrast dose in adults"))
    results = visitor.get("/experts?topic=contrast+dose").json["results"]
    assert [one["researcher"]["handle"] for one in results] == ["tom", "lena"]
    assert [(one["n_wrote"], one["n_reviewed"]) for one in results] == [(2, 0), (0, 1)]
    assert visitor.get("/experts?topic=contrast&per_page=1").json["results"][0]["expertise"] == 1.0
    assert visitor.get("/experts?topic=contrast&filter=role:editor").json["results"] == []


def test_a_query_that_asks_for_nothing_is_told_what_is_wrong(visitor: Caller) -> None:
    for query, status, named in (
        ("", 422, "topic"),
        ("topic=", 422, "topic"),
        ("topic=the+of", 422, "topic"),
        ("topic=ct&filter=a:b", 400, "filter"),
        ("topic=ct&per_page=0", 422, "per_page"),
    ):
        problem = visitor.get(f"/experts?{query}", expect=status).json
        assert named in f"{problem.get('errors')} {problem['detail']}"
