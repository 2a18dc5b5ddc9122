"""Overrides: an editor decides on a post in place of the community, with a reason, at once and until it is lifted."""

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Conflict, Forbidden
from scholarnet.models import DecidedBy, Decision, MoveReason, Override, Post, PostAuthor, PostScore, Researcher
from scholarnet.permissions import permit
from scholarnet.services import audit
from scholarnet.services.moves import add_editors_move
from scholarnet.services.scores import find_score, hold_log
from scholarnet.services.withholding import refuse_withheld


def override(session: Session, *, actor: Researcher, post: Post, decision: Decision, reason: str) -> PostScore:
    """Decide on the post in place of the community, and of an earlier override; saying the same twice is harmless.

    Nobody decides on a post of theirs. Raises Withheld, and Conflict where there is nothing to decide on.
    """
    score = _held_score(session, actor, post)
    earlier = live_override(session, post_id=post.id)
    if earlier is not None and (earlier.decision, earlier.reason) == (decision, reason):
        return score
    before, moment = score.decision, now()
    if earlier is not None:
        earlier.lifted_at = moment
        session.flush()
    session.add(Override(post_id=post.id, actor_id=actor.id, decision=decision, reason=reason, created_at=moment))
    score.decision, score.decision_by = decision, DecidedBy.EDITOR
    session.flush()
    add_editors_move(session, score=score, before=before, reason=MoveReason.EDITOR, note=reason, at=moment)
    subject = f"post:{post.public_id}"
    entry = audit.record(session, actor=actor, action="decision.override", subject=subject, reason=reason)
    entry.details = {"before": before, "decision": decision}
    return score


def lift_override(session: Session, *, actor: Researcher, post: Post) -> None:
    """Put the community's decision, as it is by now, in force again; doing it twice is harmless."""
    score = _held_score(session, actor, post)
    live = live_override(session, post_id=post.id)
    if live is None:
        return
    before, live.lifted_at = score.decision, now()
    score.decision, score.decision_by = score.community_decision, DecidedBy.COMMUNITY
    session.flush()
    reason = MoveReason.EDITOR_LIFTED
    add_editors_move(session, score=score, before=before, reason=reason, note=None, at=live.lifted_at)
    audit.record(session, actor=actor, action="decision.lift", subject=f"post:{post.public_id}")


def live_override(session: Session, *, post_id: int) -> Override | None:
    """Return the override that a post is under."""
    return session.scalar(select(Override).where(Override.post_id == post_id, Override.lifted_at.is_(None)))


def apply_overrides(session: Session, *, epoch_id: int) -> None:
    """Put the live overrides in force in an epoch; the caller holds the log, and so no other comes meanwhile."""
    live = select(Override.decision).where(Override.post_id == PostScore.post_id, Override.lifted_at.is_(None))
    session.execute(
        update(PostScore)
        .where(
            PostScore.epoch_id == epoch_id,
            PostScore.post_id.in_(select(Override.post_id).where(Override.lifted_at.is_(None))),
        )
        .values(decision=live.scalar_subquery(), decision_by=DecidedBy.EDITOR),
        execution_options={"synchronize_session": False},
    )


def _held_score(session: Session, actor: Researcher, post: Post) -> PostScore:
    """The score in the epoch in force, which cannot change before this transaction ends."""
    permit(actor, "decision.override")
    own = exists().where(PostAuthor.post_id == post.id, PostAuthor.researcher_id == actor.id)
    if session.scalar(select(own)):
        msg = "you are one of its authors; another editor has to decide"
        raise Forbidden(msg)
    refuse_withheld(session, viewer=actor, post=post)
    hold_log(session)
    score = find_score(session, post=post)
    if score is None:
        msg = "there is nothing to decide on: the post is not published"
        raise Conflict(msg)
    session.refresh(score)
    return score
