"""Reputations: bounded, taken apart to the last unit, and nothing in them that names who did not sign."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from api.jobs import run_epoch
from scholarnet.forms import PostKind
from scholarnet.models import (
    Citation,
    Component,
    Identity,
    Publication,
    Reputation,
    ReputationEntry,
    Researcher,
    Review,
)
from scholarnet.services.epochs import current_epoch
from scholarnet.services.ledgers import cohort_of
from scholarnet.services.posts import get_post, withdraw_post
from scholarnet.services.reputation_views import explain_reputation
from scholarnet.services.reputations import find_reputation, list_entries, units_of
from scholarnet.services.reviews import withdraw_review
from scholarnet.services.works import Profile
from scoring.parameters import DEFAULT
from tests.factories import (
    AcceptedAnswerFactory,
    CommentFactory,
    FollowFactory,
    HelpfulnessVoteFactory,
    PostFactory,
    PublicationFactory,
    ResearcherFactory,
)
from tests.services.communities import START, add_community, add_review
from tests.services.writing import publish, review

LATER = datetime(2026, 12, 1, tzinfo=UTC)


def cite(session: Session, *pairs: tuple[Publication, Publication]) -> None:
    """Each pair is a citing and a cited work; committed."""
    session.add_all(Citation(citing_id=citing.id, cited_id=cited.id) for citing, cited in pairs)
    session.commit()


def assert_exact(session: Session) -> int:
    """Every ledger sums to its reputation; returns how many there are, and ends the transaction."""
    epoch = current_epoch(session)
    sums = dict(
        session.execute(
            select(ReputationEntry.researcher_id, func.sum(ReputationEntry.units))
            .where(ReputationEntry.epoch_id == epoch.id)
            .group_by(ReputationEntry.researcher_id)
        ).all()
    )
    totals = dict(
        session.execute(select(Reputation.researcher_id, Reputation.units).where(Reputation.epoch_id == epoch.id)).all()
    )
    assert sums == totals
    assert all(0 <= units <= 1_000_000 for units in totals.values())
    session.rollback()
    return len(totals)


def test_the_units_of_three_works_as_computed_by_hand(engine, session):
    first, second, third = (ResearcherFactory() for _ in range(3))
    uncited = PublicationFactory(by=[first])
    cited = PublicationFactory(by=[second])
    citing = PublicationFactory(by=[third], year=2020)
    own = PublicationFactory(by=[second, third], year=2021)
    cite(session, (citing, cited), (own, cited), (own, uncited))
    # `own` shares an author with `cited` and none with `uncited`: both have one citation that counts.
    run_epoch(engine, as_of=LATER)
    half = -math.log10(1 - 0.5)  # the two of 2018 tie; the others are cited by nobody, and earn nothing
    weight = round(DEFAULT.component_weights[0] * 1_000_000)
    expected = {first.id: weight // 2, second.id: weight // 2, third.id: 0}  # both have the median
    assert units_of(session, list(expected)) == expected
    lines = list_entries(session, researcher=second, viewer=None)
    assert [line.publication_id for line in lines] == [cited.public_id, own.public_id]
    assert [line.title for line in lines] == [cited.title, own.title]
    assert [line.amount for line in lines] == pytest.approx([half, 0.0])
    assert sum(line.units for line in lines) == expected[second.id]


def test_citations_by_strangers_lift_and_those_of_authors_and_co_authors_do_not(engine, session):
    author, co_author = ResearcherFactory(), ResearcherFactory()
    work = PublicationFactory(by=[author, co_author])
    PublicationFactory()  # of the same cell, never cited
    own, stranger = PublicationFactory(by=[co_author], year=2020), PublicationFactory(year=2020)
    cite(session, (own, work))
    run_epoch(engine, as_of=LATER)
    before = {line.publication_id: line.amount for line in list_entries(session, researcher=author, viewer=None)}
    session.rollback()
    cite(session, (stranger, work))
    run_epoch(engine, as_of=LATER)
    after = {line.publication_id: line.amount for line in list_entries(session, researcher=author, viewer=None)}
    assert before[work.public_id] == 0.0, "by a co-author"
    assert after[work.public_id] == pytest.approx(-math.log10(1 - 0.75) / math.sqrt(2))


def test_ledgers_sum_exactly_after_every_kind_of_event(engine, session):
    posts = add_community(session)
    assert session.scalar(select(func.count()).select_from(Reputation)) == 0
    session.commit()
    run_epoch(engine, as_of=LATER)
    n_posts_only = assert_exact(session)
    assert n_posts_only > 0
    works = [PublicationFactory(year=2015 + at % 3) for at in range(12)]
    cite(session, *((works[at], works[to]) for at in range(12) for to in range(12) if at != to and at * to % 5 == 1))
    run_epoch(engine, as_of=LATER)
    assert assert_exact(session) > n_posts_only
    for post, hours in zip(posts, range(15), strict=True):
        add_review(post=post, by=ResearcherFactory(), overall=8.0, at=START + timedelta(days=3, hours=hours))
    session.commit()
    run_epoch(engine, as_of=LATER)
    assert_exact(session)
    earned = set(session.scalars(select(ReputationEntry.component)))
    assert earned == {Component.PUBLICATIONS, Component.POSTS, Component.REVIEWING}
    last = publish(session)
    written = review(session, post=last)
    withdraw_review(session, actor=written.reviewer, review=written)
    withdraw_post(session, actor=last.authors[0].researcher, post=last)
    session.commit()
    run_epoch(engine, as_of=LATER)
    assert_exact(session)


def test_a_review_earns_by_foresight_and_only_once_it_is_signed(engine, session):
    post = publish(session)
    early, hidden = ResearcherFactory(), ResearcherFactory()
    add_review(post=post, by=early, overall=9.0, at=START)
    add_review(post=post, by=hidden, overall=9.0, at=START, identity=Identity.ANONYMOUS)
    for at in range(1, 6):
        add_review(post=post, by=ResearcherFactory(), overall=9.0, at=START + timedelta(days=at))
    session.commit()
    run_epoch(engine, as_of=START + timedelta(days=20))
    assert find_reputation(session, researcher=early) is None, "too young to be judged"
    session.rollback()
    run_epoch(engine, as_of=LATER)
    lines = list_entries(session, researcher=early, viewer=None)
    assert [line.component for line in lines] == [Component.REVIEWING]
    assert (lines[0].post_id, lines[0].title) == (post.public_id, "Knee MRI at 0.55 T")
    assert lines[0].units > 0
    assert find_reputation(session, researcher=hidden) is None
    assert units_of(session, [hidden.id]) == {}


def test_a_line_stays_and_loses_its_name_when_the_work_is_withdrawn(engine, session):
    author = ResearcherFactory()
    post = publish(session, by=[author])
    for _ in range(6):
        review(session, post=post, overall=9.0)
    session.commit()
    run_epoch(engine)
    [line] = list_entries(session, researcher=author, viewer=None)
    assert (line.post_id, line.title) == (post.public_id, "Knee MRI at 0.55 T")
    withdraw_post(session, actor=author, post=get_post(session, post.public_id, viewer=author))
    session.commit()
    [line] = list_entries(session, researcher=author, viewer=None)
    assert (line.post_id, line.title) == (None, None)
    assert line.units == find_reputation(session, researcher=author).units


def test_the_cohorts_that_reputations_were_held_against_are_kept(engine, session):
    PublicationFactory(by=[ResearcherFactory(fields=[], career_start=None)])
    PublicationFactory(by=[ResearcherFactory()])
    session.commit()
    run_epoch(engine, as_of=LATER)
    cohorts = current_epoch(session).cohorts
    assert cohorts["names"] == ["radiology, 10–14 years", "unknown, career age unknown"]
    assert len(cohorts["half"]) == 2
    assert set(session.scalars(select(Reputation.cohort))) == set(cohorts["names"])


@pytest.mark.parametrize(
    ("start", "name"), [(2026, "0–4 years"), (2022, "0–4 years"), (2021, "5–9 years"), (2030, "0–4 years")]
)
def test_a_cohort_spans_five_years(start, name):
    assert cohort_of(Profile("oncology", start), year=2026) == f"oncology, {name}"


def test_the_headline_number_never_weighs_in_any_score(engine, session):
    """Firewall: with works that make their authors great, and votes and follows, every score is the same to the bit."""
    posts = add_community(session)
    run_epoch(engine, as_of=LATER)
    before = current_epoch(session)
    before, hashed = before.id, before.scores_hash
    reviewers = list(dict.fromkeys(session.scalars(select(Review).options(joinedload(Review.reviewer)))))
    works = [PublicationFactory(by=[one.reviewer]) for one in reviewers[:5]]
    cite(session, *((PublicationFactory(), work) for work in works))
    HelpfulnessVoteFactory(review_id=reviewers[0].id)
    FollowFactory(followed_id=reviewers[1].reviewer_id)
    session.commit()
    run_epoch(engine, as_of=LATER)
    assert current_epoch(session).id > before
    assert current_epoch(session).scores_hash == hashed
    assert len(posts) == 15


def test_followers_answers_votes_and_their_reasons_are_in_the_ledger(engine, session):
    add_community(session)
    told = session.scalars(select(Review).order_by(Review.id).limit(1)).one()
    someone = session.get_one(Researcher, told.reviewer_id)
    for _ in range(3):
        HelpfulnessVoteFactory(review_id=told.id)
        FollowFactory(followed_id=someone.id)
    answer = CommentFactory(author=someone, post__kind=PostKind.QUESTION)
    AcceptedAnswerFactory(comment=answer)
    own = CommentFactory(author=someone, post=PostFactory(kind=PostKind.QUESTION, by=[someone]))
    AcceptedAnswerFactory(comment=own)
    session.commit()
    run_epoch(engine, as_of=LATER)
    view = explain_reputation(session, researcher=someone, viewer=None)
    assert sum(one.units for one in view.shares) == view.units
    assert view.low <= view.value <= view.high
    community = {one.kind: one for one in view.shares if one.component == "community"}
    assert community.keys() == {"followers", "answer"}, "none for one's own question"
    assert community["answer"].id == answer.public_id
    assert community["followers"].reason == {"n_followers": 3}
    assert sum(one.amount for one in community.values()) == pytest.approx(math.log(1 + 3 + 2))
    [voted] = [one for one in view.shares if one.id == told.public_id]
    assert voted.reason["helpfulness"] == pytest.approx(1 / (1 + 1.2816**2 / 3))
    assert view.components["reviewing"] == view.reviewing > 0.0
    session.rollback()
    assert_exact(session)


def test_votes_of_the_posts_authors_count_nothing(engine, session):
    author = ResearcherFactory()
    written = add_review(post=PostFactory(by=[author]), by=ResearcherFactory(), overall=7.0, at=START)
    HelpfulnessVoteFactory(review_id=written.id, voter_id=author.id)
    session.commit()
    run_epoch(engine, as_of=LATER)
    assert units_of(session, [written.reviewer_id]) == {}
