"""Rulings: an editor sets or lifts the budget of a cluster, with a reason; the next epoch follows."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Forbidden
from scholarnet.models import Cluster, PostAuthor, Researcher, Ruling, RulingMember
from scholarnet.permissions import permit
from scholarnet.services import audit


def rule(session: Session, *, actor: Researcher, cluster: Cluster, budget: float | None, reason: str) -> Ruling:
    """Set the budget of these accounts (None: lift it), in place of an earlier ruling on them.

    `budget` bounds Σφ√P of the cluster on one post, in 1/θ. Nobody rules on a cluster that they are in, or that
    reviewed a post of theirs.
    """
    _refuse_own(session, actor, cluster)
    _revoke_all(session, cluster)
    ruling = Ruling(
        actor=actor,
        budget=budget,
        reason=reason,
        members=[RulingMember(researcher_id=member.researcher_id) for member in cluster.members],
    )
    cluster.ruling = ruling
    session.flush()
    entry = audit.record(
        session, actor=actor, action="cluster.rule", subject=f"ruling:{ruling.public_id}", reason=reason
    )
    entry.details = {"cluster": cluster.public_id, "budget": budget}
    return ruling


def revoke_ruling(session: Session, *, actor: Researcher, cluster: Cluster) -> None:
    """Leave it to the model again; doing it twice is harmless."""
    _refuse_own(session, actor, cluster)
    cluster.ruling = None
    if _revoke_all(session, cluster):
        audit.record(session, actor=actor, action="cluster.revoke_ruling", subject=f"cluster:{cluster.public_id}")


def live_rulings(session: Session) -> dict[int, Ruling]:
    """The ruling that each account is under, the latest."""
    rows = session.execute(
        select(RulingMember.researcher_id, Ruling)
        .join(Ruling, Ruling.id == RulingMember.ruling_id)
        .where(Ruling.revoked_at.is_(None))
        .order_by(Ruling.id)
    )
    return {row.researcher_id: row.Ruling for row in rows}


def _revoke_all(session: Session, cluster: Cluster) -> bool:
    """Revoke whatever live ruling a member is under, made on an earlier cluster too; whether there was any."""
    members = [member.researcher_id for member in cluster.members]
    about = select(RulingMember.ruling_id).where(RulingMember.researcher_id.in_(members))
    rows = session.scalars(select(Ruling).where(Ruling.revoked_at.is_(None), Ruling.id.in_(about))).all()
    for row in rows:
        row.revoked_at = now()
    session.flush()
    return bool(rows)


def _refuse_own(session: Session, actor: Researcher, cluster: Cluster) -> None:
    permit(actor, "cluster.rule")
    if any(member.researcher_id == actor.id for member in cluster.members):
        msg = "you are one of these accounts; another editor has to decide"
        raise Forbidden(msg)
    posts = [effect.post_id for effect in cluster.effects]
    own = exists().where(PostAuthor.researcher_id == actor.id, PostAuthor.post_id.in_(posts))
    if session.scalar(select(own)):
        msg = "they reviewed a post of yours; another editor has to decide"
        raise Forbidden(msg)
