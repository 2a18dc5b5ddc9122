"""Scores over HTTP: there in the very next read, the same everywhere, and explained to the last digit."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import Researcher
from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join
from tests.factories import ClusterFactory, ReviewerFitFactory


def read_everywhere(reader: Caller, post_id: str) -> dict[str, object]:
    """The score beside the post; the list and the explanation must say the same."""
    beside = reader.get(f"/posts/{post_id}").json["score"]
    listed = {post["id"]: post["score"] for post in reader.get("/posts").json["results"]}
    explained = reader.get(f"/posts/{post_id}/score").json
    assert listed[post_id] == beside
    assert {name: explained[name] for name in beside} == beside
    return beside


def test_a_review_changes_the_score_in_the_very_next_read(join: Join, visitor: Caller) -> None:
    rosa, tom, ann = join("rosa"), join("tom"), join("ann")
    post_id, other = publish(rosa), publish(join())
    review(tom, other, 2)  # noise
    assert read_everywhere(visitor, post_id)["value"] is None
    review_id = review(tom, post_id, 10)
    first = read_everywhere(visitor, post_id)
    review(ann, post_id, 10)
    second = read_everywhere(visitor, post_id)
    assert (first["n_reviews"], second["n_reviews"]) == (1, 2)
    assert 5.5 < first["value"] < second["value"] < 10
    assert first["high"] - first["low"] > second["high"] - second["low"]
    tom.patch(f"/reviews/{review_id}", {"overall": 1}, headers=tom.tag_of(f"/reviews/{review_id}"))
    third = read_everywhere(visitor, post_id)
    assert third["value"] < second["value"]
    tom.delete(f"/reviews/{review_id}", expect=204)
    assert read_everywhere(visitor, post_id) == first  # one verified person's 10, whoever gave it


def test_the_shares_and_the_prior_add_up(join: Join, visitor: Caller) -> None:
    post_id = publish(join("rosa"))
    ids = [
        review(join(), post_id, 9, confidence=5, ratings={"soundness": 5}),
        review(join(unverified=True), post_id, 2, ratings={"clarity": 1}),
        review(join(), post_id, 4, identity="anonymous"),
        review(join(), post_id, 6.5, identity="pseudonymous", confidence=1),
    ]
    silent = review(join(), post_id, 10, has_financial_interest=True)
    score = visitor.get(f"/posts/{post_id}/score").json
    assert {share["review_id"] for share in score["shares"]} == set(ids)
    assert silent not in {share["review_id"] for share in score["shares"]}
    assert sum(share["share"] for share in score["shares"]) + score["prior_share"] == pytest.approx(
        score["value"], abs=1e-9, rel=0
    )
    assert score["scale"] == [1, 10]
    assert 1 <= score["low"] < score["value"] < score["high"] <= 10
    assert score["epoch"] == visitor.get("/epochs").json["results"][0]["id"]


def test_a_review_with_a_financial_interest_is_shown_and_does_not_count(join: Join, visitor: Caller) -> None:
    post_id = publish(join("rosa"))
    review_id = review(join(), post_id, 10, has_financial_interest=True)
    assert visitor.get(f"/reviews/{review_id}").json["has_financial_interest"]
    assert read_everywhere(visitor, post_id)["value"] is None


def test_there_is_no_score_of_what_is_not_there(visitor: Caller) -> None:
    visitor.get("/posts/0000000000000/score", expect=404)


def test_the_score_says_what_it_would_be_without_each_review(join: Join, visitor: Caller) -> None:
    post_id = publish(join("rosa"), audience="members")
    ids = [review(join(), post_id, overall) for overall in (9, 4)]
    reader, path = join(), f"/posts/{post_id}/score"
    before = reader.get(path).json
    critic = join()
    third = review(critic, post_id, 1)
    shares = {share["review_id"]: share["value_without"] for share in reader.get(path).json["shares"]}
    assert shares[third] == before["value"]
    assert shares[ids[0]] < shares[ids[1]] < before["value"]
    assert (before["plain_mean"], before["middle"], before["value_without_budgeted"]) == (6.5, 5.5, before["value"])
    assert before["words"][0].endswith(f"the score is {before['value']:.2f}.")
    visitor.get(path, expect=404)


def test_clusters_are_told_to_editors_who_come_with_the_scope_alone(
    join: Join, visitor: Caller, session: Session
) -> None:
    ring = [join() for _ in range(3)]
    post_id = publish(join("rosa"))
    cluster = ClusterFactory(budget=0.5)
    for one in session.scalars(select(Researcher).where(Researcher.public_id.in_([one.id for one in ring]))):
        ReviewerFitFactory(epoch_id=cluster.epoch_id, researcher_id=one.id, cluster_id=cluster.id)
    cluster_id = cluster.public_id
    session.commit()
    for one in ring:
        review(one, post_id, 10)
    review(join(), post_id, 5)
    path = f"/posts/{post_id}/score"
    (told,) = join(role="editor", scopes=["read", "admin"]).get(path).json["clusters"]
    assert (told["cluster_id"], told["n_reviews"]) == (cluster_id, 3)
    for reader in (visitor, join(), join(role="editor", scopes=["read"])):
        assert reader.get(path).json["clusters"] == []
        assert cluster_id not in reader.get(path).get_data(as_text=True)
