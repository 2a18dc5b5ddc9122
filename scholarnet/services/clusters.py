"""Clusters: the accounts that an epoch found to review together, for editors, with the evidence."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from scholarnet.errors import Conflict, NotFound
from scholarnet.models import (
    Audience,
    Cluster,
    ClusterEffect,
    Epoch,
    Post,
    PostStatus,
    Researcher,
    ReviewerFit,
    Ruling,
)
from scholarnet.permissions import permit
from scholarnet.services.clock import current_epoch_id


def list_clusters(*, actor: Researcher, epoch: Epoch) -> Select[Cluster]:
    """The clusters of an epoch whose rows are still kept, those that depart furthest from others first."""
    permit(actor, "cluster.read")
    return clusters_of(epoch)


def clusters_of(epoch: Epoch) -> Select[Cluster]:
    """The same for whoever runs the network."""
    return (
        select(Cluster)
        .where(Cluster.epoch_id == epoch.id)
        .options(
            selectinload(Cluster.members).joinedload(ReviewerFit.researcher),
            selectinload(Cluster.effects).joinedload(ClusterEffect.post).selectinload(Post.versions),
            joinedload(Cluster.ruling).joinedload(Ruling.actor),
        )
        .order_by(Cluster.departure.desc(), Cluster.public_id)
    )


def shown_effects(cluster: Cluster) -> list[ClusterEffect]:
    """What bounding it does to the posts that are still there for everybody."""
    return [
        effect
        for effect in cluster.effects
        if effect.post.status is PostStatus.PUBLISHED and effect.post.audience is Audience.PUBLIC
    ]


def get_cluster(session: Session, public_id: str, *, actor: Researcher) -> Cluster:
    """Return the cluster of that id with its members, for a ruling: held until the transaction ends.

    Conflict if a newer epoch is in force, whose clusters are to be ruled on.
    """
    permit(actor, "cluster.read")
    cluster = session.scalar(
        select(Cluster)
        .where(Cluster.public_id == public_id)
        .options(selectinload(Cluster.members), selectinload(Cluster.effects), selectinload(Cluster.ruling))
        .with_for_update()
    )
    if cluster is None:
        raise NotFound("cluster", public_id)
    if cluster.epoch_id != session.scalar(select(current_epoch_id())):
        msg = "a newer epoch is in force: rule on its clusters, at /epochs/{epoch_id}/clusters"
        raise Conflict(msg)
    return cluster
