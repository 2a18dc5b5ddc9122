"""An item without some of its reviews: the same as if they had never been there."""

import numpy as np
import pytest

from scoring import removal
from scoring.item import score
from scoring.removal import values_without


@pytest.fixture
def item(reviews, table):
    """Five reviews of one item: two share a cluster's budget, one has no vote, one is by an unvouched account."""
    given = reviews(range(5), [0] * 5, [0.9, 0.8, 0.3, 0.6, 1.0], eligibility=np.array([1, 1, 0, 1, 1.0]))
    cluster, budget = np.array([0, 0, -1, -1, -1]), np.array([0.9, 0.9, np.inf, np.inf, np.inf])
    trust = np.array([0.8, 0.8, 0.8, 0.8, 0.1])
    return given, table(np.full(5, 0.459**0.5), 0.541, trust, cluster=cluster, budget=budget)


def test_the_value_is_that_of_the_reviews_that_are_left_when_chunks_are_small(item, genesis, monkeypatch):
    given, read = item
    n_trusted = np.array([2])
    left_out = np.array([[n >> bit & 1 for bit in range(5)] for n in range(32)], dtype=bool)
    values = values_without(given, genesis, read, n_trusted, left_out)
    for rows, value in zip(left_out, values, strict=True):
        kept = np.flatnonzero(~rows)
        assert value == pytest.approx(
            score(given.take(kept), genesis, read.take(kept), n_trusted).value[0], nan_ok=True
        )
    assert np.isnan(values[-1])
    monkeypatch.setattr(removal, "ROWS", 12)
    np.testing.assert_array_equal(values_without(given, genesis, read, n_trusted, left_out), values)


def test_nothing_is_left_out_of_many_items(reviews, table, genesis):
    given = reviews([0, 1], [0, 1], [0.5, 0.5])
    with pytest.raises(ValueError, match="of 2 items"):
        values_without(
            given, genesis, table(np.ones(2), 1.0, 0.8), np.zeros(2, dtype=int), np.zeros((1, 2), dtype=bool)
        )
