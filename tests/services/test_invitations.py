"""Invitations: who may, whom, and that nobody learns from one what the invited did."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Conflict, Forbidden, Invalid, NotFound
from scholarnet.models import Answer, Audience, AuditEntry, Identity, Invitation, OutgoingMail, Post, Researcher, Role
from scholarnet.services.invitation_views import view_invitation
from scholarnet.services.invitations import (
    MOST_OPEN_A_POST,
    accept,
    count_load,
    decline,
    get_invitation,
    invite,
    list_own_invitations,
    remind,
    revoke,
)
from scholarnet.services.posts import withdraw_post
from scholarnet.services.reviews import withdraw_review
from tests.factories import PublicationFactory, ResearcherFactory
from tests.services.writing import draft, publish, review

LINK = "https://here.example/invitations"


@pytest.fixture
def author(session: Session) -> Researcher:  # noqa: ARG001  (the factories write to it)
    return ResearcherFactory(handle="author")


@pytest.fixture
def post(session: Session, author: Researcher) -> Post:
    publish(session)  # noise
    return publish(session, by=[author])


@pytest.fixture
def editor(session: Session) -> Researcher:  # noqa: ARG001  (the same)
    return ResearcherFactory(role=Role.EDITOR)


def send(
    session: Session, actor: Researcher, post: Post, invited: Researcher | None = None, **other: object
) -> Invitation:
    return invite(session, actor=actor, post=post, invited=invited or ResearcherFactory(), link=LINK, **other)


def test_authors_and_editors_invite_and_others_do_not(
    session: Session, author: Researcher, editor: Researcher, post: Post
) -> None:
    assert {send(session, who, post).inviter for who in (author, editor)} == {author, editor}
    with pytest.raises(Forbidden, match="authors and editors"):
        send(session, ResearcherFactory(), post)
    audited = session.scalars(select(AuditEntry.actor_id).where(AuditEntry.action == "invitation.send")).all()
    assert audited == [editor.id]


def test_the_invited_gets_a_mail_when_the_address_is_theirs(session: Session, author: Researcher, post: Post) -> None:
    send(session, author, post, ResearcherFactory(handle="ada"))
    send(session, author, post, ResearcherFactory(unverified=True))
    (mail,) = session.scalars(select(OutgoingMail)).all()
    assert mail.recipient == "ada@radiology.example.edu"
    assert LINK in mail.text


def test_nobody_is_invited_who_could_not_review(session: Session, author: Researcher, post: Post) -> None:
    colleague = ResearcherFactory()
    PublicationFactory(by=[author, colleague], year=now().year)
    editor = ResearcherFactory(role=Role.EDITOR)
    for unfit in (author, colleague, editor, ResearcherFactory(unclaimed=True)):
        with pytest.raises(Invalid):
            send(session, editor, post, unfit)
    with pytest.raises(Conflict, match="published"):
        send(session, author, draft(session, by=[author]))
    with pytest.raises(Conflict, match="others may see"):
        send(session, author, publish(session, by=[author], audience=Audience.PRIVATE))


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_an_invitation_is_due_within_three_months(session: Session, author: Researcher, post: Post, days: int) -> None:
    with pytest.raises(Invalid, match="due_at"):
        send(session, author, post, due_at=now() + timedelta(days=days))
    assert send(session, author, post).due_at - now() > timedelta(days=20)


@pytest.mark.parametrize("answer", [None, accept, decline])
def test_a_second_invitation_is_refused_whatever_the_invited_did(
    session: Session, author: Researcher, editor: Researcher, post: Post, answer: object
) -> None:
    ada = ResearcherFactory()
    invitation = send(session, author, post, ada)
    if answer is accept:
        accept(session, actor=ada, invitation=invitation)
    elif answer is decline:
        decline(session, actor=ada, invitation=invitation, reason="No.")
    for who in (author, editor):
        with pytest.raises(Conflict, match="holds an invitation"):
            send(session, who, post, ada)
    with time_machine.travel(now() + timedelta(days=22)):
        assert send(session, author, post, ada).answer is Answer.NONE


def test_a_second_invitation_is_sent_when_the_first_was_seen_to_end(
    session: Session, author: Researcher, post: Post
) -> None:
    ada, ben = ResearcherFactory(), ResearcherFactory()
    first = send(session, author, post, ada)
    decline(session, actor=ada, invitation=first, reason=None, tells_inviter=True)
    revoke(session, actor=author, invitation=send(session, author, post, ben))
    assert send(session, author, post, ada).id != first.id
    send(session, author, post, ben)


def test_an_author_sends_ten_at_a_time_and_an_editor_more(
    session: Session, author: Researcher, editor: Researcher, post: Post
) -> None:
    sent = [send(session, author, post) for _ in range(MOST_OPEN_A_POST)]
    decline(session, actor=sent[0].invited, invitation=sent[0], reason=None)  # untold, and so not to be felt
    with pytest.raises(Conflict, match="at most"):
        send(session, author, post)
    for _ in range(MOST_OPEN_A_POST + 1):
        send(session, editor, post)
    decline(session, actor=sent[1].invited, invitation=sent[1], reason=None, tells_inviter=True)
    send(session, author, post)


@pytest.mark.parametrize("identity", [Identity.ANONYMOUS, Identity.PSEUDONYMOUS])
def test_an_unsigned_review_is_not_to_be_felt_by_inviting(
    session: Session, author: Researcher, post: Post, identity: Identity
) -> None:
    ada, ben = ResearcherFactory(), ResearcherFactory()
    review(session, post=post, by=ada, identity=identity)
    assert view_invitation(send(session, author, post, ada), viewer=author).status == "open"
    written = review(session, post=post, by=ben)
    with pytest.raises(Conflict, match="has reviewed"):
        send(session, author, post, ben)
    withdraw_review(session, actor=ben, review=written)
    send(session, author, post, ben)


def test_the_inviter_learns_what_the_invited_tells(session: Session, author: Researcher, post: Post) -> None:
    silent, told = send(session, author, post), send(session, author, post)
    accept(session, actor=silent.invited, invitation=silent)
    accept(session, actor=told.invited, invitation=told, tells_inviter=True)
    assert [view_invitation(one, viewer=author).status for one in (silent, told)] == ["open", "accepted"]
    assert view_invitation(silent, viewer=silent.invited).status == "accepted"
    for one, tells in ((silent, False), (told, True)):
        decline(session, actor=one.invited, invitation=one, reason="No time.", tells_inviter=tells)
    seen = [view_invitation(one, viewer=author) for one in (silent, told)]
    assert [(one.status, one.decline_reason) for one in seen] == [("open", None), ("declined", "No time.")]
    with time_machine.travel(now() + timedelta(days=22)):
        assert view_invitation(silent, viewer=author).status == "expired"


def test_an_answer_is_the_inviteds_and_in_time(session: Session, author: Researcher, post: Post) -> None:
    invitation = send(session, author, post)
    with pytest.raises(Forbidden):
        accept(session, actor=author, invitation=invitation)
    accept(session, actor=invitation.invited, invitation=invitation)
    accept(session, actor=invitation.invited, invitation=invitation)
    with time_machine.travel(now() + timedelta(days=22)), pytest.raises(Conflict, match="expired"):
        decline(session, actor=invitation.invited, invitation=invitation, reason=None)
    revoke(session, actor=author, invitation=invitation)
    with pytest.raises(Conflict, match="taken back"):
        accept(session, actor=invitation.invited, invitation=invitation)
    gone = send(session, author, post)
    withdraw_post(session, actor=author, post=post)
    with pytest.raises(Conflict, match="withdrawn"):
        accept(session, actor=gone.invited, invitation=gone)


def test_an_invitation_is_taken_back_by_its_inviter_or_an_editor(
    session: Session, author: Researcher, editor: Researcher, post: Post
) -> None:
    first, second = send(session, author, post), send(session, author, post)
    with pytest.raises(Forbidden):
        revoke(session, actor=first.invited, invitation=first)
    revoke(session, actor=author, invitation=first)
    revoke(session, actor=editor, invitation=second)
    assert session.scalars(list_own_invitations(invited=first.invited)).all() == []


def test_an_invitation_is_nothing_for_others(
    session: Session, author: Researcher, editor: Researcher, post: Post
) -> None:
    invitation = send(session, author, post)
    for who in (author, editor, invitation.invited):
        assert get_invitation(session, invitation.public_id, viewer=who) is invitation
    with pytest.raises(NotFound):
        get_invitation(session, invitation.public_id, viewer=ResearcherFactory())


def test_the_load_is_an_editors_and_moves_with_no_review(
    session: Session, author: Researcher, editor: Researcher, post: Post
) -> None:
    ada = ResearcherFactory()
    send(session, author, publish(session, by=[author]))  # somebody else's
    invitation = send(session, author, post, ada)
    load = {"n_open": 1, "n_last_year": 1}
    assert count_load(session, actor=editor, researcher=ada) == load
    accept(session, actor=ada, invitation=invitation)
    review(session, post=post, by=ada, identity=Identity.ANONYMOUS)
    assert count_load(session, actor=editor, researcher=ada) == load
    decline(session, actor=ada, invitation=invitation, reason=None, tells_inviter=True)
    assert count_load(session, actor=editor, researcher=ada) == load | {"n_open": 0}
    with pytest.raises(Forbidden):
        count_load(session, actor=author, researcher=ada)


def test_who_has_not_reviewed_is_reminded_once_a_week_before(session: Session, author: Researcher, post: Post) -> None:
    late, done, no = (send(session, author, post) for _ in range(3))
    review(session, post=post, by=done.invited, identity=Identity.ANONYMOUS)
    decline(session, actor=no.invited, invitation=no, reason=None)
    session.query(OutgoingMail).delete()
    assert remind(session, link="https://here.example/invitations") == 0
    with time_machine.travel(now() + timedelta(days=15)):
        assert remind(session, link="https://here.example/invitations") == 1
        assert remind(session, link="https://here.example/invitations") == 0
    assert session.scalars(select(OutgoingMail.recipient)).all() == [late.invited.email]
