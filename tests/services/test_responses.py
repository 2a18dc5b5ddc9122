"""Responses: the authors answer."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, Forbidden
from scholarnet.models import Researcher, Response, Review
from scholarnet.services.responses import respond
from scholarnet.services.reviews import get_review, withdraw_review
from tests.factories import ResearcherFactory, ResponseFactory
from tests.services.writing import publish, review


@pytest.fixture
def authors(session: Session) -> list[Researcher]:  # noqa: ARG001  (the factories write to it)
    ResponseFactory()  # noise
    return [ResearcherFactory(), ResearcherFactory()]


@pytest.fixture
def one(session: Session, authors: list[Researcher]) -> Review:
    return review(session, post=publish(session, by=authors))


def test_any_author_responds_and_the_other_may_change_it(
    session: Session, authors: list[Researcher], one: Review
) -> None:
    written = respond(session, actor=authors[1], review=one, body="The field map is in figure 3.")
    assert (written.review_id, written.author_id) == (one.id, authors[1].id)
    changed = respond(session, actor=authors[0], review=one, body="It is in figure 4.")
    assert (changed.id, changed.body) == (written.id, "It is in figure 4.")
    assert session.scalar(select(func.count()).where(Response.review_id == one.id)) == 1
    session.expire_all()
    assert get_review(session, one.public_id, viewer=None).response.body == "It is in figure 4."


def test_a_response_is_refused_when_somebody_else_writes_it(session: Session, one: Review) -> None:
    for stranger in (one.reviewer, ResearcherFactory(role="admin")):
        with pytest.raises(Forbidden):
            respond(session, actor=stranger, review=one, body="I know better.")
    assert one.response is None


def test_nobody_responds_when_the_review_is_withdrawn(session: Session, authors: list[Researcher], one: Review) -> None:
    withdraw_review(session, actor=one.reviewer, review=one)
    with pytest.raises(Conflict):
        respond(session, actor=authors[0], review=one, body="Too late.")
