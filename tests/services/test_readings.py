"""How a review is read by what the epoch in force froze of it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import Identity, Post, Researcher, Review, ScoreLog
from scholarnet.services.clock import clock_of
from scholarnet.services.readings import read_table
from scholarnet.services.rescores import observe
from scholarnet.services.reviews import reveal_review, revise_review, withdraw_review
from tests.factories import ResearcherFactory, ReviewFitFactory
from tests.services.writing import publish, review


def pushes(session: Session, post: Post) -> list[float]:
    clock = clock_of(session, session.scalars(select(ScoreLog.current_epoch_id)).one())
    return read_table(session, clock=clock, observations=observe(session, [post.id])).push.tolist()


def suspect(session: Session, identity: Identity) -> tuple[Post, Researcher, Review]:
    """A review of which an epoch left a twentieth, beside one that it knows nothing of."""
    post, person = publish(session), ResearcherFactory()
    row = review(session, post=post, by=person, overall=10.0, identity=identity)
    is_signed = identity is Identity.SIGNED
    epoch_id = session.scalars(select(ScoreLog.current_epoch_id)).one()
    keys = {"epoch_id": epoch_id, "post_id": post.id, "reviewer_id": person.id, "review_id": row.id}
    ReviewFitFactory(**keys, is_signed=is_signed, push=0.05)
    review(session, post=post)
    return post, person, row


@pytest.mark.parametrize("identity", [Identity.SIGNED, Identity.ANONYMOUS])
def test_revising_a_review_does_not_shed_what_a_push_costs_it(session: Session, identity: Identity):
    post, person, row = suspect(session, identity)
    revise_review(session, actor=person, review=row, changes={"overall": 9.0})
    assert pushes(session, post) == [0.05, 1.0]


@pytest.mark.parametrize(("identity", "kept"), [(Identity.SIGNED, 0.05), (Identity.ANONYMOUS, 1.0)])
def test_writing_it_anew_sheds_it_only_where_the_two_must_not_be_linked(
    session: Session, identity: Identity, kept: float
):
    post, person, row = suspect(session, identity)
    withdraw_review(session, actor=person, review=row)
    review(session, post=post, by=person, overall=10.0, identity=identity)
    assert pushes(session, post) == [1.0, kept]


def test_revealing_a_review_does_not_shed_it(session: Session):
    post, person, row = suspect(session, Identity.PSEUDONYMOUS)
    reveal_review(session, actor=person, review=row)
    assert pushes(session, post) == [0.05, 1.0]
