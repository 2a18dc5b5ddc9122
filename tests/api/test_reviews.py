"""Reviews: who may, once, revised, withdrawn, answered; and what nobody learns of who did not sign."""

import re

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.services.scores import hold_log
from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join
from tests.factories import PublicationFactory, ResearcherFactory

BODY = {"overall": 7, "body": "Sound."}
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa")


@pytest.fixture
def post_id(rosa: Caller) -> str:
    return publish(rosa)


def test_a_review_is_what_was_sent(join: Join, post_id: str, visitor: Caller) -> None:
    tom = join("tom")
    sent = {
        "ratings": {"soundness": 4, "clarity": 5},
        "overall": 8.5,
        "recommendation": "minor_revision",
        "confidence": 4,
        "body": "Give the field map.",
        "competing_interest": "We use the same scanner.",
    }
    one = tom.post(f"/posts/{post_id}/reviews", sent, expect=201).json
    assert {name: one[name] for name in sent} == sent
    assert (one["post_id"], one["version"], one["revision"]) == (post_id, 1, 1)
    assert (one["identity"], one["addressed"], one["is_withdrawn"], one["response"]) == ("signed", False, False, None)
    assert one["reviewer"] == {"id": tom.id, "name": "Tom", "handle": "tom", "reputation": 0.0}
    for path in (f"/posts/{post_id}/reviews", "/reviews", f"/researchers/{tom.id}/reviews"):
        assert visitor.get(path).json["results"] == [one]
    assert visitor.get(f"/reviews/{one['id']}").json == one


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("overall", 0.9),
        ("overall", 10.1),
        ("overall", "NaN"),
        ("overall", None),
        ("confidence", 6),
        ("confidence", 0),
        ("ratings", {"soundness": 6}),
        ("ratings", {"answerability": 3}),
        ("ratings", {"soundness": "NaN"}),
        ("body", " "),
        ("identity", "masked"),
        ("recommendation", "maybe"),
        ("reviewer", "tom"),
    ],
)
def test_a_review_is_refused_when_a_field_is_wrong(join: Join, post_id: str, field: str, value: object) -> None:
    tom = join("tom")
    assert tom.post(f"/posts/{post_id}/reviews", BODY | {field: value}, expect=422).json["errors"].keys() == {field}
    assert tom.get(f"/posts/{post_id}").json["score"]["n_reviews"] == 0


def test_nobody_reviews_their_own_work(rosa: Caller, join: Join) -> None:
    tom = join("tom")
    post_id = publish(rosa, authors=[{"researcher_id": tom.id}])
    for author in (rosa, tom):
        author.post(f"/posts/{post_id}/reviews", BODY, expect=403)
    assert rosa.get(f"/posts/{post_id}/reviews").json["results"] == []


@pytest.mark.parametrize(("years_ago", "status"), [(0, 403), (3, 403), (4, 201)])
def test_nobody_reviews_a_recent_co_authors_work(
    rosa: Caller, join: Join, session: Session, years_ago: int, status: int
) -> None:
    tom, post_id = join("tom"), publish(rosa)
    people = [session.query(ResearcherFactory._meta.model).filter_by(handle=name).one() for name in ("rosa", "tom")]
    PublicationFactory(by=people, year=now().year - years_ago)
    session.commit()
    tom.post(f"/posts/{post_id}/reviews", BODY, expect=status)


def test_a_second_review_is_refused_while_the_first_stands(join: Join, post_id: str) -> None:
    tom = join("tom")
    first = review(tom, post_id)
    tom.post(f"/posts/{post_id}/reviews", BODY, expect=409)
    tom.delete(f"/reviews/{first}", expect=204)
    assert review(tom, post_id) != first


def test_a_visitor_does_not_review(visitor: Caller, post_id: str) -> None:
    visitor.post(f"/posts/{post_id}/reviews", BODY, expect=401)


