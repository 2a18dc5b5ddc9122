"""Scores of versions: each keeps its own, whatever the reviews say of the next."""

import pytest
from sqlalchemy.orm import Session

from scholarnet.errors import NotFound, Withheld
from scholarnet.models import Identity, Post, Researcher
from scholarnet.services.addressing import answer_addressed, mark_addressed
from scholarnet.services.explanations import explain
from scholarnet.services.posts import edit_post
from scholarnet.services.reviews import revise_review, withdraw_review
from scholarnet.services.scores import find_score
from scholarnet.services.version_scores import view_versions
from tests.factories import ResearcherFactory, ReviewDraftFactory
from tests.services.writing import publish, renew, review

SHOWN = ("value", "low", "high", "n_reviews")


@pytest.fixture
def rosa(session: Session) -> Researcher:  # noqa: ARG001  (the factories write to it)
    return ResearcherFactory()


@pytest.fixture
def post(session: Session, rosa: Researcher) -> Post:
    review(session, post=publish(session), overall=1.0)  # noise
    return publish(session, by=[rosa])


def bits(session: Session, post: Post) -> list[str]:
    stored = find_score(session, post=post)
    return [float(getattr(stored, name)).hex() for name in SHOWN]


def by_version(session: Session, post: Post) -> list[list[str]]:
    views = view_versions(session, post=post, versions=post.versions, viewer=None)
    return [[float(view.score[name]).hex() for name in SHOWN] for view in views]


def test_every_version_keeps_the_score_that_it_had_bit_for_bit(session: Session, post: Post, rosa: Researcher) -> None:
    revised = review(session, post=post, overall=3.0, confidence=2)
    fading = review(session, post=post, overall=4.0, identity=Identity.PSEUDONYMOUS)
    gone = review(session, post=post, overall=10.0)
    withdraw_review(session, actor=gone.reviewer, review=gone)
    stored = [bits(session, post)]
    renew(session, post, rosa)
    revise_review(session, actor=revised.reviewer, review=revised, changes={"overall": 8.0, "confidence": 5})
    mark_addressed(session, actor=rosa, review=fading)
    answer_addressed(session, actor=fading.reviewer, review=fading, agrees=True)
    review(session, post=post, overall=9.0)
    stored.append(bits(session, post))
    renew(session, post, rosa)
    revise_review(session, actor=fading.reviewer, review=fading, changes={"overall": 7.0})
    stored.append(bits(session, post))
    assert by_version(session, post) == stored
    assert len({tuple(one) for one in stored}) == 3
    for number, one in enumerate(stored, start=1):
        explained = explain(session, post=post, viewer=None, version=number)
        assert (explained.version, [float(getattr(explained, name)).hex() for name in SHOWN]) == (number, one)
        total = sum(share["share"] for share in explained.shares) + explained.prior_share
        assert total == pytest.approx(explained.value, abs=1e-9, rel=0)
        faded = {share["review_id"] for share in explained.shares if share["is_faded"]}
        assert faded == ({fading.public_id} if number == 2 else set())


def test_there_is_no_score_of_a_draft_nor_of_a_version_that_is_not_out(
    session: Session, post: Post, rosa: Researcher
) -> None:
    review(session, post=post)
    edit_post(session, actor=rosa, post=post, changes={"abstract": "Eighty knees."})
    first, draft = view_versions(session, post=post, versions=post.versions, viewer=rosa)
    assert (first.score["n_reviews"], draft.score) == (1, None)
    for number in (0, 2, 3):
        with pytest.raises(NotFound, match="version"):
            explain(session, post=post, viewer=rosa, version=number)


def test_scores_of_versions_are_withheld_while_a_review_is_open(session: Session, post: Post) -> None:
    review(session, post=post)
    tom = ResearcherFactory()
    ReviewDraftFactory(post=post, reviewer_id=tom.id)
    (view,) = view_versions(session, post=post, versions=post.versions, viewer=tom)
    assert view.score is None
    with pytest.raises(Withheld):
        explain(session, post=post, viewer=tom, version=1)


def test_versions_cost_as_many_statements_when_there_are_many(
    session: Session, post: Post, rosa: Researcher, count_queries
) -> None:
    def statements() -> int:
        renew(session, post, rosa)
        review(session, post=post)
        with count_queries() as sent:
            view_versions(session, post=post, versions=post.versions, viewer=None)
        return len(sent)

    first = statements()
    statements()
    assert statements() == first <= 9
