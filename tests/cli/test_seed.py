"""`scholarnet seed`, and the community it grows: believable, within the rules, and the same from the same seed."""

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from api.cli import main
from api.jobs import run_epoch
from scholarnet.db import make_engine, now
from scholarnet.forms import PostKind
from scholarnet.migration import upgrade
from scholarnet.models import (
    AcceptedAnswer,
    Authorship,
    Citation,
    Comment,
    Decision,
    Follow,
    HelpfulnessVote,
    Identity,
    Post,
    PostAuthor,
    PostScore,
    PostStatus,
    Publication,
    Reputation,
    Researcher,
    Response,
    Review,
    ScoreLog,
    Tier,
    Verification,
    Vouch,
)
from seed.community import grow
from seed.plans import draw_plans
from tests.services.test_reputations import assert_exact

SIZE, SEED = 25, 3


def grown(path):
    """An engine over a database in which a small community has grown."""
    engine = make_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection)
    with Session(engine) as session:
        grow(session, n_researchers=SIZE, seed=SEED, now=now())
        session.commit()
    return engine


@pytest.fixture(scope="module")
def community(tmp_path_factory):
    engine = grown(tmp_path_factory.mktemp("community") / "community.db")
    run_epoch(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(community):
    with Session(community) as session:
        yield session


def said(session: Session) -> Counter[tuple[str, float, str]]:
    """What was said of what kind of post, whoever said it."""
    rows = session.execute(select(Post.kind, Review.overall, Review.body).join(Post, Post.id == Review.post_id))
    return Counter((kind, overall, body) for kind, overall, body in rows)


def test_every_kind_is_published_and_every_tier_and_decision_reached(session):
    current = select(ScoreLog.current_epoch_id).scalar_subquery()
    published = set(session.scalars(select(Post.kind).where(Post.status == PostStatus.PUBLISHED)))
    scores = session.scalars(select(PostScore).where(PostScore.epoch_id == current)).all()
    assert published == set(PostKind)
    assert {score.tier for score in scores} == set(Tier)
    assert {score.decision for score in scores} == set(Decision)


def test_a_contested_post_has_reviewers_enough_on_both_sides(session):
    current = select(ScoreLog.current_epoch_id).scalar_subquery()
    contested = select(PostScore.post_id).where(PostScore.epoch_id == current, PostScore.decision == Decision.CONTESTED)
    post_id = session.scalars(contested).first()
    overall = session.scalars(select(Review.overall).where(Review.post_id == post_id)).all()
    assert sum(one > 6 for one in overall) >= 3
    assert sum(one < 6 for one in overall) >= 3


@pytest.mark.parametrize(
    "model", [Citation, Response, Vouch, Publication, Reputation, Follow, HelpfulnessVote, Comment]
)
def test_there_are_edges_of_every_kind(session, model):
    assert session.scalar(select(func.count()).select_from(model)) >= 10


def test_there_are_versions_withdrawals_a_draft_and_a_case_that_waits(session):
    assert session.scalar(select(func.max(Post.version_number))) >= 2
    assert {*session.scalars(select(Post.status))} >= {PostStatus.PUBLISHED, PostStatus.DRAFT, PostStatus.PENDING}
    assert session.scalar(select(func.count(Review.id)).where(Review.revision_number > 1)) > 0
    assert session.scalar(select(func.count(Review.id)).where(Review.addressed_at.is_not(None))) > 0
    assert {*session.scalars(select(Review.identity))} == set(Identity)
    assert {*session.scalars(select(Researcher.verification))} >= {
        Verification.NONE,
        Verification.EMAIL,
        Verification.EDITOR,
    }


def test_questions_have_answers_and_nobody_votes_before_there_is_a_review_or_on_their_own(session):
    questions = session.scalars(select(Post.id).where(Post.kind == "question", Post.status == PostStatus.PUBLISHED))
    answered = select(Comment.post_id, Comment.withdrawn_at, Comment.depth).join(
        AcceptedAnswer, AcceptedAnswer.comment_id == Comment.id
    )
    assert sorted(session.execute(answered)) == [(post_id, None, 0) for post_id in sorted(questions)]
    votes = session.execute(
        select(HelpfulnessVote.created_on, Review.created_on, HelpfulnessVote.voter_id, Review.reviewer_id).join(
            Review, Review.id == HelpfulnessVote.review_id
        )
    ).all()
    assert all(said <= voted <= now().date() and voter != reviewer for voted, said, voter, reviewer in votes)
    parent = aliased(Comment)
    pairs = session.execute(select(parent.created_at, Comment.created_at).join(parent, Comment.parent)).all()
    assert pairs
    assert all(first <= then <= now() for first, then in pairs)


def test_nobody_reviews_their_own_work_or_an_unpublished_one(session):
    own = exists().where(PostAuthor.post_id == Review.post_id, PostAuthor.researcher_id == Review.reviewer_id)
    assert session.scalar(select(func.count(Review.id)).where(own)) == 0
    unpublished = (
        select(func.count(Review.id)).join(Post).where(Post.status.in_([PostStatus.DRAFT, PostStatus.PENDING]))
    )
    assert session.scalar(unpublished) == 0


def test_the_ring_praises_itself_and_shares_no_work(session):
    full = select(Review.reviewer_id).where(Review.overall == 10, Review.confidence == 5, Review.eligibility < 1)
    ring = set(session.scalars(full))
    assert len(ring) >= 5
    for model, thing in ((Authorship, Authorship.publication_id), (PostAuthor, PostAuthor.post_id)):
        together = session.scalars(
            select(thing).where(model.researcher_id.in_(ring)).group_by(thing).having(func.count() > 1)
        )
        assert not together.all()


def test_posts_and_reviews_lie_in_the_past_in_their_order(session):
    rows = session.execute(select(Review.created_at, Review.created_on, Post.published_at).join(Post)).all()
    assert all(published <= created <= now() for created, _, published in rows)
    assert all(created.date() == day for created, day, _ in rows)
    assert sum(created < now() - timedelta(days=30) for created, _, _ in rows) > len(rows) / 2


def test_reviewing_has_earned_reputation(session):
    assert session.scalar(select(func.count()).select_from(Reputation).where(Reputation.units > 0)) > SIZE / 2
    assert assert_exact(session) > SIZE / 2


def test_the_same_seed_gives_the_same_ratings_and_texts(session, tmp_path):
    engine = grown(tmp_path / "same.db")
    with Session(engine) as again:
        assert said(again) == said(session)
    engine.dispose()


def test_another_seed_gives_other_posts():
    plans = [draw_plans(np.random.default_rng(seed), n_researchers=40, n_ring=6) for seed in (1, 1, 2)]
    assert plans[0] == plans[1]
    assert plans[0] != plans[2]


def test_the_command_fills_an_empty_database_once_and_its_reputations_are_exact(engine, monkeypatch):
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    first = CliRunner().invoke(main, ["seed", "--researchers", "20", "--seed", "5"])
    assert first.exit_code == 0, first.output
    assert "scholarnet score" in first.stdout
    again = CliRunner().invoke(main, ["seed", "--researchers", "20", "--seed", "5"])
    assert again.exit_code == 2
    assert "empty" in again.stderr
    with Session(engine) as session:
        assert session.scalar(select(func.count(Researcher.id))) == 20
    run_epoch(engine)
    with Session(engine) as session:
        assert assert_exact(session) > 10


def test_too_few_people_are_refused_and_nothing_is_kept(engine, monkeypatch):
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    result = CliRunner().invoke(main, ["seed", "--researchers", "3"])
    assert result.exit_code == 2
    assert "at least" in result.stderr
    with Session(engine) as session:
        assert session.scalar(select(func.count(Researcher.id))) == 0
