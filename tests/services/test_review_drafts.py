"""Open reviews: one a reviewer and post, used up by submitting, gone with the post."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.errors import AlreadyReviewed, Conflict, ConflictOfInterest, NotFound
from scholarnet.models import Post, ReviewDraft
from scholarnet.services.posts import withdraw_post
from scholarnet.services.review_drafts import discard_draft, get_draft, list_drafts, save_draft
from scholarnet.services.reviews import withdraw_review
from tests.factories import ResearcherFactory, ReviewDraftFactory
from tests.services.writing import draft, publish, review


@pytest.fixture
def post(session: Session) -> Post:
    ReviewDraftFactory()  # noise
    return publish(session)


def test_a_draft_is_written_anew_when_it_is_saved_twice(session: Session, post: Post) -> None:
    ann = ResearcherFactory()
    first = save_draft(session, reviewer=ann, post_id=post.public_id, content={"overall": 3.0, "body": "Weak."})
    second = save_draft(session, reviewer=ann, post_id=post.public_id, content={})
    assert second is first
    assert get_draft(session, post.public_id, reviewer=ann).content == {}
    assert session.scalars(list_drafts(reviewer=ann)).all() == [first]


def test_a_draft_is_its_reviewers_alone(session: Session, post: Post) -> None:
    save_draft(session, reviewer=ResearcherFactory(), post_id=post.public_id, content={})
    for other in (post.authors[0].researcher, ResearcherFactory(role="admin")):
        with pytest.raises(NotFound):
            get_draft(session, post.public_id, reviewer=other)
        assert session.scalars(list_drafts(reviewer=other)).all() == []


def test_drafts_come_last_written_first(session: Session) -> None:
    ann = ResearcherFactory()
    posts = [publish(session) for _ in range(3)]
    for one in (*posts, posts[0]):
        save_draft(session, reviewer=ann, post_id=one.public_id, content={})
    listed = session.scalars(list_drafts(reviewer=ann)).all()
    assert [one.post for one in listed] == [posts[0], posts[2], posts[1]]


def test_a_draft_is_refused_when_a_review_would_be(session: Session, post: Post) -> None:
    author, ann = post.authors[0].researcher, ResearcherFactory()
    with pytest.raises(ConflictOfInterest):
        save_draft(session, reviewer=author, post_id=post.public_id, content={})
    with pytest.raises(Conflict, match="published"):
        save_draft(session, reviewer=ann, post_id=draft(session, by=[ann]).public_id, content={})
    with pytest.raises(NotFound):
        save_draft(session, reviewer=ann, post_id=draft(session).public_id, content={})
    one = review(session, post=post, by=ann)
    with pytest.raises(AlreadyReviewed):
        save_draft(session, reviewer=ann, post_id=post.public_id, content={})
    withdraw_review(session, actor=ann, review=one)
    save_draft(session, reviewer=ann, post_id=post.public_id, content={})


def test_submitting_uses_up_the_draft(session: Session, post: Post) -> None:
    ann, ben, other = ResearcherFactory(), ResearcherFactory(), publish(session)
    for reviewer, one in ((ann, post), (ben, post), (ann, other)):
        save_draft(session, reviewer=reviewer, post_id=one.public_id, content={})
    review(session, post=post, by=ann)
    assert [one.post for one in session.scalars(list_drafts(reviewer=ann))] == [other]
    assert [one.post for one in session.scalars(list_drafts(reviewer=ben))] == [post]


def test_a_draft_is_gone_when_it_is_discarded(session: Session, post: Post) -> None:
    ann, ben = ResearcherFactory(), ResearcherFactory()
    for reviewer in (ann, ben):
        save_draft(session, reviewer=reviewer, post_id=post.public_id, content={})
    discard_draft(session, reviewer=ann, post_id=post.public_id)
    with pytest.raises(NotFound):
        discard_draft(session, reviewer=ann, post_id=post.public_id)
    assert get_draft(session, post.public_id, reviewer=ben)


def test_the_drafts_go_when_the_post_is_withdrawn(session: Session, post: Post) -> None:
    kept = session.scalars(select(ReviewDraft)).all()
    save_draft(session, reviewer=ResearcherFactory(), post_id=post.public_id, content={})
    withdraw_post(session, actor=post.authors[0].researcher, post=post)
    assert session.scalars(select(ReviewDraft)).all() == kept
