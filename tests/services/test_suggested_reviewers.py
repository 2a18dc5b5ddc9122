"""Suggested reviewers: who is, who is not and why, and that the list tells nothing of unsigned reviews."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Conflict, Forbidden, Withheld
from scholarnet.models import Answer, Audience, Identity, Post, PostScore, Researcher, Role, ScoreLog
from scholarnet.services.posts import get_post, withdraw_post
from scholarnet.services.suggested_reviewers import MOST_OPEN, SuggestedReviewer, Suggestions, suggest_reviewers
from tests.factories import (
    AccountTrustFactory,
    InvitationFactory,
    PostFactory,
    PublicationFactory,
    ResearcherFactory,
    ReviewDraftFactory,
    ReviewerFitFactory,
    ReviewFactory,
    VouchFactory,
)
from tests.services.writing import publish, review

TITLE = "Renal perfusion by arterial spin labelling"


def somebody(**other: object) -> Researcher:
    """At no institution that anybody else is at."""
    return ResearcherFactory(**{"affiliations": [], **other})


def expert(**other: object) -> Researcher:
    """Somebody who published on the topic."""
    person = somebody(**other)
    PublicationFactory(by=[person], title=TITLE)
    return person


@pytest.fixture
def author(session: Session) -> Researcher:  # noqa: ARG001  (the factories write to it)
    PublicationFactory()  # noise
    return somebody()


@pytest.fixture
def post(session: Session, author: Researcher) -> Post:
    return publish(session, by=[author], title=TITLE, abstract="Twelve kidneys.")


def suggest(session: Session, post: Post, actor: Researcher, **other: int) -> Suggestions:
    shown = get_post(session, post.public_id, viewer=actor)
    return suggest_reviewers(session, actor=actor, post=shown, **other)


def people(suggestions: Suggestions) -> dict[str, SuggestedReviewer]:
    return {one.person.id: one for one in suggestions.results}


def left_out(suggestions: Suggestions) -> dict[str, int]:
    counts = {name: getattr(suggestions.left_out, name) for name in suggestions.left_out.__slots__}
    return {name: n for name, n in counts.items() if n}


def test_experts_are_suggested_to_authors_and_editors_with_reasons(
    session: Session, author: Researcher, post: Post
) -> None:
    known = expert()
    editor = somebody(role=Role.EDITOR)
    for actor, n_open in ((author, None), (editor, 0)):
        (one,) = suggest(session, post, actor).results
        assert (one.person.id, one.known.expertise, one.merit, one.n_open) == (known.public_id, 1.0, 1.0, n_open)
        assert 0 < one.narrowing < 1
        assert one.known.tags == []
        assert one.why == (
            "wrote 1 work with words or tags of this topic; "
            f"a review is expected to narrow the interval by {100 * one.narrowing:.0f}%"
        )
    for stranger in (somebody(), known):
        with pytest.raises(Forbidden):
            suggest(session, post, stranger)


def test_whoever_stands_near_an_author_is_left_out_and_counted(
    session: Session, author: Researcher, post: Post
) -> None:
    PublicationFactory(by=[author, once := expert()], year=1987, title="Of long ago")
    PostFactory(by=[author, draws := expert()], audience=Audience.PRIVATE)
    author.affiliations = [{"name": "University  hospital ", "ror": None}, {"name": "ABC", "ror": "https://ror.org/1"}]
    neighbours = [
        expert(affiliations=[{"name": "university Hospital"}]),
        expert(affiliations=[{"name": "Another name", "ror": "https://ror.org/1/"}]),
    ]
    PublicationFactory(by=[author], title=TITLE)
    PublicationFactory(by=[once, peer := somebody()], title=TITLE)
    shown = suggest(session, post, author)
    assert set(people(shown)) == {peer.public_id}
    assert left_out(shown) == {"oneself": 1, "coauthors": 2, "same_institution": len(neighbours)}
    assert draws.public_id not in people(shown)
    assert left_out(suggest(session, post, somebody(role=Role.EDITOR)))["authors"] == 1


def test_who_has_an_invitation_too_much_to_do_or_no_account_is_left_out_and_counted(
    session: Session, author: Researcher, post: Post
) -> None:
    invited, busy, nearly, unclaimed = expert(), expert(), expert(), expert(unclaimed=True)
    InvitationFactory(post=post, inviter=author, invited=invited)
    InvitationFactory.create_batch(MOST_OPEN, invited=busy)
    InvitationFactory.create_batch(MOST_OPEN - 1, invited=nearly)
    InvitationFactory(invited=nearly, answer=Answer.REVOKED)
    InvitationFactory(invited=nearly, due_at=now() - timedelta(days=1))
    shown = suggest(session, post, somebody(role=Role.EDITOR))
    assert {key: one.n_open for key, one in people(shown).items()} == {nearly.public_id: MOST_OPEN - 1}
    assert left_out(shown) == {"invited": 1, "overloaded": 1, "without_account": 1}
    assert unclaimed.public_id not in people(shown)


def test_a_decline_that_was_not_told_looks_like_no_answer(session: Session, author: Researcher, post: Post) -> None:
    quiet, open_about_it = expert(), expert()
    for person, tells in ((quiet, False), (open_about_it, True)):
        InvitationFactory(post=post, inviter=author, invited=person, answer=Answer.DECLINED, tells_inviter=tells)
    assert left_out(suggest(session, post, author)) == {"invited": 1}
    assert set(people(suggest(session, post, author))) == {open_about_it.public_id}


@pytest.mark.parametrize("identity", [Identity.PSEUDONYMOUS, Identity.ANONYMOUS])
def test_neither_being_listed_nor_being_left_out_tells_of_an_unsigned_review(
    session: Session, author: Researcher, post: Post, identity: Identity
) -> None:
    hidden, other = expert(), expert()
    topical = PostFactory(title=TITLE, by=[other])
    ReviewFactory(post=topical, reviewer=hidden, identity=identity, pseudonym="Heron")
    before = suggest(session, post, author)
    review(session, post=post, by=hidden, identity=identity)
    after = suggest(session, post, author)
    assert set(people(after)) == set(people(before)) == {hidden.public_id, other.public_id}
    assert [one.known for one in after.results] == [one.known for one in before.results]
    assert people(after)[hidden.public_id].narrowing == people(after)[other.public_id].narrowing
    assert left_out(after) == left_out(before) == {}


def test_whoever_reviewed_it_under_their_name_is_left_out(session: Session, author: Researcher, post: Post) -> None:
    signed = expert()
    review(session, post=post, by=signed)
    shown = suggest(session, post, author)
    assert (people(shown), left_out(shown)) == ({}, {"reviewed": 1})


def test_an_open_draft_moves_nothing_that_others_see_and_withholds_the_list_from_its_writer(
    session: Session, author: Researcher, post: Post
) -> None:
    editor = expert(role=Role.EDITOR)
    before = suggest(session, post, author)
    ReviewDraftFactory(post=post, reviewer_id=editor.id)
    ReviewDraftFactory.create_batch(MOST_OPEN, reviewer_id=editor.id)
    assert suggest(session, post, author) == before
    assert set(people(before)) == {editor.public_id}
    with pytest.raises(Withheld):
        suggest(session, post, editor)


def test_a_vouch_between_them_halves_the_place_and_is_said(session: Session, author: Researcher, post: Post) -> None:
    free, voucher, vouchee, revoked = (expert() for _ in range(4))
    VouchFactory(voucher=voucher, vouchee=author)
    VouchFactory(voucher=author, vouchee=vouchee)
    VouchFactory(voucher=author, vouchee=revoked, revoked_at=now())
    shown = people(suggest(session, post, author))
    assert {key for key, one in shown.items() if one.vouches} == {voucher.public_id, vouchee.public_id}
    assert shown[voucher.public_id].merit == pytest.approx(shown[free.public_id].merit / 2)
    assert "vouch" in shown[vouchee.public_id].why
    assert "vouch" not in shown[revoked.public_id].why
    assert set(list(shown)[:2]) == {free.public_id, revoked.public_id}


def test_of_equals_comes_first_whose_review_would_tell_most(session: Session, author: Researcher, post: Post) -> None:
    """P by hand: a² over the variance, at most the cap by trust, of which 0 trust leaves .05."""
    careful, average, careless, newcomer, unknown = expert(), expert(), expert(), expert(), expert(unverified=True)
    score = session.scalars(select(PostScore).where(PostScore.post_id == post.id)).one()
    for person, variance, n in ((careful, 0.25, 9), (average, 0.5, 9), (careless, 4.0, 9), (newcomer, 1e-9, 0)):
        ReviewerFitFactory(epoch_id=score.epoch_id, researcher_id=person.id, variance=variance, n_reviews=n)
    fits = people(suggest(session, post, author))
    told = {1: 0.25, 2: 0.5, 3: 4.0}
    expected = {
        person.public_id: 1 - 1 / (1 + 1 / variance) ** 0.5
        for person, variance in zip((careful, average, careless), told.values(), strict=True)
    }
    assert {key: fits[key].narrowing for key in expected} == pytest.approx(expected)
    assert fits[unknown.public_id].narrowing == pytest.approx(1 - 1 / 1.05**0.5)
    assert fits[newcomer.public_id].narrowing == pytest.approx(1 - 1 / (1 + 0.459 / 0.541) ** 0.5, abs=0.01)
    assert list(fits)[:2] == [careful.public_id, average.public_id]
    AccountTrustFactory(epoch_id=score.epoch_id, researcher_id=unknown.id, trust=0.8)
    assert people(suggest(session, post, author))[unknown.public_id].narrowing == fits[newcomer.public_id].narrowing


def test_reviews_that_are_there_leave_less_to_be_told(session: Session, author: Researcher, post: Post) -> None:
    expert()
    (before,) = suggest(session, post, author).results
    for overall in (6, 7, 7):
        review(session, post=post, by=somebody(), overall=overall)
    (after,) = suggest(session, post, author).results
    assert after.narrowing < before.narrowing


def test_a_post_without_a_score_is_read_as_one_without_reviews(session: Session, author: Researcher) -> None:
    known = expert()
    post = PostFactory(by=[author], title=TITLE, abstract="Twelve kidneys.")
    session.execute(update(ScoreLog).values(current_epoch_id=None))
    (one,) = suggest(session, post, author).results
    assert one.person.id == known.public_id
    assert one.narrowing > 0


def test_what_cannot_be_reviewed_has_no_suggestions(session: Session, author: Researcher, post: Post) -> None:
    for closed in (
        PostFactory(by=[author], draft=True),
        PostFactory(by=[author], audience=Audience.PRIVATE),
        withdraw_post(session, actor=author, post=post, reason="An error."),
    ):
        with pytest.raises(Conflict, match="published"):
            suggest(session, closed, author)


def test_nobody_is_suggested_where_nobody_knows(session: Session, author: Researcher) -> None:
    lonely = publish(session, by=[author], title="Zzyzx quokka", abstract="Wombat.")
    shown = suggest(session, lonely, author)
    assert (shown.results, left_out(shown)) == ([], {})


def test_the_statements_do_not_grow_with_what_there_is(
    session: Session,
    author: Researcher,
    post: Post,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            person = expert()
            InvitationFactory(invited=person)
            ReviewFactory(post=PostFactory(title=TITLE), reviewer=person)
        session.expire_all()
        shown = get_post(session, post.public_id, viewer=author)
        with count_queries() as statements:
            suggest_reviewers(session, actor=author, post=shown, limit=2)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 30
