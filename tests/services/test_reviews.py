"""Reviews: once a person, revised, withdrawn, and unsigned where the reviewer wants it."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from scholarnet.errors import AlreadyReviewed, Conflict, Forbidden, Invalid, NotFound
from scholarnet.models import Audience, Identity, Post, Researcher, Review, ScoreEvent, ScoreEventKind
from scholarnet.services.posts import edit_post, publish_post, withdraw_post
from scholarnet.services.review_views import Pseudonym, view_reviews
from scholarnet.services.reviews import (
    get_review,
    list_reviews,
    list_revisions,
    reveal_review,
    revise_review,
    submit_review,
    withdraw_review,
)
from scholarnet.services.scores import find_score
from tests.factories import ResearcherFactory, ReviewFactory
from tests.services.writing import draft, publish, review


@pytest.fixture
def post(session: Session) -> Post:
    ReviewFactory(overall=1.0), review(session, post=publish(session), overall=2.0)  # noise
    return publish(session)


def kinds_of_events(session: Session, one: Review) -> list[ScoreEventKind]:
    query = select(ScoreEvent.kind).where(ScoreEvent.review_id == one.id).order_by(ScoreEvent.sequence)
    return list(session.scalars(query))


def test_a_review_its_event_and_the_score_come_together(session: Session, post: Post) -> None:
    before = find_score(session, post=post)
    assert (before.value, before.n_reviews) == (None, 0)
    one = review(session, post=post, overall=9.0, ratings={"soundness": 5}, confidence=4)
    assert (one.version_number, one.revision_number, one.identity) == (1, 1, Identity.SIGNED)
    assert kinds_of_events(session, one) == [ScoreEventKind.REVIEW_SUBMITTED]
    after = find_score(session, post=post)
    assert after.n_reviews == 1
    assert after.value > 5.5  # the middle of the scale, which is what a post starts from


@pytest.mark.parametrize(("account", "trust"), [({}, 0.8), ({"unverified": True}, 0.0)])
def test_a_review_keeps_the_trust_its_author_had(
    session: Session, post: Post, account: dict[str, bool], trust: float
) -> None:
    assert review(session, post=post, by=ResearcherFactory(**account)).trust == trust


def test_a_second_review_is_refused_when_one_is_live(session: Session, post: Post) -> None:
    ann = ResearcherFactory()
    first = review(session, post=post, by=ann)
    review(session, post=publish(session), by=ann)
    review(session, post=post)
    with pytest.raises(AlreadyReviewed):
        review(session, post=post, by=ann)
    withdraw_review(session, actor=ann, review=first)
    assert review(session, post=post, by=ann).id != first.id


def test_one_of_two_reviews_is_refused_when_one_person_sends_both_at_once(
    engine: Engine, session: Session, post: Post
) -> None:
    ann = ResearcherFactory()
    session.commit()
    ann_id, post_id, refused = ann.id, post.public_id, []
    content = {"overall": 7.0, "body": "Sound."}

    def submit() -> None:
        with Session(engine) as other:
            try:
                submit_review(other, reviewer=other.get_one(Researcher, ann_id), post_id=post_id, content=content)
                other.commit()
            except AlreadyReviewed as error:
                refused.append(error)

    submit_review(session, reviewer=ann, post_id=post_id, content=content)
    thread = threading.Thread(target=submit)
    thread.start()
    thread.join(0.4)
    assert thread.is_alive()  # it waits for the first: it cannot know yet
    session.commit()
    thread.join(20)
    assert len(refused) == 1
    assert session.scalar(select(func.count()).where(Review.reviewer_id == ann_id, Review.post_id == post.id)) == 1


def test_a_review_is_refused_when_the_post_is_not_published(session: Session) -> None:
    with pytest.raises(NotFound):
        review(session, post=draft(session))
    author = ResearcherFactory()
    gone = publish(session, by=[author])
    withdraw_post(session, actor=author, post=gone)
    with pytest.raises(Conflict, match="published"):
        review(session, post=gone)


@pytest.mark.parametrize(
    ("field", "content"),
    [
        ("overall", {"overall": 0.5}),
        ("overall", {"overall": 10.5}),
        ("overall", {"overall": float("nan")}),
        ("ratings", {"ratings": {"soundness": 6}}),
        ("ratings", {"ratings": {"soundness": 0}}),
        ("ratings", {"ratings": {"soundness": float("nan")}}),
        ("ratings", {"ratings": {"answerability": 3}}),
        ("body", {"body": " \n"}),
    ],
)
def test_a_rating_is_refused_when_the_form_has_no_place_for_it(
    session: Session, post: Post, field: str, content: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as error:
        review(session, post=post, **content)
    assert error.value.errors.keys() == {field}
    assert find_score(session, post=post).n_reviews == 0


def test_a_review_counts_once_when_it_is_revised(session: Session, post: Post) -> None:
    ann, twin = ResearcherFactory(), publish(session)
    one = review(session, post=post, by=ann, overall=3.0)
    review(session, post=twin, overall=9.0)
    revise_review(session, actor=ann, review=one, changes={"overall": 9.0})
    mine, same = find_score(session, post=post), find_score(session, post=twin)
    assert (mine.n_reviews, mine.value, mine.best) == (1, same.value, same.best)
    assert [(old.number, old.overall) for old in list_revisions(session, review=one)] == [(1, 3.0), (2, 9.0)]
    assert kinds_of_events(session, one) == [ScoreEventKind.REVIEW_SUBMITTED, ScoreEventKind.REVIEW_REVISED]


def test_a_revision_judges_the_newest_version(session: Session) -> None:
    author, ann = ResearcherFactory(), ResearcherFactory()
    post = publish(session, by=[author])
    one = review(session, post=post, by=ann)
    edit_post(session, actor=author, post=post, changes={"abstract": "Eighty knees."})
    publish_post(session, actor=author, post=post)
    assert one.version_number == 1
    revise_review(session, actor=ann, review=one, changes={"overall": 8.0})
    assert one.version_number == 2
    assert [old.version_number for old in list_revisions(session, review=one)] == [1, 2]


def test_withdrawing_keeps_a_tombstone_and_changes_the_score(session: Session, post: Post) -> None:
    ann, twin = ResearcherFactory(), publish(session)
    one, _ = review(session, post=post, by=ann, overall=10.0), review(session, post=post, overall=4.0)
    review(session, post=twin, overall=4.0)
    withdraw_review(session, actor=ann, review=one)
    withdraw_review(session, actor=ann, review=one)
    assert get_review(session, one.public_id, viewer=None).withdrawn_at is not None
    assert view_reviews(session, [one])[0].is_tombstone
    assert view_reviews(session, [one])[0].reviewer is None
    mine, same = find_score(session, post=post), find_score(session, post=twin)
    assert (mine.n_reviews, mine.value) == (1, same.value)
    assert kinds_of_events(session, one) == [ScoreEventKind.REVIEW_SUBMITTED, ScoreEventKind.REVIEW_WITHDRAWN]
    with pytest.raises(Conflict):
        revise_review(session, actor=ann, review=one, changes={"overall": 1.0})


def test_a_review_is_not_for_others_to_change(session: Session, post: Post) -> None:
    one, author = review(session, post=post), post.authors[0].researcher
    for stranger in (author, ResearcherFactory(role="admin")):
        with pytest.raises(Forbidden):
            revise_review(session, actor=stranger, review=one, changes={"overall": 10.0})
        with pytest.raises(Forbidden):
            withdraw_review(session, actor=stranger, review=one)


def test_a_reviewers_list_shows_others_only_what_they_signed(session: Session, post: Post) -> None:
    ann = ResearcherFactory()
    signed = review(session, post=post, by=ann)
    anonymous = review(session, post=publish(session), by=ann, identity=Identity.ANONYMOUS)
    pseudonymous = review(session, post=publish(session), by=ann, identity=Identity.PSEUDONYMOUS)
    withdrawn = review(session, post=publish(session), by=ann)
    withdraw_review(session, actor=ann, review=withdrawn)
    for viewer in (None, ResearcherFactory(), ResearcherFactory(role="admin")):
        assert session.scalars(list_reviews(viewer=viewer, reviewer=ann)).all() == [signed]
    own = session.scalars(list_reviews(viewer=ann, reviewer=ann)).all()
    assert set(own) == {signed, anonymous, pseudonymous, withdrawn}


def test_an_unsigned_review_shows_a_day_and_no_author(session: Session, post: Post) -> None:
    ann = ResearcherFactory()
    reviews = [
        review(session, post=post, by=ann),
        review(session, post=publish(session), by=ann, identity=Identity.PSEUDONYMOUS),
        review(session, post=publish(session), by=ann, identity=Identity.ANONYMOUS),
    ]
    signed, pseudonymous, anonymous = view_reviews(session, reviews)
    assert signed.reviewer.researcher is ann
    assert pseudonymous.reviewer == Pseudonym(reviews[1].pseudonym)
    assert anonymous.reviewer is None
    for view in (pseudonymous, anonymous):
        assert type(view.created_at) is type(view.updated_at) is date


def test_a_pseudonym_is_new_for_every_review(session: Session, post: Post) -> None:
    ann = ResearcherFactory()
    first = review(session, post=post, by=ann, identity=Identity.PSEUDONYMOUS)
    second = review(session, post=publish(session), by=ann, identity=Identity.PSEUDONYMOUS)
    assert first.pseudonym != second.pseudonym
    assert ann.handle not in first.pseudonym


def test_the_reviews_of_a_post_are_for_those_who_see_the_post(session: Session, post: Post) -> None:
    closed = publish(session, audience=Audience.MEMBERS)
    hidden, shown = review(session, post=closed), review(session, post=post)
    assert session.scalars(list_reviews(viewer=None, post=post)).all() == [shown]
    assert session.scalars(list_reviews(viewer=None, post=closed)).all() == []
    assert session.scalars(list_reviews(viewer=ResearcherFactory(), post=closed)).all() == [hidden]
    with pytest.raises(NotFound):
        get_review(session, hidden.public_id, viewer=None)


def test_reviews_come_newest_day_first(session: Session, post: Post) -> None:
    days = [date(2026, 1, 2), date(2026, 1, 4), date(2026, 1, 3)]
    for day in days:
        ReviewFactory(post=post, created_on=day)
    listed = session.scalars(list_reviews(viewer=None, post=post)).all()
    assert [one.created_on for one in listed] == sorted(days, reverse=True)


@pytest.mark.parametrize("identity", [Identity.ANONYMOUS, Identity.PSEUDONYMOUS])
def test_a_review_is_signed_and_scored_anew_when_it_is_revealed(
    session: Session, post: Post, identity: Identity
) -> None:
    ann = ResearcherFactory()
    one, before = review(session, post=post, by=ann, overall=9.0, identity=identity), find_score(session, post=post)
    unsigned = before.value
    reveal_review(session, actor=ann, review=one)
    assert (one.identity, one.pseudonym) == (Identity.SIGNED, None)
    assert kinds_of_events(session, one) == [ScoreEventKind.REVIEW_SUBMITTED, ScoreEventKind.REVIEW_REVEALED]
    assert view_reviews(session, [one])[0].reviewer.researcher is ann
    twin = publish(session)
    review(session, post=twin, overall=9.0)
    assert find_score(session, post=post).value == find_score(session, post=twin).value > unsigned


def test_a_review_is_not_revealed_when_it_is_signed_or_withdrawn_or_anothers(session: Session, post: Post) -> None:
    ann, ben = ResearcherFactory(), ResearcherFactory()
    signed, anonymous = (
        review(session, post=post, by=ann),
        review(session, post=post, by=ben, identity=Identity.ANONYMOUS),
    )
    with pytest.raises(Conflict, match="already"):
        reveal_review(session, actor=ann, review=signed)
    for stranger in (ann, post.authors[0].researcher, ResearcherFactory(role="admin")):
        with pytest.raises(Forbidden):
            reveal_review(session, actor=stranger, review=anonymous)
    withdraw_review(session, actor=ben, review=anonymous)
    with pytest.raises(Conflict, match="withdrawn"):
        reveal_review(session, actor=ben, review=anonymous)
    assert anonymous.identity is Identity.ANONYMOUS


def test_a_signature_is_never_taken_back(session: Session, post: Post) -> None:
    one = review(session, post=post)
    for identity in (Identity.ANONYMOUS, Identity.PSEUDONYMOUS):
        with pytest.raises(Conflict, match="stays signed"):
            one.identity = identity
    assert one.identity is Identity.SIGNED


def test_a_withdrawn_review_shows_days_whether_it_was_signed_or_not(session: Session, post: Post) -> None:
    for identity in Identity:
        ann = ResearcherFactory()
        one = review(session, post=post, by=ann, identity=identity)
        withdraw_review(session, actor=ann, review=one)
        view = view_reviews(session, [one])[0]
        assert type(view.created_at) is type(view.updated_at) is date


def test_a_review_is_revealed_once_when_it_is_asked_for_twice_at_once(
    engine: Engine, session: Session, post: Post
) -> None:
    ann = ResearcherFactory()
    one = review(session, post=post, by=ann, identity=Identity.ANONYMOUS)
    session.commit()
    ann_id, public_id, refused = ann.id, one.public_id, []

    def reveal() -> None:
        with Session(engine) as other:
            reviewer = other.get_one(Researcher, ann_id)
            try:
                reveal_review(other, actor=reviewer, review=get_review(other, public_id, viewer=reviewer))
            except Conflict as error:
                refused.append(error)

    reveal_review(session, actor=ann, review=get_review(session, public_id, viewer=ann))
    thread = threading.Thread(target=reveal)
    thread.start()
    thread.join(0.4)
    assert thread.is_alive()
    session.commit()
    thread.join(20)
    assert len(refused) == 1
    assert kinds_of_events(session, one) == [ScoreEventKind.REVIEW_SUBMITTED, ScoreEventKind.REVIEW_REVEALED]


def test_a_review_takes_no_more_statements_when_there_are_more_reviews(
    session: Session, count_queries: Callable
) -> None:
    people = [ResearcherFactory() for _ in range(6)]
    one = publish(session, by=[ResearcherFactory(), ResearcherFactory()])
    counts = []
    for person in people:
        with count_queries() as sent:
            review(session, post=one, by=person)
        counts.append(len(sent))
    assert counts == [{"sqlite": 8, "postgresql": 7}[session.get_bind().dialect.name]] * 6
