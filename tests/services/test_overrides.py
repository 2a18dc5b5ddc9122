"""Overrides: an editor's decision holds at once, through epochs, and until it is lifted."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.db import now, reading
from scholarnet.errors import Conflict, Forbidden, Withheld
from scholarnet.models import Audience, AuditEntry, DecidedBy, Decision, Move, MoveReason, Override
from scholarnet.services import explanations, scores
from scholarnet.services.epochs import compute_epoch, switch_epoch, write_epoch
from scholarnet.services.overrides import lift_override, override
from scholarnet.services.posts import get_post, withdraw_post
from scholarnet.services.snapshots import read_snapshot
from tests.factories import ResearcherFactory, ReviewDraftFactory
from tests.services.writing import publish, review

WHY = "Figure 2 is of another paper."


@pytest.fixture
def eva(session):  # noqa: ARG001  (whom the factory writes to)
    return ResearcherFactory(role="editor")


@pytest.fixture
def post(session):
    post = publish(session)
    for _ in range(8):
        review(session, post=post, overall=9.0, confidence=5)
    session.commit()
    return post


def standing(session: Session, post) -> tuple:
    session.expire_all()
    row = scores.find_score(session, post=post)
    found = row.decision, row.decision_by, row.community_decision
    session.rollback()
    return found


def reject(session: Session, eva, post) -> None:
    override(session, actor=eva, post=post, decision=Decision.REJECTED, reason=WHY)
    session.commit()


def test_a_decision_when_overridden_is_in_force_at_once_through_epochs_and_until_lifted(engine, session, eva, post):
    reject(session, eva, post)
    assert standing(session, post) == (Decision.REJECTED, DecidedBy.EDITOR, Decision.UNDER_REVIEW)
    run_epoch(engine)
    assert standing(session, post) == (Decision.REJECTED, DecidedBy.EDITOR, Decision.ACCEPTED)
    review(session, post=post, overall=10.0)
    session.commit()
    run_epoch(engine)
    assert standing(session, post) == (Decision.REJECTED, DecidedBy.EDITOR, Decision.ACCEPTED)
    told = explanations.explain(session, post=post, viewer=None)
    assert (told.decision_by, told.decision_reason, told.community_decision) == ("editor", WHY, "accepted")
    lift_override(session, actor=eva, post=post)
    lift_override(session, actor=eva, post=post)
    session.commit()
    assert standing(session, post) == (Decision.ACCEPTED, DecidedBy.COMMUNITY, Decision.ACCEPTED)
    told = explanations.explain(session, post=post, viewer=None)
    assert (told.decision_by, told.decision_reason) == ("community", None)
    made = session.scalars(select(Move).where(Move.cause == "editor").order_by(Move.id)).all()
    assert [(move.before, move.after, move.reason, move.note) for move in made] == [
        ("under_review", "rejected", MoveReason.EDITOR, WHY),
        ("rejected", "accepted", MoveReason.EDITOR_LIFTED, None),
    ]
    assert [move.n_reviews for move in made] == [8, 9]
    audited = session.scalars(select(AuditEntry).where(AuditEntry.actor_id == eva.id).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.reason) for entry in audited] == [
        ("decision.override", WHY),
        ("decision.lift", None),
    ]
    assert audited[0].details == {"before": "under_review", "decision": "rejected"}


def test_an_override_when_said_twice_is_recorded_once_and_another_takes_its_place(session, eva, post):
    reject(session, eva, post)
    reject(session, eva, post)
    assert len(session.scalars(select(Move)).all()) == 1
    override(session, actor=eva, post=post, decision=Decision.CONTESTED, reason=WHY)
    session.commit()
    assert standing(session, post)[0] is Decision.CONTESTED
    assert [
        (one.decision, one.lifted_at is None) for one in session.scalars(select(Override).order_by(Override.id))
    ] == [
        (Decision.REJECTED, False),
        (Decision.CONTESTED, True),
    ]


@pytest.mark.parametrize("is_lifted", [False, True])
def test_an_override_made_or_lifted_during_the_fit_holds_in_the_new_epoch(engine, session, eva, post, is_lifted):
    if is_lifted:
        reject(session, eva, post)
    with Session(reading(engine)) as reader:
        snapshot = read_snapshot(reader, as_of=now())
    with Session(engine, expire_on_commit=False) as writer:
        epoch = write_epoch(writer, snapshot=snapshot, computed=compute_epoch(snapshot))
        writer.commit()
        if is_lifted:
            lift_override(session, actor=eva, post=post)
            session.commit()
        else:
            reject(session, eva, post)
        switch_epoch(writer, epoch=epoch)
        writer.commit()
    assert standing(session, post)[:2] == (
        (Decision.ACCEPTED, DecidedBy.COMMUNITY) if is_lifted else (Decision.REJECTED, DecidedBy.EDITOR)
    )


def test_an_override_of_a_post_that_members_alone_see_holds_through_epochs(engine, session, eva):
    post = publish(session, audience=Audience.MEMBERS)
    session.commit()
    reject(session, eva, post)
    run_epoch(engine)
    assert standing(session, post)[:2] == (Decision.REJECTED, DecidedBy.EDITOR)


def test_nobody_overrides_a_decision_on_their_own_post_nor_blindly_nor_without_the_role(session, eva):
    coauthor, author = eva, ResearcherFactory()
    own, other = publish(session, by=[author, coauthor]), publish(session)
    for act in (
        lambda **who: override(session, decision=Decision.ACCEPTED, reason=WHY, **who),
        lambda **who: lift_override(session, **who),
    ):
        with pytest.raises(Forbidden, match="one of its authors"):
            act(actor=eva, post=own)
        with pytest.raises(Forbidden, match="only editors"):
            act(actor=author, post=other)
    ReviewDraftFactory(post=other, reviewer_id=eva.id)
    with pytest.raises(Withheld):
        override(session, actor=eva, post=other, decision=Decision.ACCEPTED, reason=WHY)


def test_a_post_that_is_not_published_has_no_decision_to_override(session, eva, post):
    withdraw_post(
        session, actor=ResearcherFactory(role="moderator"), post=get_post(session, post.public_id, viewer=None)
    )
    with pytest.raises(Conflict, match="not published"):
        override(session, actor=eva, post=post, decision=Decision.ACCEPTED, reason=WHY)
