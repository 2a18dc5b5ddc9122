"""Clusters: who reviews together, and what an editor says of it."""

from collections.abc import Sequence
from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.clusters import ClusterOut, RulingIn, RulingOut
from scholarnet.models import Cluster, Ruling
from scholarnet.services import clusters, epochs, rulings
from scholarnet.services.post_versions import shown_version
from scholarnet.services.withholding import withheld_among

blueprint = Blueprint("clusters", "", "Accounts that review together, with the evidence, for editors")


@blueprint.route("/epochs/<epoch_id>/clusters", permission="cluster.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(ClusterOut))
def list_clusters(page: dict[str, Any], epoch_id: str) -> dict[str, Any]:
    """List the clusters that an epoch found, as an editor, those that depart furthest from others first."""
    epoch = epochs.get_epoch(db.session(), epoch_id)
    return paginate(clusters.list_clusters(actor=actor(), epoch=epoch), page, _entries)


@blueprint.route("/clusters/<cluster_id>/ruling", methods=["PUT"], permission="cluster.rule")
@blueprint.arguments(RulingIn)
@blueprint.response(200, RulingOut)
def rule(body: dict[str, Any], cluster_id: str) -> Ruling:
    """Set or lift the budget of a cluster with a reason, as an editor; the next epoch follows."""
    cluster = clusters.get_cluster(db.session(), cluster_id, actor=actor())
    ruling = rulings.rule(db.session(), actor=actor(), cluster=cluster, **body)
    db.session.commit()
    return ruling


@blueprint.route("/clusters/<cluster_id>/ruling", methods=["DELETE"], permission="cluster.rule")
@blueprint.response(204)
def revoke_ruling(cluster_id: str) -> None:
    """Leave the budget of a cluster to the model again, as an editor."""
    cluster = clusters.get_cluster(db.session(), cluster_id, actor=actor())
    rulings.revoke_ruling(db.session(), actor=actor(), cluster=cluster)
    db.session.commit()


def _entries(rows: Sequence[Cluster]) -> list[dict[str, Any]]:
    posts = {effect.post_id for cluster in rows for effect in cluster.effects}
    withheld = withheld_among(db.session(), viewer=actor(), post_ids=posts)
    return [
        {
            "id": cluster.public_id,
            "members": cluster.members,
            "n_posts": cluster.n_items,
            "excess": cluster.excess,
            "departure": cluster.departure,
            "budget": cluster.budget,
            "effects": [
                {
                    "post_id": effect.post.public_id,
                    "title": shown_version(effect.post).title,
                    "n_reviews": effect.n_reviews,
                    "value": effect.value,
                    "value_in_full": effect.value_in_full,
                }
                for effect in clusters.shown_effects(cluster)
                if effect.post_id not in withheld
            ],
            "ruling": cluster.ruling,
        }
        for cluster in rows
    ]
