"""Posts: who sees them when, what freezes, what stays."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, Forbidden, Invalid, NotFound
from scholarnet.forms import PostKind
from scholarnet.models import Audience, AuditEntry, Post, PostStatus, Researcher, Role, ScoreEvent, ScoreEventKind
from scholarnet.services.moderation import release_post
from scholarnet.services.post_versions import draft_version, shown_version
from scholarnet.services.posts import (
    create_post,
    edit_post,
    get_post,
    list_posts,
    publish_post,
    withdraw_post,
)
from scholarnet.services.scores import find_score
from tests.factories import PostFactory, ResearcherFactory
from tests.services.writing import CONTENT, declare_whole, draft, publish, review


@pytest.fixture
def author(session: Session) -> Researcher:  # noqa: ARG001  (the factories write to it)
    PostFactory(), PostFactory(draft=True), PostFactory(pending=True)  # noise
    return ResearcherFactory()


def sees(session: Session, viewer: Researcher | None, post: Post) -> bool:
    try:
        return get_post(session, post.public_id, viewer=viewer) is post
    except NotFound:
        return False


def kinds_of_events(session: Session, post: Post) -> list[ScoreEventKind]:
    query = select(ScoreEvent.kind).where(ScoreEvent.post_id == post.id).order_by(ScoreEvent.sequence)
    return list(session.scalars(query))


def test_a_post_is_its_authors_alone_when_it_is_a_draft(session: Session, author: Researcher) -> None:
    coauthor = ResearcherFactory()
    post = draft(session, by=[author, coauthor])
    assert sees(session, author, post)
    assert sees(session, coauthor, post)
    others = [None, ResearcherFactory(), ResearcherFactory(role=Role.ADMIN)]
    assert not any(sees(session, viewer, post) for viewer in others)


@pytest.mark.parametrize(
    ("audience", "visitor", "member"),
    [(Audience.PUBLIC, True, True), (Audience.MEMBERS, False, True), (Audience.PRIVATE, False, False)],
)
def test_a_published_post_is_for_its_audience(
    session: Session, author: Researcher, audience: Audience, *, visitor: bool, member: bool
) -> None:
    post = publish(session, by=[author], audience=audience)
    assert sees(session, author, post)
    assert sees(session, None, post) is visitor
    assert sees(session, ResearcherFactory(), post) is member


def test_publishing_freezes_version_1(session: Session, author: Researcher) -> None:
    post = draft(session, by=[author])
    assert (post.status, post.version_number, post.published_at) == (PostStatus.DRAFT, 0, None)
    publish_post(session, actor=author, post=post)
    assert (post.status, post.version_number) == (PostStatus.PUBLISHED, 1)
    assert post.published_at == shown_version(post).published_at is not None
    assert draft_version(post) is None
    assert kinds_of_events(session, post) == [ScoreEventKind.POST_PUBLISHED]


@pytest.mark.parametrize(("column", "value"), [("title", "Another title"), ("body", "More"), ("published_at", None)])
def test_a_version_refuses_every_change_when_it_is_published(
    session: Session, author: Researcher, column: str, value: str | None
) -> None:
    version = shown_version(publish(session, by=[author]))
    setattr(version, column, value)
    with pytest.raises(Conflict, match="version 1 is published"):
        session.flush()


def test_a_draft_can_be_changed(session: Session, author: Researcher) -> None:
    post = draft(session, by=[author])
    edit_post(
        session, actor=author, post=post, changes={"title": "Better", "tags": ["Knee MRI"], "audience": "members"}
    )
    assert [version.title for version in post.versions] == ["Better"]
    assert [tag.name for tag in post.tags] == ["knee-mri"]
    assert post.audience == Audience.MEMBERS


def test_readers_keep_the_last_version_when_the_next_is_being_written(session: Session, author: Researcher) -> None:
    post = publish(session, by=[author])
    edit_post(session, actor=author, post=post, changes={"abstract": "Eighty knees.", "changes": "Twice as many."})
    assert shown_version(post).abstract == CONTENT["abstract"]
    assert (draft_version(post).number, draft_version(post).title) == (2, CONTENT["title"])
    publish_post(session, actor=author, post=post)
    assert (post.version_number, shown_version(post).abstract) == (2, "Eighty knees.")
    assert post.versions[0].abstract == CONTENT["abstract"]
    assert kinds_of_events(session, post) == [ScoreEventKind.POST_PUBLISHED] * 2


def test_old_reviews_stay_with_the_old_version_when_there_is_a_new_one(session: Session, author: Researcher) -> None:
    post = publish(session, by=[author])
    old = review(session, post=post)
    edit_post(session, actor=author, post=post, changes={"abstract": "Eighty knees."})
    publish_post(session, actor=author, post=post)
    new = review(session, post=post)
    session.refresh(old)
    assert (old.version_number, new.version_number) == (1, 2)
    assert find_score(session, post=post).n_reviews == 2


def test_publishing_is_refused_when_there_is_nothing_new(session: Session, author: Researcher) -> None:
    post = publish(session, by=[author])
    with pytest.raises(Conflict, match="no newer draft"):
        publish_post(session, actor=author, post=post)


def test_the_audience_stays_when_a_version_is_published(session: Session, author: Researcher) -> None:
    post = publish(session, by=[author])
    with pytest.raises(Invalid, match="audience"):
        edit_post(session, actor=author, post=post, changes={"audience": Audience.MEMBERS})


def test_a_case_waits_for_a_moderator(session: Session, author: Researcher) -> None:
    moderator, editor = ResearcherFactory(role=Role.MODERATOR), ResearcherFactory(role=Role.EDITOR)
    post = publish(session, by=[author], kind=PostKind.CASE)
    assert (post.status, post.version_number) == (PostStatus.PENDING, 0)
    assert kinds_of_events(session, post) == []
    assert [sees(session, who, post) for who in (None, ResearcherFactory(), editor)] == [False] * 3
    assert [sees(session, who, post) for who in (author, moderator)] == [True] * 2
    with pytest.raises(Conflict, match="waits"):
        publish_post(session, actor=author, post=post)
    for who in (author, editor):
        with pytest.raises(Forbidden):
            release_post(session, actor=who, post=post, reason="I say so")
    release_post(session, actor=moderator, post=post, reason="Consent seen, no identifiers.")
    assert (post.status, post.version_number) == (PostStatus.PUBLISHED, 1)
    assert sees(session, None, post)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"post:{post.public_id}")).all()
    assert {(entry.actor_id, entry.action) for entry in entries} == {
        (author.id, "case.declare"),
        (author.id, "post.submit"),
        (moderator.id, "post.release"),
    }


def test_a_release_is_refused_when_nothing_waits(session: Session, author: Researcher) -> None:
    moderator = ResearcherFactory(role=Role.MODERATOR)
    for post in (draft(session, by=[author], kind=PostKind.CASE), publish(session, by=[author])):
        with pytest.raises(Conflict, match="does not wait"):
            release_post(session, actor=moderator, post=post, reason="Fine.")


def test_withdrawing_leaves_a_tombstone_and_takes_the_score(session: Session, author: Researcher) -> None:
    post, other = publish(session, by=[author]), publish(session, by=[author])
    review(session, post=post), review(session, post=other)
    withdraw_post(session, actor=author, post=post, reason="The coil was broken.")
    assert sees(session, None, post)
    assert (post.status, post.withdrawal_reason) == (PostStatus.WITHDRAWN, "The coil was broken.")
    assert post.withdrawn_at is not None
    assert find_score(session, post=post) is None
    assert find_score(session, post=other).n_reviews == 1
    assert kinds_of_events(session, post)[-1] is ScoreEventKind.POST_WITHDRAWN


def test_a_withdrawn_draft_leaves_nothing_for_readers(session: Session, author: Researcher) -> None:
    post = draft(session, by=[author])
    withdraw_post(session, actor=author, post=post)
    assert not sees(session, None, post)
    assert kinds_of_events(session, post) == []


def case_whose_next_version_waits(session: Session, author: Researcher) -> Post:
    post = publish(session, by=[author], kind=PostKind.CASE)
    release_post(session, actor=ResearcherFactory(role=Role.MODERATOR), post=post, reason="Consent seen.")
    edit_post(session, actor=author, post=post, changes={"abstract": "A second lesion."})
    declare_whole(session, post, by=author)
    publish_post(session, actor=author, post=post)
    return post


def test_readers_keep_the_released_version_when_the_next_one_of_a_case_waits(
    session: Session, author: Researcher
) -> None:
    post = case_whose_next_version_waits(session, author)
    assert (post.status, post.version_number) == (PostStatus.PUBLISHED, 1)
    assert sees(session, None, post)
    with pytest.raises(Conflict):
        publish_post(session, actor=author, post=post)
    release_post(session, actor=ResearcherFactory(role=Role.MODERATOR), post=post, reason="Consent seen again.")
    assert post.version_number == 2


def test_a_case_is_submitted_anew_when_it_changes_while_it_waits(session: Session, author: Researcher) -> None:
    post, moderator = publish(session, by=[author], kind=PostKind.CASE), ResearcherFactory(role=Role.MODERATOR)
    edit_post(session, actor=author, post=post, changes={"abstract": "Now with the name of the patient."})
    assert post.status is PostStatus.DRAFT
    with pytest.raises(Conflict):
        release_post(session, actor=moderator, post=post, reason="Seen before the change.")


def test_nobody_releases_their_own_case(session: Session) -> None:
    moderator = ResearcherFactory(role=Role.MODERATOR)
    post = publish(session, by=[moderator], kind=PostKind.CASE)
    with pytest.raises(Forbidden):
        release_post(session, actor=moderator, post=post, reason="Mine.")
    assert post.status is PostStatus.PENDING


def test_withdrawing_takes_the_score_when_the_next_version_of_a_case_waits(
    session: Session, author: Researcher
) -> None:
    post = case_whose_next_version_waits(session, author)
    withdraw_post(session, actor=author, post=post)
    assert find_score(session, post=post) is None
    assert kinds_of_events(session, post)[-1] is ScoreEventKind.POST_WITHDRAWN


def test_nothing_moves_when_a_post_is_withdrawn(session: Session, author: Researcher) -> None:
    post = publish(session, by=[author])
    withdraw_post(session, actor=author, post=post)
    with pytest.raises(Conflict):
        edit_post(session, actor=author, post=post, changes={"title": "Again"})
    with pytest.raises(Conflict):
        publish_post(session, actor=author, post=post)
    with pytest.raises(Conflict):
        withdraw_post(session, actor=author, post=post)


def test_a_post_is_not_for_others_to_change(session: Session, author: Researcher) -> None:
    post, stranger = publish(session, by=[author]), ResearcherFactory(role=Role.EDITOR)
    with pytest.raises(Forbidden):
        edit_post(session, actor=stranger, post=post, changes={"title": "Mine"})
    with pytest.raises(Forbidden):
        publish_post(session, actor=ResearcherFactory(role=Role.ADMIN), post=post)
    with pytest.raises(Forbidden):
        withdraw_post(session, actor=stranger, post=post)
    withdraw_post(session, actor=ResearcherFactory(role=Role.MODERATOR), post=post, reason="Plagiarism.")
    assert post.status is PostStatus.WITHDRAWN


def test_who_posts_comes_first_when_the_authors_leave_them_out(session: Session, author: Researcher) -> None:
    authors = [{"name": "Ada  Lovelace", "orcid": "0000-0002-1825-0097"}]
    post = create_post(session, author=author, kind=PostKind.BLOG, content=CONTENT, authors=authors)
    assert [(one.researcher.name, one.position) for one in post.authors] == [(author.name, 1), ("Ada Lovelace", 2)]
    assert not post.authors[1].researcher.is_claimed


def test_an_author_named_twice_is_refused(session: Session, author: Researcher) -> None:
    authors = [{"researcher_id": author.public_id}, {"researcher_id": f"@{author.handle}"}]
    with pytest.raises(Invalid, match="named twice"):
        create_post(session, author=author, kind=PostKind.BLOG, content=CONTENT, authors=authors)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (PostKind.PREPRINT, {"title": "  "}),
        (PostKind.PREPRINT, {"abstract": " "}),
        (PostKind.MICRO, {"abstract": "x" * 200, "body": "y" * 81}),
    ],
)
def test_content_that_lacks_something_is_refused(
    session: Session, author: Researcher, kind: PostKind, content: dict[str, str]
) -> None:
    with pytest.raises(Invalid):
        draft(session, by=[author], kind=kind, **content)


def test_a_short_post_may_have_280_characters(session: Session, author: Researcher) -> None:
    assert draft(session, by=[author], kind=PostKind.MICRO, abstract="x" * 280).id


def test_a_list_of_posts_holds_what_its_viewer_may_see(session: Session, author: Researcher) -> None:
    first, second, hidden = publish(session, by=[author]), publish(session, by=[author]), draft(session, by=[author])
    for_visitors = session.scalars(list_posts(viewer=None, author=author)).all()
    assert for_visitors == [second, first]
    assert session.scalars(list_posts(viewer=author, author=author)).all() == [hidden, second, first]
