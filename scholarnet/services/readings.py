"""How the epoch in force reads each review: by what it froze of the author, the author's cluster, and the pair."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from scholarnet.db import Key, chunks
from scholarnet.models import Cluster, Identity, Review, ReviewerFit, ReviewFit
from scholarnet.services.clock import Clock
from scholarnet.services.observations import Observation
from scoring.review_table import ReviewTable


class Reading(NamedTuple):
    """What an epoch froze of a review; None where it has nothing, and the review is read as a newcomer's.

    What is frozen with the pair goes before what its author is read by. Of a review that is not signed only `push` can
    be there, if it is the very review that the epoch met: it stays with it when the author reveals themselves.
    """

    bias: float | None = None
    slope: float | None = None
    variance: float | None = None
    trust: float | None = None
    cluster_id: int | None = None
    budget: float | None = None
    push: float | None = None


FITTED = ("bias", "slope", "variance")
PAIR = (*FITTED, "push")
NONE = Reading()
_pair, _unsigned = aliased(ReviewFit), aliased(ReviewFit)


def with_readings(reviews: Select[Any]) -> Select[Any]:
    """Add the columns of :class:`Reading`, in the epoch of the parameter `epoch_id`, to a selection of reviews."""
    epoch_id, is_signed = bindparam("epoch_id", type_=Key), Review.identity == Identity.SIGNED
    own = [
        and_(one.epoch_id == epoch_id, one.post_id == Review.post_id, one.reviewer_id == Review.reviewer_id)
        for one in (_pair, _unsigned)
    ]
    return (
        reviews.add_columns(
            *(
                func.coalesce(getattr(_pair, name), getattr(ReviewerFit, name))
                for name in ("bias", "slope", "variance")
            ),
            *(ReviewerFit.trust, ReviewerFit.cluster_id, Cluster.budget, func.coalesce(_pair.push, _unsigned.push)),
        )
        .outerjoin(
            ReviewerFit,
            and_(ReviewerFit.epoch_id == epoch_id, ReviewerFit.researcher_id == Review.reviewer_id, is_signed),
        )
        .outerjoin(Cluster, Cluster.id == ReviewerFit.cluster_id)
        .outerjoin(_pair, and_(own[0], _pair.is_signed.is_(True), is_signed))
        .outerjoin(_unsigned, and_(own[1], _unsigned.is_signed.is_(False), _unsigned.review_id == Review.id))
    )


_OF_POSTS = with_readings(select(Review.id)).where(
    Review.post_id.in_(bindparam("post_ids", type_=Key, expanding=True)), Review.withdrawn_at.is_(None)
)


def read_table(session: Session, *, clock: Clock, observations: Sequence[Observation]) -> ReviewTable:
    """Return a row a review, as :func:`table_of` does, from what the epoch froze of the live reviews of their posts."""
    readings: dict[int, Reading] = {}
    for some in chunks(sorted({one.post_id for one in observations})):
        rows = session.execute(_OF_POSTS, {"epoch_id": clock.epoch_id, "post_ids": some})
        readings |= {row[0]: Reading._make(row[1:]) for row in rows}
    return table_of(clock, observations, [readings.get(one.id, NONE) for one in observations])


def table_of(clock: Clock, observations: Sequence[Observation], readings: Sequence[Reading]) -> ReviewTable:
    """Return a row a review: as frozen with the pair, else as its author is read; as a newcomer's for whom the epoch
    has not met and for who does not sign."""
    population = clock.population
    column = dict(zip(Reading._fields, zip(*readings, strict=True) if readings else ((),) * len(NONE), strict=True))
    return ReviewTable(
        bias=_known(column["bias"], 0.0),
        slope=_known(column["slope"], population.abar),
        variance=_known(column["variance"], population.newcomer_variance),
        trust=np.array(
            [
                one.trust_read if trust is None else trust
                for one, trust in zip(observations, column["trust"], strict=True)
            ],
            dtype=np.float64,
        ),
        cluster=np.array([-1 if code is None else code for code in column["cluster_id"]], dtype=np.int64),
        budget=_known(column["budget"], np.inf),
        push=_known(column["push"], 1.0),
    )


def clusters_in(observations: Sequence[Observation], readings: Sequence[Reading]) -> Mapping[int, int]:
    """Return the cluster with a budget that each of those who signed is in."""
    return {
        one.reviewer_id: reading.cluster_id
        for one, reading in zip(observations, readings, strict=True)
        if reading.cluster_id is not None and reading.budget is not None
    }


def _known(values: Sequence[float | None], newcomer: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([newcomer if value is None else value for value in values], dtype=np.float64)
