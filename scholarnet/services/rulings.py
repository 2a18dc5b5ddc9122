"""Rulings: an editor sets or lifts the budget of a cluster, with a reason; the next epoch follows."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Forbidden
from scholarnet.models import Cluster, Researcher, Ruling, RulingMember
from scholarnet.permissions import permit
from scholarnet.services import audit


def rule(session: Session, *, actor: Researcher, cluster: Cluster, budget: float | None, reason: str) -> Ruling:
    """Set the budget of these accounts (None: lift it), in place of an earlier ruling on them.

    `budget` bounds Σφ√P of the cluster on one post, in 1/θ. Nobody rules on a cluster that they are in.
    """
    _refuse_own(actor, cluster)
    if cluster.ruling is not None:
        cluster.ruling.revoked_at = now()
    ruling = Ruling(
        actor=actor,
        budget=budget,
        reason=reason,
        members=[RulingMember(researcher_id=member.researcher_id) for member in cluster.members],
    )
    cluster.ruling = ruling
    audit.record(session, actor=actor, action="cluster.rule", subject=f"cluster:{cluster.public_id}", reason=reason)
    return ruling


def revoke_ruling(session: Session, *, actor: Researcher, cluster: Cluster) -> None:
    """Leave it to the model again; doing it twice is harmless."""
    _refuse_own(actor, cluster)
    if cluster.ruling is not None:
        cluster.ruling.revoked_at = now()
        cluster.ruling = None
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


def _refuse_own(actor: Researcher, cluster: Cluster) -> None:
    permit(actor, "cluster.rule")
    if any(member.researcher_id == actor.id for member in cluster.members):
        msg = "you are one of these accounts; another editor has to decide"
        raise Forbidden(msg)