def test_a_review_is_revised_by_its_reviewer(join: Join, rosa: Caller, post_id: str, visitor: Caller) -> None:
    tom = join("tom")
    path = f"/reviews/{review(tom, post_id, 3, ratings={'soundness': 2})}"
    tag = tom.tag_of(path)
    tom.patch(path, {"overall": 6}, expect=428)
    revised = tom.patch(path, {"overall": 6}, headers=tag).json
    assert (revised["overall"], revised["ratings"], revised["revision"]) == (6, {"soundness": 2}, 2)
    tom.patch(path, {"overall": 9}, headers=tag, expect=412)
    tom.patch(path, {"overall": 11}, headers=tom.tag_of(path), expect=422)
    for other in (rosa, join(role="admin")):
        other.patch(path, {"overall": 10}, headers=other.tag_of(path), expect=403)
        other.delete(path, expect=403)
    said = visitor.get(f"{path}/revisions").json["results"]
    assert [(one["number"], one["version"], one["overall"]) for one in said] == [(1, 1, 3), (2, 1, 6)]


def test_withdrawing_leaves_a_tombstone_without_content(join: Join, post_id: str, visitor: Caller) -> None:
    tom = join("tom")
    path = f"/reviews/{review(tom, post_id, body='Secret', competing_interest='Secret')}"
    tom.delete(path, expect=204)
    tom.delete(path, expect=204)
    left = visitor.get(path)
    assert not re.search("Secret|Tom", left.get_data(as_text=True))
    left_over = {name: value for name, value in left.json.items() if value not in (None, {})}
    assert left_over.keys() == {"id", "post_id", "version", "is_withdrawn", "created_at", "updated_at"}
    assert DAY.fullmatch(left.json["created_at"])
    assert DAY.fullmatch(left.json["updated_at"])
    assert visitor.get(f"{path}/revisions").json["results"] == []
    assert visitor.get(f"/posts/{post_id}").json["score"]["value"] is None
    assert visitor.get(f"/posts/{post_id}/score").json["shares"] == []
    assert visitor.get(f"/researchers/{tom.id}/reviews").json["results"] == []
    tom.patch(path, {"overall": 9}, headers=tom.tag_of(path), expect=409)


def test_the_authors_alone_answer(join: Join, rosa: Caller, post_id: str, visitor: Caller) -> None:
    tom, ann = join("tom"), join("ann", role="admin")
    path = f"/reviews/{review(tom, post_id)}"
    for stranger in (tom, ann):
        stranger.put(f"{path}/response", {"body": "Thanks."}, expect=403)
    first = rosa.put(f"{path}/response", {"body": "It is in figure 3."}).json
    second = rosa.put(f"{path}/response", {"body": "It is in figure 4."}).json
    assert (second["id"], second["author_id"]) == (first["id"], rosa.id)
    assert visitor.get(path).json["response"]["body"] == "It is in figure 4."
    tom.delete(path, expect=204)
    rosa.put(f"{path}/response", {"body": "Thanks."}, expect=409)
    assert visitor.get(path).json["response"] is None


@pytest.mark.parametrize("identity", ["anonymous", "pseudonymous"])
def test_nobody_learns_who_did_not_sign(join: Join, rosa: Caller, post_id: str, visitor: Caller, identity: str) -> None:
    tom = join("tom")
    review_id = review(tom, post_id, 9, identity=identity)
    review(join("ann"), post_id, 8)
    tom.patch(f"/reviews/{review_id}", {"overall": 4}, headers=tom.tag_of(f"/reviews/{review_id}"))
    spies = (visitor, rosa, join("eva", role="editor"), join("adm", role="admin"))
    for spy in spies:
        for path in (
            f"/reviews/{review_id}",
            f"/reviews/{review_id}/revisions",
            f"/posts/{post_id}/reviews",
            "/reviews",
            f"/posts/{post_id}/score",
            f"/graph/ego?node=post:{post_id}&depth=3",
            f"/graph/ego?node=review:{review_id}",
        ):
            text = spy.get(path).get_data(as_text=True)
            assert tom.id not in text
            assert "tom" not in text.lower()
        assert spy.get(f"/researchers/{tom.id}/reviews").json["results"] == []
        assert review_id not in spy.get(f"/graph/export?node=researcher:{tom.id}").get_data(as_text=True)
        assert spy.get(f"/graph/path?source=researcher:{tom.id}&target=review:{review_id}").json["nodes"] == []
    shown = visitor.get(f"/reviews/{review_id}").json
    assert DAY.fullmatch(shown["created_at"])
    assert DAY.fullmatch(shown["updated_at"])
    if identity == "anonymous":
        assert shown["reviewer"] is None
    else:
        assert shown["reviewer"].keys() == {"pseudonym"}
    shares = {share["review_id"]: share for share in visitor.get(f"/posts/{post_id}/score").json["shares"]}
    assert shares[review_id]["weight"] is None
    assert shares[review_id]["weight_band"] in {1, 2, 3, 4}
    signed = next(share for key, share in shares.items() if key != review_id)
    assert signed["weight"] > 0
    assert signed["weight_band"] is None
    assert {one["id"] for one in tom.get(f"/researchers/{tom.id}/reviews").json["results"]} == {review_id}


