"""What an account that holds an open review of a post gets of it: on no route its score nor others' reviews."""

from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from api.jobs import run_epoch
from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join

FORMATS = ("node-link", "graphml", "gexf")


@dataclass(frozen=True, slots=True)
class Scene:
    """Rosa's post, reviewed by Ann under her name and by Ben without one; Tom holds an open review of it."""

    rosa: Caller
    ann: Caller
    tom: Caller
    post: str
    other: str
    reviews: tuple[str, str]


@pytest.fixture
def scene(join: Join, engine: Engine) -> Scene:
    rosa, ann, ben, tom = join("rosa"), join("ann"), join("ben"), join("tom")
    post, other = publish(rosa, tags=["mri"]), publish(join("eve"))
    reviews = review(ann, post, 9.5), review(ben, post, 8.5, identity="anonymous")
    review(ann, other, 4)
    run_epoch(engine)
    tom.put(f"/posts/{post}/review-draft", {"overall": 5})
    return Scene(rosa, ann, tom, post, other, reviews)


def addresses(scene: Scene) -> list[str]:
    """Everything that could tell of the post's score or its reviews."""
    return [
        *(
            f"/posts/{scene.post}{part}"
            for part in (
                "",
                "/score",
                "/score?version=1",
                "/reviews",
                "/versions",
                "/versions/1",
                "/recommendations",
                "/comments",
            )
        ),
        *(
            "/posts?sort=new",
            "/posts?sort=best",
            "/posts?filter=tag:mri",
            "/posts?sort=trending",
            "/posts?sort=needs_review",
            "/posts?search=knee&sort=updated",
        ),
        *("/posts?criteria=overall:1", "/posts?criteria=overall:1&sort=new"),
        *("/posts?sort=new&select=score", "/reviews", f"/reviews?filter=post:{scene.post}"),
        *(f"/reviews/{one}{part}" for one in scene.reviews for part in ("", "/revisions")),
        *(f"/researchers/{scene.ann.id}{part}" for part in ("/reviews", "/reputation")),
        *(f"/researchers/{scene.rosa.id}{part}" for part in ("/posts", "/reputation")),
        *(f"/graph/ego?node={kind}&depth=3" for kind in (f"post:{scene.post}", f"researcher:{scene.ann.id}")),
        *(f"/graph/export?node=post:{scene.post}&depth=3&format={one}" for one in FORMATS),
        f"/graph/path?source=researcher:{scene.ann.id}&target=post:{scene.post}",
        f"/graph/ego?node=review:{scene.reviews[1]}",
    ]


def test_no_route_tells_who_holds_a_draft_what_others_think(scene: Scene, visitor: Caller) -> None:
    score = visitor.get(f"/posts/{scene.post}").json["score"]
    secrets = [*scene.reviews, *(str(score[name]) for name in ("value", "low", "high"))]
    told = visitor.get(f"/posts/{scene.post}/score").get_data(as_text=True)
    assert all(secret in told for secret in secrets)
    for path in addresses(scene):
        headers = {"Authorization": f"Bearer {scene.tom.token}"}
        text = scene.tom.client.get(f"/api/v1{path}", headers=headers).get_data(as_text=True)
        assert [secret for secret in secrets if secret in text and secret not in path] == [], path


def test_what_is_withheld_says_so(scene: Scene) -> None:
    tom = scene.tom
    shown = tom.get(f"/posts/{scene.post}").json
    assert (shown["score"], shown["is_score_withheld"]) == (None, True)
    assert not tom.get(f"/posts/{scene.other}").json["is_score_withheld"]
    for path in (f"/posts/{scene.post}/score", f"/researchers/{scene.rosa.id}/reputation"):
        assert "open review" in tom.get(path, expect=403).json["detail"]
    for one in scene.reviews:
        tom.get(f"/reviews/{one}", expect=404)
        tom.get(f"/reviews/{one}/revisions", expect=404)
    listed = {one["id"]: one for one in tom.get("/posts?sort=new").json["results"]}
    assert (listed[scene.post]["score"], listed[scene.post]["is_score_withheld"]) == (None, True)
    assert listed[scene.other]["score"]["n_reviews"] == 1
    assert not listed[scene.other]["is_score_withheld"]


@pytest.mark.parametrize(
    "query",
    [
        "sort=best",
        "sort=-best",
        "sort=reviews",
        "sort=-reviews&search=knee",
        "sort=updated&filter=tier:!strong",
        "sort=new&filter=tier:emerging",
        "sort=new&filter=decision:under_review|accepted",
        "sort=new&filter=score:>0",
        "sort=new&filter=n_reviews:2",
        "sort=new&filter=n_reviews:!7",
        "sort=new&criteria=overall:1",
    ],
)
def test_the_post_is_not_listed_when_the_question_is_about_scores(scene: Scene, visitor: Caller, query: str) -> None:
    assert scene.post in {one["id"] for one in visitor.get(f"/posts?{query}").json["results"]}
    assert scene.post not in {one["id"] for one in scene.tom.get(f"/posts?{query}").json["results"]}


def test_the_tag_of_a_withheld_answer_is_another_and_tells_no_change(scene: Scene, join: Join) -> None:
    path = f"/posts/{scene.post}"
    withheld, whole = scene.tom.get(path).headers["ETag"], scene.ann.get(path).headers["ETag"]
    assert withheld != whole
    assert scene.tom.get(path, headers={"If-None-Match": whole}).status_code == 200
    review(join(), scene.post, 2)
    assert scene.tom.get(path, headers={"If-None-Match": withheld}).status_code == 304
    assert scene.ann.get(path).headers["ETag"] != whole


def test_all_is_shown_when_the_draft_is_gone(scene: Scene, visitor: Caller) -> None:
    scene.tom.delete(f"/posts/{scene.post}/review-draft", expect=204)
    for path in addresses(scene):
        assert scene.tom.get(path).get_data() == visitor.get(path).get_data()


def test_a_reviewer_sees_all_once_it_is_submitted(scene: Scene) -> None:
    own = review(scene.tom, scene.post, 5)
    assert {one["id"] for one in scene.tom.get(f"/posts/{scene.post}/reviews").json["results"]} == {*scene.reviews, own}
    assert scene.tom.get(f"/posts/{scene.post}").json["score"]["n_reviews"] == 3


def test_a_draft_withholds_from_nobody_else(scene: Scene, visitor: Caller) -> None:
    for reader in (visitor, scene.rosa, scene.ann):
        assert reader.get(f"/posts/{scene.post}").json["score"]["n_reviews"] == 2
        assert len(reader.get(f"/posts/{scene.post}/reviews").json["results"]) == 2
