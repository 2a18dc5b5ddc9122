"""Credit for unsigned reviews: a quarter at a time, the same for everybody, and for good."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from api.jobs import run_epoch
from scholarnet.models import (
    Identity,
    Review,
    UnsignedCredit,
)
from scholarnet.services.reputation_views import explain_reputation
from scholarnet.services.reputations import units_of
from scholarnet.services.reviews import get_review, withdraw_review
from tests.factories import (
    HelpfulnessVoteFactory,
    PostFactory,
    ResearcherFactory,
)
from tests.services.communities import START, add_review
from tests.services.test_reputations import LATER, assert_exact


def add_unsigned(who, n):
    for at in range(n):
        add_review(post=PostFactory(), by=who, overall=6.0, at=START + timedelta(days=at), identity=Identity.ANONYMOUS)


def test_unsigned_reviews_are_credited_by_quarter_alike_once_and_for_good(engine, session):
    people = [ResearcherFactory() for _ in range(5)]
    for at, person in enumerate(people):
        add_unsigned(person, 3 + at)
    few = ResearcherFactory()
    add_unsigned(few, 2)
    voted = session.scalars(select(Review).where(Review.reviewer_id == people[0].id).order_by(Review.id)).first()
    HelpfulnessVoteFactory(review_id=voted.id)
    session.commit()
    run_epoch(engine, as_of=datetime(2026, 4, 30, tzinfo=UTC))
    assert session.scalar(select(func.count()).select_from(UnsignedCredit)) == 0, "30 days after the quarter's end"
    session.rollback()
    for _ in range(2):
        run_epoch(engine, as_of=datetime(2026, 5, 2, tzinfo=UTC))
    kept = session.execute(select(UnsignedCredit.researcher_id, UnsignedCredit.quarter, UnsignedCredit.amount)).all()
    assert {row.researcher_id for row in kept} == {person.id for person in people}
    assert {row.quarter for row in kept} == {"2026-Q1"}
    worth = 0.5 / (1 + 1.2816**2)
    assert len({row.amount for row in kept}) == 1, "the same for everybody"
    assert kept[0].amount == pytest.approx(3 * worth / 27), "what three average ones are worth"
    before = units_of(session, [person.id for person in people])
    assert len(set(before.values())) == 1
    [line] = explain_reputation(session, researcher=people[0], viewer=None).shares
    assert (line.kind, line.quarter, line.id, line.title, line.reason) == (
        "unsigned_reviews",
        "2026-Q1",
        None,
        None,
        {},
    )
    told = get_review(session, voted.public_id, viewer=people[0])
    withdraw_review(session, actor=people[0], review=told)
    session.commit()
    run_epoch(engine, as_of=datetime(2026, 5, 3, tzinfo=UTC))
    assert units_of(session, [person.id for person in people]) == before
    session.rollback()
    assert_exact(session)


def test_nobody_is_credited_for_unsigned_reviews_alone_in_a_quarter(engine, session):
    for _ in range(4):
        add_unsigned(ResearcherFactory(), 3)
    HelpfulnessVoteFactory(review_id=session.scalar(select(func.min(Review.id))))
    session.commit()
    run_epoch(engine, as_of=LATER)
    assert session.scalar(select(func.count()).select_from(UnsignedCredit)) == 0
    session.rollback()
