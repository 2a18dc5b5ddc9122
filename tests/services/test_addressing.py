"""Addressed reviews: marked in a newer version, answered by the reviewer or by 30 days of silence, and then half."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from api.cli import worker
from api.config import Config
from api.jobs import run_epoch
from scholarnet.errors import Conflict, Forbidden
from scholarnet.models import AddressedAnswer, Identity, OutgoingMail, Post, Researcher, Review, ScoreEvent
from scholarnet.models.review import MARK
from scholarnet.services.addressing import (
    answer_addressed,
    mark_addressed,
    settle_addressed,
    unmark_addressed,
)
from scholarnet.services.epochs import compute_epoch
from scholarnet.services.explanations import explain
from scholarnet.services.posts import edit_post, publish_post, withdraw_post
from scholarnet.services.rescores import rescore
from scholarnet.services.reviews import get_review, revise_review, withdraw_review
from scholarnet.services.scores import find_score, hold_log
from scholarnet.services.snapshots import read_snapshot
from tests.factories import ResearcherFactory
from tests.services.writing import publish, renew, review

NOON = datetime(2031, 3, 1, 12, tzinfo=UTC)
SILENCE = timedelta(days=30)
LINK = "https://example.org/reviews"
# Before any fit: μ₀ = 5.5, s₀ = 9/4, z = 2 of a 10; P = .459/(.455 + .086), and band .8 of an unsigned review.
WHOLE = 5.5 + 2.25 * 2.0 * 0.84843 / 1.84843
HALF = {
    Identity.SIGNED: 5.5 + 2.25 * 2.0 * 0.424215 / 1.424215,
    Identity.ANONYMOUS: 5.5 + 2.25 * 2.0 * 0.4 / 1.4,
}


@pytest.fixture
def rosa(session: Session) -> Researcher:  # noqa: ARG001  (the factories write to it)
    return ResearcherFactory()


@pytest.fixture
def post(session: Session, rosa: Researcher) -> Post:
    review(session, post=publish(session), overall=1.0)  # noise
    return publish(session, by=[rosa])


def addressed(session: Session, post: Post, rosa: Researcher, **content) -> Review:
    """A review of version 1, marked in version 2."""
    one = review(session, post=post, **{"overall": 10.0} | content)
    renew(session, post, rosa)
    return mark_addressed(session, actor=rosa, review=one)


def mark_of(one: Review) -> tuple:
    return one.addressed_in, one.addressed_answer, one.faded_in


def value(session: Session, post: Post) -> float:
    return find_score(session, post=post).value


def test_a_mark_needs_a_version_that_the_reviewer_has_not_judged(
    session: Session, post: Post, rosa: Researcher
) -> None:
    one = review(session, post=post)
    with pytest.raises(Conflict, match="judged version 1; publish the version"):
        mark_addressed(session, actor=rosa, review=one)
    edit_post(session, actor=rosa, post=post, changes={"abstract": "Eighty knees."})
    with pytest.raises(Conflict, match="version 1"):
        mark_addressed(session, actor=rosa, review=one)  # a draft is no version
    publish_post(session, actor=rosa, post=post)
    first = mark_addressed(session, actor=rosa, review=one).addressed_at
    assert (first is not None, mark_of(one)) == (True, (2, None, None))
    assert mark_addressed(session, actor=rosa, review=one).addressed_at == first
    late = review(session, post=post)
    with pytest.raises(Conflict, match="judged version 2"):
        mark_addressed(session, actor=rosa, review=late)


@pytest.mark.parametrize("identity", [Identity.SIGNED, Identity.ANONYMOUS])
def test_a_review_weighs_half_at_once_when_its_author_agrees(
    session: Session, post: Post, rosa: Researcher, identity: Identity
) -> None:
    one = addressed(session, post, rosa, identity=identity)
    assert value(session, post) > HALF[identity] + 0.4  # the mark alone moves nothing
    answer_addressed(session, actor=one.reviewer, review=one, agrees=True, note="It is there.")
    assert mark_of(one) == (2, AddressedAnswer.AGREED, 2)
    assert value(session, post) == pytest.approx(HALF[identity], abs=2e-4)
    (share,) = explain(session, post=post, viewer=None).shares
    assert share["is_faded"]
    last = session.scalars(select(ScoreEvent).order_by(ScoreEvent.sequence.desc()).limit(1)).one()
    assert (last.kind, last.review_id, last.payload) == ("review_faded", one.id, {"revision": 1, "version": 2})
    answer_addressed(session, actor=one.reviewer, review=one, agrees=True)
    assert session.scalars(select(func.max(ScoreEvent.sequence))).one() == last.sequence


def test_the_fast_clock_and_the_next_epoch_agree_on_a_faded_review_bit_for_bit(
    engine: Engine, session: Session, post: Post, rosa: Researcher
) -> None:
    for identity in (Identity.SIGNED, Identity.ANONYMOUS):
        one = review(session, post=post, overall=9.0, identity=identity)
    review(session, post=post, overall=4.0)
    renew(session, post, rosa)
    mark_addressed(session, actor=rosa, review=one)
    answer_addressed(session, actor=one.reviewer, review=one, agrees=True)
    session.commit()
    run_epoch(engine)
    names = ("value", "low", "high", "sd", "best", "n_effective", "prior_share")
    session.expire_all()
    fitted = [getattr(find_score(session, post=post), name) for name in names]
    rescore(session, clock=hold_log(session).clock, post_ids=[post.id])
    assert [getattr(find_score(session, post=post), name) for name in names] == fitted


def test_an_author_who_agrees_earns_what_the_review_foresaw(session: Session, post: Post, rosa: Researcher) -> None:
    def earned() -> dict[int, float]:
        entries = compute_epoch(read_snapshot(session, as_of=NOON + 3 * SILENCE)).ledger.entries
        return {entry["review_id"]: entry["amount"] for entry in entries if entry["review_id"]}

    with time_machine.travel(NOON):
        one = addressed(session, post, rosa)
    with time_machine.travel(NOON + timedelta(days=1)):
        review(session, post=post, overall=9.0)
    before = earned()
    answer_addressed(session, actor=one.reviewer, review=one, agrees=True)
    assert before[one.id] > 0.0
    assert earned() == before


def test_a_disputed_review_stays_whole_until_a_later_version_addresses_it(
    session: Session, post: Post, rosa: Researcher
) -> None:
    one = addressed(session, post, rosa)
    answer_addressed(session, actor=one.reviewer, review=one, agrees=False, note="Not at all.")
    assert (mark_of(one), one.addressed_note) == ((2, AddressedAnswer.DISPUTED, None), "Not at all.")
    assert value(session, post) == pytest.approx(WHOLE, abs=2e-4)
    with time_machine.travel(NOON + SILENCE):
        assert settle_addressed(session) == 0
    with pytest.raises(Conflict, match="judged version 2"):
        mark_addressed(session, actor=rosa, review=one)
    with pytest.raises(Conflict, match="the reviewer has answered; the mark stays"):
        unmark_addressed(session, actor=rosa, review=one)
    renew(session, post, rosa)
    mark_addressed(session, actor=rosa, review=one)
    assert (mark_of(one), one.addressed_note, one.answered_on) == ((3, None, None), None, None)
    answer_addressed(session, actor=one.reviewer, review=one, agrees=False)
    answer_addressed(session, actor=one.reviewer, review=one, agrees=True)  # on second thoughts
    assert mark_of(one) == (3, AddressedAnswer.AGREED, 3)


def test_a_review_fades_when_its_author_is_silent_for_30_days(session: Session, post: Post, rosa: Researcher) -> None:
    other = review(session, post=post, overall=5.5)
    with time_machine.travel(NOON, tick=False):
        one = addressed(session, post, rosa)
    before = value(session, post)
    with time_machine.travel(NOON + SILENCE - timedelta(seconds=1), tick=False):
        assert settle_addressed(session) == 0
    with time_machine.travel(NOON + SILENCE, tick=False):
        assert (settle_addressed(session), settle_addressed(session)) == (1, 0)
    assert (mark_of(one), one.answered_on) == ((2, AddressedAnswer.SILENT, 2), (NOON + SILENCE).date())
    assert (value(session, post) < before, other.faded_in) == (True, None)
    one = get_review(session, one.public_id, viewer=None)
    with pytest.raises(Conflict, match="has faded; revise it"):
        answer_addressed(session, actor=one.reviewer, review=one, agrees=False)
    with pytest.raises(Conflict, match="the review has faded; the mark stays"):
        unmark_addressed(session, actor=rosa, review=one)


def test_nothing_fades_when_the_mark_the_review_or_the_post_was_taken_back(
    session: Session, post: Post, rosa: Researcher
) -> None:
    posts = [post, publish(session, by=[rosa]), publish(session, by=[rosa])]
    unmarked, withdrawn, gone = (addressed(session, one, rosa) for one in posts)
    unmark_addressed(session, actor=rosa, review=unmarked)
    unmark_addressed(session, actor=rosa, review=unmarked)
    withdraw_review(session, actor=withdrawn.reviewer, review=withdrawn)
    withdraw_post(session, actor=rosa, post=posts[2])
    with time_machine.travel(NOON, tick=False):
        assert settle_addressed(session) == 0
    for one, reason in (
        (unmarked, "have not marked"),
        (withdrawn, "review was withdrawn"),
        (gone, "post was withdrawn"),
    ):
        with pytest.raises(Conflict, match=reason):
            answer_addressed(session, actor=one.reviewer, review=one, agrees=True)
        assert one.faded_in is None
    with pytest.raises(Conflict, match="review was withdrawn"):
        mark_addressed(session, actor=rosa, review=withdrawn)
    mark_addressed(session, actor=rosa, review=unmarked)
    assert mark_of(unmarked) == (2, None, None)


def test_a_faded_review_is_whole_again_when_it_is_revised_and_stays_faded_in_a_newer_version(
    session: Session, post: Post, rosa: Researcher
) -> None:
    one = addressed(session, post, rosa)
    answer_addressed(session, actor=one.reviewer, review=one, agrees=True)
    renew(session, post, rosa)
    assert value(session, post) == pytest.approx(HALF[Identity.SIGNED], abs=2e-4)
    revise_review(session, actor=one.reviewer, review=one, changes={"body": "Still the best."})
    assert {getattr(one, name) for name in MARK} == {None}
    assert value(session, post) == pytest.approx(WHOLE, abs=2e-4)


def test_a_mark_is_gone_when_it_faded_in_between_reading_and_revising(
    engine: Engine, session: Session, post: Post, rosa: Researcher
) -> None:
    with time_machine.travel(NOON, tick=False):
        one = addressed(session, post, rosa)
    session.commit()
    one = get_review(session, one.public_id, viewer=None)
    reader, was = one.reviewer, one.faded_in  # read before the worker comes
    session.expunge(one)
    session.rollback()
    session.add(one)
    with time_machine.travel(NOON + SILENCE), Session(engine) as other:
        assert settle_addressed(other) == 1
        other.commit()
    revise_review(session, actor=reader, review=one, changes={"overall": 10.0})
    session.commit()
    assert was is session.scalars(select(Review.faded_in).where(Review.id == one.id)).one() is None


def test_two_workers_settle_a_review_once(engine: Engine, session: Session, post: Post, rosa: Researcher) -> None:
    with time_machine.travel(NOON, tick=False):
        addressed(session, post, rosa)
    session.commit()
    config = Config(database_url=engine.url.render_as_string(hide_password=False))
    with time_machine.travel(NOON + SILENCE), ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: worker.settle_addressed(engine, config), range(2)))
    assert worker.settle_addressed in worker.TASKS
    lines = select(func.count()).where(ScoreEvent.kind == "review_faded")
    assert session.scalar(lines) == 1


def test_strangers_neither_mark_nor_answer(session: Session, post: Post, rosa: Researcher) -> None:
    one = review(session, post=post)
    renew(session, post, rosa)
    calls: list[Callable[[Researcher], object]] = [
        lambda who: mark_addressed(session, actor=who, review=one),
        lambda who: unmark_addressed(session, actor=who, review=one),
    ]
    for who in (one.reviewer, ResearcherFactory(role="admin")):
        for call in calls:
            with pytest.raises(Forbidden):
                call(who)
    mark_addressed(session, actor=rosa, review=one)
    for who in (rosa, ResearcherFactory(role="admin")):
        with pytest.raises(Forbidden):
            answer_addressed(session, actor=who, review=one, agrees=True)
    assert mark_of(one) == (2, None, None)


def test_the_reviewer_alone_is_told_once_a_day_and_the_authors_learn_not_whether(
    session: Session, post: Post, rosa: Researcher
) -> None:
    people = [ResearcherFactory(email="tom@uni.edu"), ResearcherFactory(email=None)]
    tom, mute = (review(session, post=post, by=one, identity=Identity.ANONYMOUS) for one in people)
    renew(session, post, rosa)
    with time_machine.travel(NOON, tick=False):
        for _ in range(2):
            mark_addressed(session, actor=rosa, review=tom, link=LINK)
            unmark_addressed(session, actor=rosa, review=tom)
        mark_addressed(session, actor=rosa, review=mute, link=LINK)
    mails = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert [mail.recipient for mail in mails] == ["tom@uni.edu", ""]
    assert f"{LINK}/{tom.public_id}" in mails[0].text
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        mark_addressed(session, actor=rosa, review=tom, link=LINK)
    assert session.scalar(select(func.count(OutgoingMail.id))) == 3