def test_reviews_of_what_one_may_not_see_are_not_there(join: Join, rosa: Caller, visitor: Caller) -> None:
    tom = join("tom")
    review_id = review(tom, publish(rosa, audience="members"))
    for path in (f"/reviews/{review_id}", f"/reviews/{review_id}/revisions"):
        visitor.get(path, expect=404)
        tom.get(path)
    assert visitor.get("/reviews").json["results"] == []
    assert visitor.get(f"/researchers/{tom.id}/reviews").json["results"] == []
    tom.get("/reviews/0000000000000", expect=404)


@pytest.mark.parametrize("identity", ["signed", "anonymous", "pseudonymous"])
def test_withdrawn_reviews_are_alike_whoever_signed(join: Join, post_id: str, visitor: Caller, identity: str) -> None:
    tom = join("tom")
    sent = {"identity": identity, "has_financial_interest": True, "recommendation": "accept", "confidence": 5}
    path = f"/reviews/{review(tom, post_id, 9, **sent)}"
    tom.patch(path, {"overall": 8}, headers=tom.tag_of(path))
    tom.delete(path, expect=204)
    for reader in (visitor, tom, join("eva", role="admin")):
        left = reader.get(path).json
        told = {
            name: left[name]
            for name in (
                *("identity", "reviewer", "has_financial_interest", "revision"),
                *("addressed", "addressing"),
            )
        }
        assert set(told.values()) == {None}
        assert (left["recommendation"], left["confidence"], left["ratings"]) == (None, None, {})


def test_a_reviewer_reveals_themselves_for_good(join: Join, rosa: Caller, post_id: str, visitor: Caller) -> None:
    tom = join("tom")
    path = f"/reviews/{review(tom, post_id, 9, identity='pseudonymous')}"
    tag, before = visitor.get(path).headers["ETag"], visitor.get(f"/posts/{post_id}").json["score"]
    for other in (rosa, join(role="admin")):
        other.post(f"{path}/reveal", expect=403)
    revealed = tom.post(f"{path}/reveal").json
    assert (revealed["identity"], revealed["reviewer"]["id"]) == ("signed", tom.id)
    assert visitor.get(path, headers={"If-None-Match": tag}).json == revealed
    assert visitor.get(f"/posts/{post_id}").json["score"]["value"] > before["value"]
    assert visitor.get(f"/researchers/{tom.id}/reviews").json["results"] == [revealed]
    assert visitor.get(f"/graph/path?source=researcher:{tom.id}&target=post:{post_id}").json["nodes"] != []
    tom.post(f"{path}/reveal", expect=409)
    for identity in ("anonymous", "pseudonymous"):
        tom.patch(path, {"identity": identity}, headers=tom.tag_of(path), expect=422)
        tom.post(f"/posts/{post_id}/reviews", BODY | {"identity": identity}, expect=409)
    assert visitor.get(path).json["identity"] == "signed"
    tom.delete(path, expect=204)
    tom.post(f"{path}/reveal", expect=409)


def test_a_refused_review_waits_for_nobody_when_another_writes(rosa: Caller, post_id: str, engine: Engine) -> None:
    with Session(engine) as another:
        hold_log(another)
        assert "own work" in rosa.post(f"/posts/{post_id}/reviews", BODY, expect=403).json["detail"]
