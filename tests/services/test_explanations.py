"""What a score would be without this or that, by hand and by taking it away; and the same in words."""

import re
from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import Identity, Post, Researcher, Review, ScoreLog
from scholarnet.services import explanations
from scholarnet.services.explanations import Explanation, explain
from scholarnet.services.reviews import withdraw_review
from scholarnet.services.scores import find_score
from tests.factories import ClusterFactory, ResearcherFactory, ReviewerFitFactory, ReviewFactory, ReviewFitFactory
from tests.services.writing import draft, publish, review

P = 0.459 / 0.541  # before any fit: ā² = .459, and .455 + .086 of noise and bias
NUMBER = re.compile(r"\d+\.\d\d")


def told(session: Session, post: Post, *, shows_clusters: bool = False) -> Explanation:
    return explain(session, post=post, viewer=None, shows_clusters=shows_clusters)


def without(session: Session, post: Post, reviews: Sequence[Review]) -> float | None:
    """The score once these were withdrawn, which is then undone."""
    with session.begin_nested() as undone:
        for one in reviews:
            withdraw_review(session, actor=session.get_one(Researcher, one.reviewer_id), review=one)
        value = find_score(session, post=post).value
        undone.rollback()
    session.expire_all()
    return value


@pytest.fixture
def post(session: Session) -> Post:
    review(session, post=publish(session), overall=1.0)  # noise
    return publish(session)


@pytest.fixture
def crowd(session: Session, post: Post) -> list[Review]:
    """Signed, unsigned and pushing reviews, six that share the pool's budget and three that share a cluster's."""
    severe = ResearcherFactory()
    epoch_id = session.scalars(select(ScoreLog.current_epoch_id)).one()
    cluster = ClusterFactory(budget=0.8)
    ReviewerFitFactory(epoch_id=epoch_id, researcher_id=severe.id, bias=-1.0, slope=0.7)
    ring = [ResearcherFactory() for _ in range(3)]
    for one in ring:
        ReviewerFitFactory(epoch_id=epoch_id, researcher_id=one.id, slope=0.7, cluster_id=cluster.id)
    reviews = [review(session, post=post, by=one, overall=10.0) for one in ring]
    reviews += [review(session, post=post, by=ResearcherFactory(unverified=True), overall=9.0) for _ in range(6)]
    reviews.append(review(session, post=post, by=severe, overall=3.0, confidence=5, ratings={"clarity": 1.0}))
    reviews += [
        review(session, post=post, overall=overall, identity=identity, ratings={"soundness": 4.0})
        for overall, identity in ((1.0, Identity.ANONYMOUS), (6.0, Identity.PSEUDONYMOUS), (8.0, Identity.ANONYMOUS))
    ]
    pushing = ResearcherFactory()
    bound = review(session, post=post, by=pushing, overall=9.0)
    ReviewFitFactory(
        epoch_id=epoch_id, post_id=post.id, reviewer_id=pushing.id, review_id=bound.id, slope=0.7, push=0.3
    )
    review(session, post=post, overall=10.0, has_financial_interest=True)  # has no vote
    session.flush()
    return [*reviews, bound]


def test_two_reviews_are_taken_apart_as_by_hand(session: Session, post: Post) -> None:
    high, low = (review(session, post=post, overall=overall) for overall in (9.0, 4.0))
    explanation = told(session, post)
    value = 5.5 + P * (3.5 - 1.5) / (1 + 2 * P)
    assert explanation.value == pytest.approx(value, abs=1e-6)
    assert (explanation.middle, explanation.plain_mean, explanation.clusters) == (5.5, 6.5, [])
    assert explanation.value_without_budgeted == explanation.value, "nobody is under a budget"
    by_id = {share["review_id"]: share for share in explanation.shares}
    for one, other in ((high, 4.0), (low, 9.0)):
        assert by_id[one.public_id]["share"] == pytest.approx(P * (one.overall - value), abs=1e-6)
        assert by_id[one.public_id]["value_without"] == pytest.approx(5.5 + P * (other - 5.5) / (1 + P), abs=1e-6)
    assert explanation.words == [
        "A post that nobody has reviewed stands at 5.50; by 2 reviews it is lifted by 2.44 and pulled down by 1.81: "
        "the score is 6.13.",
        f"How sure that is: such an interval, here from {explanation.low:.2f} to {explanation.high:.2f}, is made to "
        "hold in 80 cases of 100.",
        "The plain mean of the overall ratings is 6.50: the score is 0.37 below, nearer to where a post starts, which "
        "weighs the more the fewer reviews there are.",
        f"Review {high.public_id} lifts the score by 2.44; without it the score would be 4.81.",
        f"Review {low.public_id} pulls the score down by 1.81; without it the score would be 7.11.",
    ]


