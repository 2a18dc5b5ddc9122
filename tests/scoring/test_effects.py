"""What a budget does to an item, by hand."""

import numpy as np
import pytest

from scoring.effects import cluster_effects

P = 0.459 / (0.455 + 0.086)  # before any fit


def test_the_effect_is_that_of_the_budget_by_hand(reviews, table, genesis):
    """Four of a ring give .75, one standard deviation up, to item 1; two others of it review item 0, one item 2."""
    rows = [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1), (3, 1), (2, 2), (4, 2)]
    reviewer, item = np.array(rows).T
    in_ring = reviewer < 4
    read = table(
        np.full(len(rows), 0.459**0.5),
        0.541,
        0.8,
        cluster=np.where(in_ring, 0, -1),
        budget=np.where(in_ring, 1.5, np.inf),
    )
    given = reviews(reviewer, item, [0.75] * len(rows))
    effects = cluster_effects(given, genesis, read, np.zeros(3, dtype=np.int64), 0)
    assert effects.item.tolist() == [0, 1], "one review of item 2 is no business of a cluster"
    assert effects.n_reviews.tolist() == [2, 4]
    for at, n in enumerate((2, 4)):
        free = n * P
        bound = free * min(1.0, 1.5 / (n * P**0.5))
        assert effects.value[at] == pytest.approx(5.5 + 2.25 * bound / (1 + bound), abs=1e-6)
        assert effects.value_in_full[at] == pytest.approx(5.5 + 2.25 * free / (1 + free), abs=1e-6)
