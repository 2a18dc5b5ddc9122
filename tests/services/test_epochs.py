"""The slow clock: what a run of the epoch job changes, and what it leaves alone."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.db import now, reading
from scholarnet.errors import Conflict, NotFound
from scholarnet.models import Audience, Decision, Epoch, Identity, Post, PostScore, Reputation, ReviewerFit, Tier
from scholarnet.services import epochs, explanations, scores
from scholarnet.services.epochs import compute_epoch, current_epoch, list_epochs, switch_epoch, write_epoch
from scholarnet.services.posts import get_post, withdraw_post
from scholarnet.services.rescores import rescore
from scholarnet.services.reviews import withdraw_review
from scholarnet.services.snapshots import read_snapshot
from scoring.sweeps import NotConverged
from tests.factories import ResearcherFactory
from tests.services.communities import START, add_community, add_review
from tests.services.writing import publish, review

NUMBERS = ("value", "low", "high", "sd", "best", "n_reviews", "n_effective", "prior_share")


def numbers(session: Session) -> dict[int, tuple]:
    """The numbers of every post in the epoch in force; ends the transaction."""
    epoch = current_epoch(session)
    rows = session.scalars(select(PostScore).where(PostScore.epoch_id == epoch.id).order_by(PostScore.post_id))
    found = {row.post_id: tuple(getattr(row, name) for name in NUMBERS) for row in rows}
    session.rollback()
    return found


def recomputed(session: Session) -> dict[int, tuple]:
    """The same, by the fast clock from the reviews as they stand."""
    clock = scores.hold_log(session).clock
    rescore(session, clock=clock, post_ids=session.scalars(select(Post.id)).all())
    session.commit()
    return numbers(session)


def stage(engine: Engine) -> tuple:
    """A snapshot and what follows from it, not yet written."""
    with Session(reading(engine)) as session:
        snapshot = read_snapshot(session, as_of=now())
    return snapshot, compute_epoch(snapshot)


def finish(engine: Engine, snapshot, computed) -> None:
    with Session(engine, expire_on_commit=False) as session:
        epoch = write_epoch(session, snapshot=snapshot, computed=computed)
        session.commit()
        switch_epoch(session, epoch=epoch)
        session.commit()


def test_a_run_fits_reviewers_and_switches_to_scores_that_the_fast_clock_gives_too(engine, session):
    add_community(session)
    summary = run_epoch(engine)
    epoch = current_epoch(session)
    assert (summary.public_id, summary.hash) == (epoch.public_id, epoch.hash)
    assert (summary.n_posts, summary.n_reviews, summary.n_reviewers) == (15, 128, 32)
    fits = session.scalars(select(ReviewerFit).where(ReviewerFit.epoch_id == epoch.id)).all()
    assert len(fits) == 32
    assert len({fit.bias for fit in fits}) > 20, "they were told apart"
    assert {fit.n_reviews for fit in fits} == {4}
    before = numbers(session)
    assert len(before) == 15
    assert recomputed(session) == before


def test_a_run_on_an_empty_network_makes_an_empty_epoch(engine, session):
    summary = run_epoch(engine)
    assert summary.n_posts == summary.n_reviews == 0
    assert current_epoch(session).public_id == summary.public_id


def test_runs_on_the_same_log_from_the_same_states_have_the_same_hash_and_numbers(engine, session):
    add_community(session)
    moving = run_epoch(engine, as_of=START)
    before = numbers(session)
    still = [run_epoch(engine, as_of=START) for _ in range(2)]
    assert still[0].hash == still[1].hash != moving.hash, "the first moved posts from where they stood"
    assert still[0].public_id != still[1].public_id
    assert numbers(session) == before


def test_another_review_gives_another_hash(engine, session):
    posts = add_community(session)
    first = run_epoch(engine)
    review(session, post=posts[0])
    session.commit()
    assert run_epoch(engine).hash != first.hash


def test_a_review_written_during_the_fit_counts_once(engine, session):
    posts = add_community(session)
    run_epoch(engine)
    snapshot, computed = stage(engine)
    newcomer = ResearcherFactory()
    written = review(session, post=posts[3], by=newcomer, overall=10.0)
    new_post = publish(session)
    session.commit()
    n_before = computed.scores.n_reviews[3]
    finish(engine, snapshot, computed)
    after = numbers(session)
    assert after[posts[3].id][NUMBERS.index("n_reviews")] == n_before + 1
    assert after[new_post.id][NUMBERS.index("n_reviews")] == 0
    assert recomputed(session) == after
    share = explanations.explain(session, post=posts[3], viewer=None).shares
    assert [one["review_id"] for one in share].count(written.public_id) == 1
    session.rollback()
    run_epoch(engine)
    assert numbers(session)[posts[3].id][NUMBERS.index("n_reviews")] == n_before + 1


def test_what_was_withdrawn_during_the_fit_is_gone(engine, session):
    posts = add_community(session)
    reviewer, author = ResearcherFactory(), ResearcherFactory()
    withdrawn, gone = review(session, post=posts[0], by=reviewer), publish(session, by=[author])
    session.commit()
    snapshot, computed = stage(engine)
    withdraw_review(session, actor=reviewer, review=withdrawn)
    withdraw_post(session, actor=author, post=get_post(session, gone.public_id, viewer=author))
    session.commit()
    finish(engine, snapshot, computed)
    after = numbers(session)
    assert gone.id not in after
    assert after[posts[0].id][NUMBERS.index("n_reviews")] == computed.scores.n_reviews[0] - 1
    assert recomputed(session) == after


def test_a_failed_fit_leaves_the_old_epoch(engine, session, monkeypatch):
    add_community(session)
    old = run_epoch(engine)
    before = numbers(session)

    def give_up(*_args, **_settings):
        raise NotConverged("in sweep 300")

    monkeypatch.setattr(epochs, "fit", give_up)
    with pytest.raises(NotConverged):
        run_epoch(engine)
    assert current_epoch(session).public_id == old.public_id
    assert numbers(session) == before


def test_tiers_and_decisions_move_by_the_job_alone(engine, session):
    post = publish(session)
    for _ in range(8):
        review(session, post=post, overall=9.0, confidence=5)
    session.commit()
    row = scores.find_score(session, post=post)
    assert (row.tier, row.decision) == (Tier.EMERGING, Decision.UNDER_REVIEW)
    session.commit()
    at = now()
    run_epoch(engine, as_of=at)
    row = scores.find_score(session, post=post)
    first = (row.tier, row.decision, row.tier_since)
    assert first[:2] == (Tier.EXCEPTIONAL, Decision.ACCEPTED) or first[0] in {Tier.STRONG, Tier.SOUND}
    assert first[2] == at
    for _ in range(40):
        review(session, post=post, overall=1.0)
    session.commit()
    row = scores.find_score(session, post=post)
    assert row.value < 6
    assert (row.tier, row.decision, row.tier_since) == first
    session.commit()
    run_epoch(engine, as_of=at + timedelta(hours=23))
    assert scores.find_score(session, post=post).tier == first[0], "a day in a tier at least"
    session.rollback()
    run_epoch(engine, as_of=at + timedelta(hours=25))
    row = scores.find_score(session, post=post)
    assert row.tier in {Tier.WEAK, Tier.DEVELOPING}
    assert row.tier_since == at + timedelta(hours=25)


def test_posts_that_only_some_see_have_scores_and_no_part_in_the_epoch(engine, session):
    add_community(session)
    hidden, stranger = publish(session, audience=Audience.MEMBERS), ResearcherFactory()
    review(session, post=hidden, by=stranger, overall=9.0)
    session.commit()
    summary = run_epoch(engine)
    assert (summary.n_posts, summary.n_reviews, summary.n_reviewers) == (15, 128, 32)
    row = scores.find_score(session, post=hidden)
    assert (row.n_reviews, row.tier) == (1, Tier.EMERGING)
    assert session.get(ReviewerFit, (row.epoch_id, stranger.id)) is None


@pytest.mark.parametrize("identity", [Identity.ANONYMOUS, Identity.PSEUDONYMOUS])
def test_an_unsigned_review_counts_and_leaves_nothing_that_names_its_author(engine, session, identity):
    posts = add_community(session)
    hider = ResearcherFactory()
    for post in posts[:6]:
        add_review(post=post, by=hider, overall=10.0, at=START, identity=identity)
    session.commit()
    summary = run_epoch(engine)
    assert (summary.n_reviews, summary.n_reviewers) == (134, 32)
    assert hider.id not in session.scalars(select(ReviewerFit.researcher_id)).all()
    assert hider.id not in session.scalars(select(Reputation.researcher_id)).all()
    before = numbers(session)
    assert recomputed(session) == before


def test_only_the_last_two_epochs_keep_their_rows(engine, session):
    add_community(session)
    with Session(engine) as other:
        other.add(Epoch(model_version="1", hash="0" * 64, log_position=0, as_of=START, population={}))
        other.commit()
    runs = [run_epoch(engine) for _ in range(3)]
    listed = session.scalars(list_epochs()).all()
    assert [epoch.public_id for epoch in listed[:3]] == [run.public_id for run in reversed(runs)]
    assert all(epoch.is_complete for epoch in session.scalars(select(Epoch)))
    kept = {epoch.id for epoch in listed[:2]}
    for table in (PostScore, ReviewerFit, Reputation):
        assert set(session.scalars(select(table.epoch_id))) == kept
    assert epochs.get_epoch(session, runs[0].public_id).hash == runs[0].hash


def test_an_epoch_that_was_overtaken_does_not_take_over(engine, session):
    add_community(session)
    snapshot, computed = stage(engine)
    with Session(engine, expire_on_commit=False) as slow:
        late = write_epoch(slow, snapshot=snapshot, computed=computed)
        slow.commit()
        late_id = late.public_id
        newer = run_epoch(engine)
        with pytest.raises(Conflict, match="another epoch took over"):
            switch_epoch(slow, epoch=late)
        slow.rollback()
    assert current_epoch(session).public_id == newer.public_id
    with pytest.raises(NotFound):
        epochs.get_epoch(session, late_id)