def test_the_value_without_a_review_is_the_score_once_it_is_withdrawn(
    session: Session, post: Post, crowd: list[Review]
) -> None:
    shares = {share["review_id"]: share for share in told(session, post).shares}
    assert {share["capped_by"] for share in shares.values()} == {"budget", "push", "distance", None}
    assert [shares[one.public_id]["capped_by"] for one in crowd[:9]] == ["budget"] * 9
    for one in crowd:
        assert shares[one.public_id]["value_without"] == without(session, post, [one])


def test_budgets_are_told_apart_to_who_may_know_the_clusters_alone(
    session: Session, post: Post, crowd: list[Review]
) -> None:
    explanation = told(session, post)
    assert explanation.value_without_budgeted == without(session, post, crowd[:9])
    assert explanation.clusters == []
    (cluster,) = told(session, post, shows_clusters=True).clusters
    shares = {share["review_id"]: share["share"] for share in explanation.shares}
    assert cluster["n_reviews"] == 3
    assert cluster["share"] == pytest.approx(sum(shares[one.public_id] for one in crowd[:3]))
    assert cluster["value_without"] == without(session, post, crowd[:3])
    assert cluster["value_in_full"] > explanation.value > cluster["value_without"]


def test_every_sentence_is_true_to_the_numbers(session: Session, post: Post, crowd: list[Review]) -> None:
    explanation = told(session, post, shows_clusters=True)
    shares = sorted(explanation.shares, key=lambda share: -abs(share["share"]))
    up, down = (sum(abs(s["share"]) for s in shares if s["share"] * sign > 0) for sign in (1, -1))
    start, interval, mean, *rest = explanation.words
    assert numbers(start) == rounded(explanation.middle, up, down, explanation.value)
    assert f"by {len(crowd)} reviews" in start
    assert numbers(interval) == rounded(explanation.low, explanation.high)
    by = explanation.value - explanation.plain_mean
    assert numbers(mean) == rounded(explanation.plain_mean, abs(by))
    assert ("above" if by > 0 else "below") in mean
    assert f"of these reviews {sum(share['capped_by'] is not None for share in shares)} cannot" in mean
    for share, sentence in zip(shares[:5], rest, strict=False):
        assert sentence.startswith(f"Review {share['review_id']} {'lifts' if share['share'] > 0 else 'pulls'}")
        assert numbers(sentence) == rounded(abs(share["share"]), share["value_without"])
        assert ("its " in sentence) is (share["capped_by"] is not None)
    sharing, *_others, budgeted, cluster = rest[5:]
    assert sharing == "9 reviews pull no harder because they share a budget."
    assert numbers(budgeted) == rounded(explanation.value_without_budgeted)
    one = explanation.clusters[0]
    assert one["cluster_id"] in cluster
    assert numbers(cluster) == rounded(abs(one["share"]), one["value_without"], one["value_in_full"])
    text = " ".join(told(session, post).words)
    assert one["cluster_id"] not in text
    assert not [who for who in (review.reviewer for review in crowd) if who.name in text or who.handle in text]


def numbers(sentence: str) -> list[str]:
    return NUMBER.findall(sentence)


def rounded(*values: float) -> list[str]:
    return [f"{value:.2f}" for value in values]


def test_what_is_cut_at_the_end_of_the_scale_is_said(session: Session, post: Post) -> None:
    epoch_id = session.scalars(select(ScoreLog.current_epoch_id)).one()
    for severe in (ResearcherFactory() for _ in range(4)):
        ReviewerFitFactory(epoch_id=epoch_id, researcher_id=severe.id, bias=-2.0)
        review(session, post=post, by=severe, overall=10.0)
    explanation = told(session, post)
    assert explanation.value == 10.0
    cut = explanation.middle - explanation.prior_share
    assert explanation.words[1].startswith(f"{cut:.2f} of what the reviews say lies beyond")
    assert explanation.words[3] == "The plain mean of the overall ratings is 10.00 too."


def test_the_removal_is_told_of_those_that_contribute_most_when_there_are_many(
    session: Session, post: Post, crowd: list[Review], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explanations, "MOST_REMOVED", 3)
    explanation = told(session, post)
    most = sorted(explanation.shares, key=lambda share: -abs(share["share"]))
    assert [share["value_without"] is not None for share in most] == [True] * 3 + [False] * (len(crowd) - 3)
    assert "What the score would be without one review is told of the 3 that contribute most." in explanation.words


def test_nothing_is_left_when_the_only_review_goes_and_nothing_is_said_of_none(session: Session, post: Post) -> None:
    assert told(session, post).words == ["No review counts yet, so there is no score."]
    assert (told(session, post).plain_mean, told(session, post).value_without_budgeted) == (None, None)
    only = review(session, post=post, overall=9.0)
    ReviewFactory()  # noise
    (share,) = told(session, post).shares
    assert (share["review_id"], share["value_without"]) == (only.public_id, None)
    assert told(session, post).words[-1].endswith("; without it the score would be none.")
    assert told(session, draft(session)) is None
