"""The fast clock: a post's score by hand, its shares, and the log it is computed from."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.errors import AlreadyReviewed, Conflict
from scholarnet.models import Identity, Post, ScoreEvent, ScoreEventKind, ScoreLog, Tier
from scholarnet.services.explanations import explain
from scholarnet.services.posts import edit_post, publish_post, withdraw_post
from scholarnet.services.reviews import revise_review, withdraw_review
from scholarnet.services.scores import find_score, hold_log, scores_of
from tests.factories import EpochFactory, ResearcherFactory, ReviewerFitFactory, ReviewFactory, ScoreEventFactory
from tests.services.writing import draft, publish, review

# Before any fit: μ₀ = 5.5, s₀ = 9/4, ā² = .459, P = .459/(.455 + .086), and .05 without trust.
BY_HAND = [
    # overall, account, value
    (10.0, {}, 5.5 + 2.25 * 2.0 * 0.84843 / 1.84843),
    (5.5, {}, 5.5),
    (1.0, {}, 5.5 - 2.25 * 2.0 * 0.84843 / 1.84843),
    (10.0, {"unverified": True}, 5.5 + 2.25 * 2.0 * 0.05 / 1.05),
]


@pytest.fixture
def post(session: Session) -> Post:
    noise = publish(session)
    review(session, post=noise, overall=1.0), ReviewFactory(overall=1.0)
    return publish(session)


def check_sum(session: Session, post: Post) -> None:
    explanation, stored = explain(session, post=post, viewer=None), find_score(session, post=post)
    assert (explanation.value, explanation.prior_share) == (stored.value, stored.prior_share)
    total = sum(share["share"] for share in explanation.shares) + explanation.prior_share
    assert total == pytest.approx(explanation.value or 0.0, abs=1e-9)


@pytest.mark.parametrize(("overall", "account", "value"), BY_HAND)
def test_a_score_is_the_one_by_hand_when_there_is_one_review(
    session: Session, post: Post, overall: float, account: dict[str, bool], value: float
) -> None:
    review(session, post=post, by=ResearcherFactory(**account), overall=overall)
    stored = find_score(session, post=post)
    assert stored.value == pytest.approx(value, abs=2e-4)
    assert stored.low < stored.value < stored.high
    assert stored.best == pytest.approx(stored.low)
    assert (stored.n_reviews, stored.n_effective, stored.tier) == (1, pytest.approx(1.0), Tier.EMERGING)


def test_a_published_post_has_a_row_and_no_value_when_nobody_has_reviewed_it(session: Session, post: Post) -> None:
    stored = find_score(session, post=post)
    assert (stored.value, stored.low, stored.high, stored.sd, stored.n_reviews) == (None, None, None, None, 0)
    # −1.2816 in θ, on the scale
    assert stored.best == pytest.approx(5.5 - 2.25 * 0.459**0.5 * 1.2816, abs=1e-3)
    check_sum(session, post)


def test_a_draft_has_no_score(session: Session) -> None:
    unseen = draft(session)
    assert find_score(session, post=unseen) is None
    assert explain(session, post=unseen, viewer=None) is None


def test_confidence_gives_a_review_weight(session: Session) -> None:
    posts = [publish(session) for _ in range(3)]
    for post, confidence in zip(posts, (1, 3, 5), strict=True):
        review(session, post=post, overall=10.0, confidence=confidence)
    unsure, usual, sure = (find_score(session, post=post).value for post in posts)
    assert 5.5 < unsure < usual < sure


def test_criteria_enter_the_score(session: Session, post: Post) -> None:
    twin = publish(session)
    review(session, post=post, overall=7.0)
    review(session, post=twin, overall=7.0, ratings={"soundness": 1, "significance": 1})
    assert find_score(session, post=twin).value < 5.5 < find_score(session, post=post).value


def test_shares_and_prior_add_up_after_every_kind_of_event(session: Session) -> None:
    author, ann = ResearcherFactory(), ResearcherFactory()
    post = publish(session, by=[author])
    mine = review(session, post=post, by=ann, overall=10.0, confidence=5)
    check_sum(session, post)
    for overall, identity in ((9.0, Identity.ANONYMOUS), (2.0, Identity.PSEUDONYMOUS), (10.0, Identity.SIGNED)):
        review(session, post=post, overall=overall, identity=identity, ratings={"soundness": 2.0})
        check_sum(session, post)
    review(session, post=post, by=ResearcherFactory(unverified=True), overall=1.0)
    review(session, post=post, overall=10.0, has_financial_interest=True)
    check_sum(session, post)
    revise_review(session, actor=ann, review=mine, changes={"overall": 1.0})
    check_sum(session, post)
    edit_post(session, actor=author, post=post, changes={"abstract": "Eighty knees."})
    publish_post(session, actor=author, post=post)
    check_sum(session, post)
    withdraw_review(session, actor=ann, review=mine)
    check_sum(session, post)
    explanation = explain(session, post=post, viewer=None)
    assert explanation.n_reviews == len(explanation.shares) == 4


def test_the_sum_holds_when_the_value_is_clipped_to_the_scale(session: Session, post: Post) -> None:
    for _ in range(40):
        review(session, post=post, overall=10.0, confidence=5)
    assert find_score(session, post=post).value <= 10.0
    check_sum(session, post)


def test_an_unsigned_review_shows_a_band_in_place_of_its_weight(session: Session, post: Post) -> None:
    signed = review(session, post=post)
    unsigned = review(session, post=post, identity=Identity.ANONYMOUS)
    stranger = review(session, post=post, by=ResearcherFactory(unverified=True))
    shares = {share["review_id"]: share for share in explain(session, post=post, viewer=None).shares}
    assert shares[signed.public_id]["weight"] == pytest.approx(0.84843, abs=1e-4)
    assert shares[signed.public_id]["weight_band"] is None
    assert shares[unsigned.public_id]["weight"] is None
    assert shares[unsigned.public_id]["weight_band"] in {1, 2, 3, 4}
    assert shares[stranger.public_id]["weight"] == pytest.approx(0.05)
    assert shares[stranger.public_id]["capped_by"] == "trust"


def test_a_fitted_reviewer_is_read_by_the_epoch_in_force_when_they_sign(session: Session) -> None:
    severe, posts = ResearcherFactory(), [publish(session) for _ in range(3)]
    epoch_id = session.scalars(select(ScoreLog.current_epoch_id)).one()
    review(session, post=posts[0], overall=6.0)
    ReviewerFitFactory(epoch_id=EpochFactory().id, researcher_id=severe.id, bias=9.0)  # noise: another epoch
    ReviewerFitFactory(epoch_id=epoch_id, researcher_id=severe.id, bias=-1.0, slope=0.7, variance=0.5)
    review(session, post=posts[1], by=severe, overall=6.0)
    review(session, post=posts[2], by=severe, overall=6.0, identity=Identity.ANONYMOUS)
    usual, signed, unsigned = (find_score(session, post=post).value for post in posts)
    assert signed > usual + 0.5  # a 6 of somebody severe is worth more
    assert unsigned <= usual


def test_the_scores_of_many_posts_are_those_of_the_epoch_in_force(session: Session, post: Post) -> None:
    other = publish(session)
    review(session, post=other)
    assert {key: row.n_reviews for key, row in scores_of(session, post_ids=[post.id, other.id]).items()} == {
        post.id: 0,
        other.id: 1,
    }
    session.get_one(ScoreLog, 1).current_epoch_id = EpochFactory().id
    session.flush()
    assert scores_of(session, post_ids=[post.id, other.id]) == {}


def test_a_review_costs_as_many_statements_when_there_are_many_reviews(
    session: Session, post: Post, count_queries
) -> None:
    def statements() -> int:
        somebody = ResearcherFactory()
        with count_queries() as sent:
            review(session, post=post, by=somebody)
        return len(sent)

    first = statements()
    for _ in range(10):
        review(session, post=post)
    assert statements() <= first <= 30


def test_the_log_counts_without_gaps(session: Session) -> None:
    author, ann = ResearcherFactory(), ResearcherFactory()
    post = publish(session, by=[author])
    one = review(session, post=post, by=ann)
    session.commit()
    with session.begin_nested() as undone:
        review(session, post=publish(session))
        undone.rollback()
    post, one = session.get_one(Post, post.id), session.get_one(type(one), one.id)
    withdraw_review(session, actor=ann, review=one)
    lines = session.execute(select(ScoreEvent.sequence, ScoreEvent.kind).order_by(ScoreEvent.sequence)).all()
    assert lines == [
        (1, ScoreEventKind.POST_PUBLISHED),
        (2, ScoreEventKind.REVIEW_SUBMITTED),
        (3, ScoreEventKind.REVIEW_WITHDRAWN),
    ]
    assert session.scalars(select(ScoreLog.last_sequence)).one() == 3


def test_the_log_only_grows(session: Session) -> None:
    line = ScoreEventFactory()
    line.payload = {"version": 2}
    with pytest.raises(Conflict, match="part of the log"):
        session.flush()
    session.rollback()
    line = ScoreEventFactory()
    session.delete(line)
    with pytest.raises(Conflict, match="part of the log"):
        session.flush()


def test_holding_the_log_gives_the_first_epoch_once(session: Session) -> None:
    first, second = hold_log(session, lines=3), hold_log(session)
    assert (first.sequence, second.sequence) == (3, 3)
    assert first.clock.epoch_id == second.clock.epoch_id
    assert hold_log(session, lines=1).sequence == 4


def test_the_order_of_reviews_changes_no_bit(session: Session) -> None:
    people, posts = [ResearcherFactory() for _ in range(8)], [publish(session), publish(session)]
    for post, order in zip(posts, (people, people[::-1]), strict=True):
        for person in order:
            at = people.index(person)
            review(session, post=post, by=person, overall=1.0 + at, confidence=1 + at % 5)
    first, second = (find_score(session, post=post) for post in posts)
    names = ("value", "low", "high", "sd", "best", "n_effective", "prior_share")
    assert [getattr(first, name) for name in names] == [getattr(second, name) for name in names]


def test_other_scores_stay_when_a_post_is_withdrawn(session: Session) -> None:
    author = ResearcherFactory()
    gone, stays = publish(session, by=[author]), publish(session)
    review(session, post=stays, overall=8.0)
    before = find_score(session, post=stays).value
    withdraw_post(session, actor=author, post=gone)
    assert find_score(session, post=stays).value == before
    assert find_score(session, post=gone) is None


def test_the_log_has_no_gap_when_a_duplicate_was_refused(session: Session) -> None:
    post, reviewer = publish(session, by=[ResearcherFactory()]), ResearcherFactory()
    review(session, post=post, by=reviewer)
    with pytest.raises(AlreadyReviewed):
        review(session, post=post, by=reviewer)
    review(session, post=post, by=ResearcherFactory())
    numbers = session.scalars(select(ScoreEvent.sequence).order_by(ScoreEvent.sequence)).all()
    assert numbers == [1, 2, 3]
    assert session.scalars(select(ScoreLog.last_sequence)).one() == 3
