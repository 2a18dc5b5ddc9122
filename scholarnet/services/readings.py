"""How the epoch in force reads each review: by what it froze of the author, the author's cluster, and the pair."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from scholarnet.db import chunks
from scholarnet.models import Cluster, ReviewerFit, ReviewFit
from scholarnet.services.clock import Clock
from scholarnet.services.observations import Observation
from scoring.review_table import ReviewTable

PAIR = ("bias", "slope", "variance", "push")

# The statements of every review write, built once: building them cost as much as running them.
_AUTHORS = (
    select(
        ReviewerFit.researcher_id,
        ReviewerFit.bias,
        ReviewerFit.slope,
        ReviewerFit.variance,
        ReviewerFit.trust,
        ReviewerFit.cluster_id,
        Cluster.budget,
    )
    .outerjoin(Cluster, Cluster.id == ReviewerFit.cluster_id)
    .where(
        ReviewerFit.epoch_id == bindparam("epoch_id"),
        ReviewerFit.researcher_id.in_(bindparam("researcher_ids", expanding=True)),
    )
)
_PAIRS = select(ReviewFit).where(
    ReviewFit.epoch_id == bindparam("epoch_id"), ReviewFit.post_id.in_(bindparam("post_ids", expanding=True))
)


def read_table(session: Session, *, clock: Clock, observations: Sequence[Observation]) -> ReviewTable:
    """Return a row a review: as frozen with the pair, else as its author is read; as a newcomer's for whom the epoch
    has not met and for who does not sign."""
    newcomers = clock.population.newcomers(np.array([one.trust_read for one in observations], dtype=np.float64))
    table = newcomers.readings(np.arange(len(observations), dtype=np.int64))
    signed = sorted({one.reviewer_id for one in observations if one.is_signed})
    authors = {
        row.researcher_id: row
        for some in chunks(signed)
        for row in session.execute(_AUTHORS, {"epoch_id": clock.epoch_id, "researcher_ids": some})
    }
    post_ids = sorted({one.post_id for one in observations})
    pairs = {
        (row.post_id, row.reviewer_id, row.is_signed): row
        for row in session.scalars(_PAIRS, {"epoch_id": clock.epoch_id, "post_ids": post_ids})
    }
    for at, one in enumerate(observations):
        author = authors.get(one.reviewer_id) if one.is_signed else None
        if author is not None:
            table.bias[at], table.slope[at], table.variance[at] = author.bias, author.slope, author.variance
            table.trust[at] = author.trust
            if author.cluster_id is not None:
                table.cluster[at] = author.cluster_id
                table.budget[at] = np.inf if author.budget is None else author.budget
        unsigned = pairs.get((one.post_id, one.reviewer_id, False))
        if unsigned is not None and unsigned.review_id == one.id:
            table.push[at] = unsigned.push  # it stays with it when the author reveals themselves
        pair = pairs.get((one.post_id, one.reviewer_id, True)) if one.is_signed else None
        if pair is not None:
            for name in PAIR:
                getattr(table, name)[at] = getattr(pair, name)
    return table
