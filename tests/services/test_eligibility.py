"""Who may review whom, and for how much the review counts."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import ConflictOfInterest
from scholarnet.models import Audience, Researcher
from scholarnet.services.explanations import explain
from scholarnet.services.reviews import withdraw_review
from scholarnet.services.scores import find_score
from tests.factories import PostFactory, PublicationFactory, ResearcherFactory
from tests.services.writing import publish, review


@pytest.fixture
def ann(session: Session) -> Researcher:  # noqa: ARG001  (the factories write to it)
    return ResearcherFactory()


@pytest.fixture
def bob(session: Session, ann: Researcher) -> Researcher:
    """Somebody whom Ann has nothing to do with, though both work with others."""
    bob, this_year = ResearcherFactory(), now().year
    PublicationFactory(by=[ann, ResearcherFactory()], year=this_year)
    PublicationFactory(by=[bob, ResearcherFactory()], year=this_year)
    review(session, post=publish(session, by=[ResearcherFactory()]), by=bob)
    review(session, post=publish(session, by=[ann]))
    return bob


def test_a_review_counts_whole_when_nothing_stands_between_them(
    session: Session, ann: Researcher, bob: Researcher
) -> None:
    assert review(session, post=publish(session, by=[bob]), by=ann).eligibility == 1.0


@pytest.mark.parametrize("place", [0, 1])
def test_nobody_reviews_their_own_work(session: Session, ann: Researcher, bob: Researcher, place: int) -> None:
    people = [bob]
    people.insert(place, ann)
    with pytest.raises(ConflictOfInterest, match="own work"):
        review(session, post=publish(session, by=people), by=ann)


@pytest.mark.parametrize("years", [0, 3])
def test_a_coauthor_is_refused_when_the_publication_is_of_36_months(
    session: Session, ann: Researcher, bob: Researcher, years: int
) -> None:
    PublicationFactory(by=[ResearcherFactory(), ann, bob], year=now().year - years)
    with pytest.raises(ConflictOfInterest, match="36 months"):
        review(session, post=publish(session, by=[ResearcherFactory(), bob]), by=ann)


def test_a_coauthor_may_review_when_the_publication_is_older(
    session: Session, ann: Researcher, bob: Researcher
) -> None:
    PublicationFactory(by=[ann, bob], year=now().year - 4)
    assert review(session, post=publish(session, by=[bob]), by=ann).eligibility == 1.0


def test_a_coauthor_is_refused_when_the_shared_work_is_a_recent_post(
    session: Session, ann: Researcher, bob: Researcher
) -> None:
    publish(session, by=[ann, bob])
    with pytest.raises(ConflictOfInterest):
        review(session, post=publish(session, by=[bob]), by=ann)


def test_a_coauthor_may_review_when_the_shared_post_is_old_or_a_draft(
    session: Session, ann: Researcher, bob: Researcher
) -> None:
    PostFactory(by=[ann, bob], published_at=now() - timedelta(days=5 * 366))
    PostFactory(by=[ann, bob], draft=True)
    assert review(session, post=publish(session, by=[bob]), by=ann).eligibility == 1.0


def test_a_review_counts_half_when_it_is_given_in_return(session: Session, ann: Researcher, bob: Researcher) -> None:
    review(session, post=publish(session, by=[ann]), by=bob)
    one = review(session, post=publish(session, by=[ResearcherFactory(), bob]), by=ann, overall=10.0)
    assert one.eligibility == 0.5


def test_half_a_review_moves_the_score_less(session: Session, ann: Researcher, bob: Researcher) -> None:
    whole, half = publish(session, by=[bob]), publish(session, by=[bob])
    review(session, post=whole, overall=10.0)
    review(session, post=publish(session, by=[ann]), by=bob)
    review(session, post=half, by=ann, overall=10.0)
    assert 5.5 < find_score(session, post=half).value < find_score(session, post=whole).value


def test_a_review_counts_whole_when_the_other_is_180_days_old(
    session: Session, ann: Researcher, bob: Researcher
) -> None:
    other = review(session, post=publish(session, by=[ann]), by=bob)
    other.created_at = now() - timedelta(days=181)
    assert review(session, post=publish(session, by=[bob]), by=ann).eligibility == 1.0
    other.created_at = now() - timedelta(days=179)
    assert review(session, post=publish(session, by=[bob]), by=ann).eligibility == 0.5


def test_a_review_counts_whole_when_the_other_was_withdrawn(session: Session, ann: Researcher, bob: Researcher) -> None:
    other = review(session, post=publish(session, by=[ann]), by=bob)
    withdraw_review(session, actor=bob, review=other)
    assert review(session, post=publish(session, by=[bob]), by=ann).eligibility == 1.0


def test_a_review_counts_nothing_when_money_is_involved(session: Session, ann: Researcher, bob: Researcher) -> None:
    post = publish(session, by=[bob], audience=Audience.PUBLIC)
    one = review(session, post=post, by=ann, overall=10.0, has_financial_interest=True)
    assert one.eligibility == 0.0
    explanation = explain(session, post=post, viewer=None)
    assert (explanation.value, explanation.n_reviews, explanation.shares) == (None, 0, [])
    review(session, post=post, overall=4.0)
    assert find_score(session, post=post).n_reviews == 1
    assert find_score(session, post=post).value < 5.5
