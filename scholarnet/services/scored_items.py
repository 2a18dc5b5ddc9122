"""One post as the epoch in force reads it, with all that scoring it again takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from scholarnet.models import Post, PostScore
from scholarnet.services.clock import Clock, clock_of
from scholarnet.services.observations import Observation
from scholarnet.services.readings import read_table
from scholarnet.services.rescores import observe, reviews_of
from scholarnet.services.version_scores import observe_version
from scoring.arrays import Bools, Ints
from scoring.effects import lift
from scoring.item import Scores, score
from scoring.removal import values_without
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """Each review, in the order of their ids, is a row of `observations`, `reviews`, `table` and the scores."""

    clock: Clock
    observations: Sequence[Observation]
    reviews: Reviews
    table: ReviewTable
    n_trusted: Ints
    scores: Scores

    @property
    def counts(self) -> Bools:
        """Which reviews count, bool[n]."""
        return self.reviews.eligibility > 0.0

    def values_without(self, left_out: Bools) -> list[float | None]:
        """The value without each set of reviews, bool[m, n]; None where none is left that counts."""
        values = values_without(self.reviews, self.clock.population, self.table, self.n_trusted, left_out)
        return [None if np.isnan(value) else value for value in values.tolist()]

    def value_in_full(self, rows: Bools) -> float:
        """The value with these reviews, bool[n], under no cluster's budget and no suspicion of a push."""
        lifted = lift(self.table, rows)
        return float(score(self.reviews, self.clock.population, lifted, self.n_trusted).value[0])


def read_item(session: Session, *, post: Post, stored: PostScore, version: int | None = None) -> ScoredItem:
    """Read the post's reviews, or those of a version, and score them in the epoch of its stored score."""
    clock = clock_of(session, stored.epoch_id)
    observations = (
        observe(session, [post.id]) if version is None else observe_version(session, post=post, number=version)
    )
    table = read_table(session, clock=clock, observations=observations)
    reviews = reviews_of(clock, observations, [post.id], [post.kind])
    n_trusted = np.array([stored.n_trusted], dtype=np.int64)
    scores = score(reviews, clock.population, table, n_trusted)
    return ScoredItem(clock, observations, reviews, table, n_trusted, scores)
