"""Moves: what the epoch job writes of them, when it makes none, and who sees them."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.db import now, reading
from scholarnet.errors import Withheld
from scholarnet.models import Epoch, Move, MoveCause, MoveKind, MoveReason, Post, PostScore, ScoreEventKind
from scholarnet.services import moves, scores
from scholarnet.services.epochs import compute_epoch, retire_epochs, switch_epoch, write_epoch
from scholarnet.services.reviews import withdraw_review
from scholarnet.services.snapshots import read_snapshot
from tests.factories import MoveFactory, ResearcherFactory, ReviewDraftFactory
from tests.services.communities import add_community
from tests.services.writing import publish, review

FIRST = ("emerging", "under_review")  # of a post without reviews: its tier, the decision


@pytest.fixture
def post(session):
    """A preprint with eight confident reviews."""
    post = publish(session)
    for _ in range(8):
        review(session, post=post, overall=9.0, confidence=5)
    session.commit()
    return post


def listed(session: Session, post: Post) -> list[Move]:
    found = session.scalars(moves.list_moves(session, viewer=None, post=post)).all()
    for move in found:
        session.expunge(move)  # what was read stays, and nothing is read again
    session.rollback()
    return list(found)


def told(move: Move) -> tuple:
    return move.kind, move.before, move.after, move.reason, move.cause


def score_of(session: Session, post: Post) -> PostScore:
    row = scores.find_score(session, post=post)
    session.expunge(row)
    session.rollback()
    return row


def drift(session: Session, post: Post, by: float) -> None:
    """Have it that the post was worth so much less when it was last judged."""
    row = scores.find_score(session, post=post)
    row.judged_value -= by
    session.commit()


def test_an_epoch_records_each_move_with_its_reason_and_what_it_rested_on(engine, session, post):
    at = now()
    run_epoch(engine, as_of=at)
    decision, tier = listed(session, post)
    row = score_of(session, post)
    assert told(decision) == (
        *(MoveKind.DECISION, "under_review", "accepted"),
        *(MoveReason.ACCEPTABLE, MoveCause.REVIEWS),
    )
    assert told(tier)[:3] == (MoveKind.TIER, "emerging", row.tier)
    assert told(tier)[3:] == (MoveReason.ENOUGH_REVIEWS, MoveCause.REVIEWS)
    for move in (decision, tier):
        assert (move.value, move.low, move.high, move.n_reviews) == (row.value, row.low, row.high, 8)
        assert (move.n_effective, move.at) == (pytest.approx(8, abs=0.01), at)
    assert (decision.threshold, tier.threshold) == (6.0, {"sound": 6.0, "strong": 7.0, "exceptional": 8.0}[row.tier])
    assert decision.probability > 0.95
    assert 0.5 < tier.probability < decision.probability
    assert "95%" in moves.words_of(decision)


def test_the_moves_of_every_post_are_chains_that_end_where_it_stands(engine, session):
    posts = add_community(session)
    at = now()
    run_epoch(engine, as_of=at)
    for post in posts[:3]:
        for _ in range(4):
            review(session, post=post, overall=10.0)
    session.commit()
    run_epoch(engine, as_of=at + timedelta(hours=25))
    moved = session.scalars(select(Move).order_by(Move.id)).all()
    assert len(moved) > len({move.post_id for move in moved}), "some moved twice"
    at_last = {(post.id, kind): first for post in posts for kind, first in zip(MoveKind, FIRST, strict=True)}
    for move in moved:
        assert at_last[move.post_id, move.kind] == move.before
        at_last[move.post_id, move.kind] = move.after
    for post in posts:
        row = scores.find_score(session, post=post)
        assert (row.tier, row.decision) == tuple(at_last[post.id, kind] for kind in MoveKind)


def test_nothing_moves_and_nothing_is_recorded_when_nothing_about_the_post_changed(engine, session, post):
    at = now()
    run_epoch(engine, as_of=at)
    scores.find_score(session, post=post).tier = "weak"  # as if it had drifted there
    session.commit()
    before = len(listed(session, post))
    drift(session, post, by=0.19)
    run_epoch(engine, as_of=at + timedelta(hours=25))
    assert (score_of(session, post).tier, len(listed(session, post))) == ("weak", before)
    drift(session, post, by=0.02)
    run_epoch(engine, as_of=at + timedelta(hours=50))
    latest = listed(session, post)[0]
    assert (latest.before, latest.reason, latest.cause) == ("weak", MoveReason.SURELY_HIGHER, MoveCause.REFIT)
    row = score_of(session, post)
    assert (row.tier, row.judged_value) == (latest.after, row.value)


def test_a_new_version_alone_has_nothing_judged_anew_and_a_review_has(engine, session, post):
    run_epoch(engine)
    first = score_of(session, post)
    scores.append(session, kind=ScoreEventKind.POST_PUBLISHED, post_id=post.id, payload={"version": 2})
    session.commit()
    run_epoch(engine)
    assert score_of(session, post).judged_sequence == first.judged_sequence
    reviewer = ResearcherFactory()
    written = review(session, post=post, by=reviewer, overall=9.0)
    session.commit()
    run_epoch(engine)
    second = score_of(session, post)
    assert second.judged_sequence > first.judged_sequence
    withdraw_review(session, actor=reviewer, review=written)
    session.commit()
    run_epoch(engine)
    assert score_of(session, post).judged_sequence > second.judged_sequence


def test_a_tier_that_had_to_wait_for_its_day_is_moved_later_though_nothing_came(engine, session, post):
    at = now()
    run_epoch(engine, as_of=at)
    for _ in range(12):
        review(session, post=post, overall=1.0)
    session.commit()
    run_epoch(engine, as_of=at + timedelta(hours=1))
    row = score_of(session, post)
    assert row.due is MoveCause.REVIEWS
    assert [move.kind for move in listed(session, post)].count(MoveKind.TIER) == 1
    run_epoch(engine, as_of=at + timedelta(hours=25))
    latest = listed(session, post)[0]
    assert told(latest)[:2] == (MoveKind.TIER, row.tier)
    assert told(latest)[3:] == (MoveReason.HARDLY_THERE, MoveCause.REVIEWS)
    assert score_of(session, post).due is None


def test_moves_of_an_epoch_in_the_making_are_not_seen_and_of_one_given_up_are_dropped(engine, session, post):
    with Session(reading(engine)) as reader:
        snapshot = read_snapshot(reader, as_of=now())
    with Session(engine, expire_on_commit=False) as writer:
        for is_given_up in (True, False):
            epoch = write_epoch(writer, snapshot=snapshot, computed=compute_epoch(snapshot))
            writer.commit()
            assert listed(session, post) == []
            if not is_given_up:
                switch_epoch(writer, epoch=epoch)
                writer.commit()
        retire_epochs(writer)
        writer.commit()
    assert len(listed(session, post)) == len(session.scalars(select(Move)).all()) == 2
    assert all(session.scalars(select(Epoch.is_complete)))
    session.rollback()


def test_moves_stay_when_the_scores_of_their_epoch_are_dropped(engine, session, post):
    for _ in range(4):
        run_epoch(engine)
    assert len(listed(session, post)) == 2


def test_who_holds_a_draft_of_a_review_sees_no_moves(session):
    held = ReviewDraftFactory()
    MoveFactory(post_id=held.post_id)
    post, reviewer = session.get(Post, held.post_id), held.reviewer_id
    viewer = session.get(type(ResearcherFactory()), reviewer)
    with pytest.raises(Withheld):
        moves.list_moves(session, viewer=viewer, post=post)


def test_every_reason_has_words():
    for reason in MoveReason:
        assert moves.words_of(Move(reason=reason, cause=MoveCause.EDITOR)) == moves.REASONS[reason]
