"""Reputations: bounded, taken apart to the last unit, and nothing in them that names who did not sign."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.models import Citation, Component, Identity, Publication, Reputation, ReputationEntry
from scholarnet.services.contributions import cohort_of
from scholarnet.services.epochs import current_epoch
from scholarnet.services.posts import get_post, withdraw_post
from scholarnet.services.reputations import find_reputation, list_entries, units_of
from scholarnet.services.reviews import withdraw_review
from scholarnet.services.works import Profile
from scoring.parameters import DEFAULT
from scoring.reputation import STEPS
from tests.factories import PublicationFactory, ResearcherFactory
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
    citing = PublicationFactory(by=[third], year=2020)  # alone in its cell: percentile ½
    own = PublicationFactory(by=[second, third], year=2021)
    cite(session, (citing, cited), (own, cited), (own, uncited))
    # `own` shares an author with `cited` and none with `uncited`: both have one citation that counts.
    run_epoch(engine, as_of=LATER)
    half, shared = (-math.log10(1 - 0.5) * weight for weight in (1.0, math.sqrt(0.5)))
    amounts = {first: [half], second: [half, shared], third: [half, shared]}
    totals = {person: sum(round(amount * STEPS) for amount in held) for person, held in amounts.items()}
    saturation = round(sorted(totals.values())[1])  # the median; the cohort's is the community's
    weight = round(DEFAULT.component_weights[0] * 1_000_000)
    expected = {person.id: weight * total // (total + saturation) for person, total in totals.items()}
    assert units_of(session, [person.id for person in totals]) == expected
    lines = list_entries(session, researcher=second, viewer=None)
    assert [line.publication_id for line in lines] == [cited.public_id, own.public_id]
    assert [line.title for line in lines] == [cited.title, own.title]
    assert [line.amount for line in lines] == pytest.approx([half, shared])
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
    assert before[work.public_id] == pytest.approx(-math.log10(1 - 0.5) / math.sqrt(2)), "a tie at no citation"
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
