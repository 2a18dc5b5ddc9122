"""What a cluster did to each post: its members' ratings beside everybody else's, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from scholarnet.models import Cluster, ClusterEffect, Identity, Review
from scholarnet.services.clusters import shown_effects
from scholarnet.services.post_versions import shown_version


@dataclass(frozen=True, slots=True)
class PostUnderCluster:
    """Overall ratings, and scores in the same units: as it stands, and were the cluster's reviews counted in full."""

    title: str
    by_members: Sequence[float]
    by_others: Sequence[float]
    value: float
    value_in_full: float


def view_posts(session: Session, cluster: Cluster) -> list[PostUnderCluster]:
    """Return the posts that two or more of them reviewed, those that bounding them moves most first.

    A review that is not signed is one of the others', whoever wrote it.
    """
    effects = shown_effects(cluster)
    members = {member.researcher_id for member in cluster.members}
    rows = session.execute(
        select(Review.post_id, Review.reviewer_id, Review.identity, Review.overall)
        .where(Review.post_id.in_([effect.post_id for effect in effects]), Review.withdrawn_at.is_(None))
        .order_by(Review.overall)
    ).all()
    return [
        PostUnderCluster(
            shown_version(effect.post).title,
            [row.overall for row in rows if row.post_id == effect.post_id and _is_by(members, row)],
            [row.overall for row in rows if row.post_id == effect.post_id and not _is_by(members, row)],
            effect.value,
            effect.value_in_full,
        )
        for effect in sorted(effects, key=_moved, reverse=True)
    ]


def _is_by(members: set[int], row: Row[int, int, Identity, float]) -> bool:
    return row.identity is Identity.SIGNED and row.reviewer_id in members


def _moved(effect: ClusterEffect) -> float:
    return abs(effect.value_in_full - effect.value)
