"""Scores over HTTP: there in the very next read, the same everywhere, and explained to the last digit."""

import pytest

from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join


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
