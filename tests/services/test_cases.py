"""Cases: consent, checklist, and what the automatic check finds, before a moderator is asked to look."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, Forbidden, Invalid, Unpublishable
from scholarnet.forms import PostKind
from scholarnet.identifiers import checklist
from scholarnet.models import AuditEntry, Consent, Post, PostStatus, Researcher, Role, Verification
from scholarnet.services.cases import find_declaration, get_declaration
from scholarnet.services.moderation import list_decisions, list_queue, release_post, return_post
from scholarnet.services.post_versions import draft_version
from scholarnet.services.posts import edit_post, publish_post, withdraw_post
from tests.factories import AttachmentFactory, ResearcherFactory
from tests.services.writing import declare_whole, draft, publish


@pytest.fixture
def author(session: Session) -> Researcher:  # noqa: ARG001  (the factories write to it)
    return ResearcherFactory(handle="author")


@pytest.fixture
def moderator(session: Session) -> Researcher:  # noqa: ARG001  (the same)
    return ResearcherFactory(role=Role.MODERATOR)


def case(session: Session, author: Researcher, **content: Any) -> Post:
    return draft(session, by=[author], kind=PostKind.CASE, **content)


def refusal(session: Session, post: Post, author: Researcher) -> dict[str, list[str]]:
    with pytest.raises(Unpublishable) as refused:
        publish_post(session, actor=author, post=post)
    assert post.status is PostStatus.DRAFT
    return refused.value.errors


def test_a_case_waits_when_everything_is_declared(session: Session, author: Researcher) -> None:
    post = case(session, author)
    declare_whole(session, post, by=author)
    publish_post(session, actor=author, post=post)
    assert post.status is PostStatus.PENDING
    assert draft_version(post).submitted_at is not None


def test_a_case_is_refused_without_a_declaration(session: Session, author: Researcher) -> None:
    assert set(refusal(session, case(session, author), author)) == {"declaration"}


@pytest.mark.parametrize("consent", [Consent.WAIVED, Consent.NOT_REQUIRED])
def test_a_consent_that_needs_a_reason_is_refused_without(
    session: Session, author: Researcher, consent: Consent
) -> None:
    post = case(session, author)
    declare_whole(session, post, by=author, consent=consent)
    assert set(refusal(session, post, author)) == {"reference"}
    declare_whole(session, post, by=author, consent=consent, reference="Ethics committee, 2026/114")
    assert publish_post(session, actor=author, post=post).status is PostStatus.PENDING


def test_an_item_that_was_not_checked_is_named(session: Session, author: Researcher) -> None:
    post = case(session, author)
    declare_whole(session, post, by=author, checklist=[name for name in checklist() if name != "images"])
    (missing,) = refusal(session, post, author)["checklist"]
    assert missing.startswith("images: ")


def test_an_item_that_there_is_not_is_refused(session: Session, author: Researcher) -> None:
    with pytest.raises(Invalid, match="luck"):
        declare_whole(session, case(session, author), by=author, checklist=["luck"])


@pytest.mark.parametrize("field", ["title", "abstract", "body", "lay_summary"])
def test_a_name_is_found_in_every_text(session: Session, author: Researcher, field: str) -> None:
    post = case(session, author, **{field: "We saw Mrs Miller in the clinic."})
    declare_whole(session, post, by=author)
    errors = refusal(session, post, author)
    assert set(errors) == {field}
    assert "Mrs Miller" in errors[field][0]


def test_the_label_of_a_link_is_read_too(session: Session, author: Researcher) -> None:
    link = {"url": "https://example.org/x", "label": "Scan of Mrs Miller"}
    post = case(session, author, links=[link])
    declare_whole(session, post, by=author)
    assert set(refusal(session, post, author)) == {"links"}


def test_what_is_declared_harmless_passes_and_the_moderator_reads_it(
    session: Session, author: Researcher, moderator: Researcher
) -> None:
    post = case(session, author, body="A fracture after Maria Lorenz, whom nobody was.")
    declare_whole(session, post, by=author, not_identifying=["maria  lorenz"])
    assert publish_post(session, actor=author, post=post).status is PostStatus.PENDING
    assert get_declaration(session, actor=moderator, post=post).not_identifying == ["maria  lorenz"]


def test_the_name_of_an_attached_file_is_read_too(session: Session, author: Researcher) -> None:
    post = case(session, author)
    AttachmentFactory(version_id=draft_version(post).id, name="maria_lorenz_ct.png")
    declare_whole(session, post, by=author)
    errors = refusal(session, post, author)
    assert set(errors) == {"attachments"}
    assert "in 'maria_lorenz_ct.png'" in errors["attachments"][0]


def test_an_outside_image_is_refused(session: Session, author: Researcher) -> None:
    post = case(session, author, body="![CT](https://images.example/ct.png)")
    declare_whole(session, post, by=author)
    assert "attach the image" in refusal(session, post, author)["body"][0]


@pytest.mark.parametrize("verification", [Verification.NONE, Verification.VENUE])
def test_a_case_is_refused_by_somebody_nobody_knows(session: Session, verification: Verification) -> None:
    author = ResearcherFactory(verification=verification)
    post = case(session, author)
    declare_whole(session, post, by=author)
    with pytest.raises(Forbidden, match="verify"):
        publish_post(session, actor=author, post=post)
    author.verification = Verification.LICENSE
    assert publish_post(session, actor=author, post=post).status is PostStatus.PENDING


def test_a_declaration_is_the_authors_and_of_a_case(session: Session, author: Researcher) -> None:
    post = case(session, author)
    with pytest.raises(Forbidden):
        declare_whole(session, post, by=ResearcherFactory(role=Role.ADMIN))
    with pytest.raises(Invalid, match="case"):
        declare_whole(session, draft(session, by=[author]), by=author)
    declare_whole(session, post, by=author)
    with pytest.raises(Forbidden):
        get_declaration(session, actor=ResearcherFactory(role=Role.EDITOR), post=post)


def test_a_declaration_stays_while_the_case_waits(session: Session, author: Researcher) -> None:
    post = publish(session, by=[author], kind=PostKind.CASE)
    with pytest.raises(Conflict, match="waits"):
        declare_whole(session, post, by=author)


def test_the_next_version_needs_a_declaration_of_its_own(
    session: Session, author: Researcher, moderator: Researcher
) -> None:
    post = publish(session, by=[author], kind=PostKind.CASE)
    release_post(session, actor=moderator, post=post, reason="Seen.")
    edit_post(session, actor=author, post=post, changes={"abstract": "A second lesion."})
    with pytest.raises(Unpublishable):
        publish_post(session, actor=author, post=post)
    assert find_declaration(session, version=draft_version(post)) is None


def test_the_queue_holds_what_waits_longest_first(session: Session, author: Researcher, moderator: Researcher) -> None:
    first, second = (publish(session, by=[author], kind=PostKind.CASE) for _ in range(2))
    gone, noise = publish(session, by=[author], kind=PostKind.CASE), case(session, author)
    withdraw_post(session, actor=author, post=gone)
    publish(session, by=[author])
    session.expunge_all()
    queue = session.scalars(list_queue(actor=moderator)).unique().all()
    assert [post.public_id for post in queue] == [first.public_id, second.public_id]
    assert noise.public_id not in {post.public_id for post in queue}
    for other in (author, ResearcherFactory(role=Role.EDITOR)):
        with pytest.raises(Forbidden):
            list_queue(actor=other)


def test_what_is_returned_is_a_draft_again_with_a_reason(
    session: Session, author: Researcher, moderator: Researcher
) -> None:
    post = publish(session, by=[author], kind=PostKind.CASE)
    return_post(session, actor=moderator, post=post, reason="The tattoo can be seen.")
    assert (post.status, draft_version(post).submitted_at) == (PostStatus.DRAFT, None)
    with pytest.raises(Conflict):
        release_post(session, actor=moderator, post=post, reason="After all.")
    publish_post(session, actor=author, post=post)
    release_post(session, actor=moderator, post=post, reason="Mended.")
    told = [
        (one.outcome.value, one.reason, version) for one, version in list_decisions(session, actor=author, post=post)
    ]
    assert told == [("returned", "The tattoo can be seen.", 1), ("released", "Mended.", 1)]
    with pytest.raises(Forbidden):
        list_decisions(session, actor=ResearcherFactory(), post=post)


def test_every_step_is_audited(session: Session, author: Researcher, moderator: Researcher) -> None:
    post = publish(session, by=[author], kind=PostKind.CASE)
    return_post(session, actor=moderator, post=post, reason="A face.")
    publish_post(session, actor=author, post=post)
    release_post(session, actor=moderator, post=post, reason="None now.")
    withdraw_post(session, actor=author, post=post, reason="The patient asks for it.")
    query = select(AuditEntry).where(AuditEntry.subject == f"post:{post.public_id}").order_by(AuditEntry.id)
    steps = [entry.action for entry in session.scalars(query)]
    assert steps == ["case.declare", "post.submit", "post.return", "post.submit", "post.release", "post.withdraw"]


def test_nobody_decides_on_their_own_case(session: Session, moderator: Researcher) -> None:
    post = publish(session, by=[moderator], kind=PostKind.CASE)
    for decide in (release_post, return_post):
        with pytest.raises(Forbidden, match="own"):
            decide(session, actor=moderator, post=post, reason="Mine.")
