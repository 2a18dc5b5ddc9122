"""What the clusters that have a budget contribute to one score: for editors."""

from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import Cluster
from scholarnet.services.scored_items import ScoredItem


def share_of_clusters(session: Session, item: ScoredItem) -> list[dict[str, Any]]:
    """Return, for each cluster with a budget that reviewed the post, what its reviews contribute together, the value
    were they not there, and the value were they counted in full; what moves the score most comes first."""
    keys = np.unique(item.table.cluster[item.table.is_budgeted & item.counts])
    rows = select(Cluster.id, Cluster.public_id).where(Cluster.id.in_(keys.tolist()))
    public_ids = dict(session.execute(rows).all()) if len(keys) else {}
    theirs = (item.table.cluster == keys[:, None]) & item.counts
    clusters = [
        {
            "cluster_id": public_ids[key],
            "n_reviews": int(rows.sum()),
            "share": float(item.scores.share[rows].sum()),
            "value_without": value,
            "value_in_full": item.value_in_full(rows),
        }
        for key, rows, value in zip(keys.tolist(), theirs, item.values_without(theirs), strict=True)
    ]
    return sorted(clusters, key=lambda one: (-abs(one["share"]), one["cluster_id"]))
