"""Impact by hand: percentiles, the vanishing venue, shares of authors."""

import math

import numpy as np
import pytest

from scoring.impact import hazen, merit, post_amounts, publication_amounts, with_venue


def test_hazen_when_there_are_ties_and_cells_shares_the_mean_rank():
    cell = np.array([0, 0, 0, 0, 1, 2, 2])
    got = hazen(np.array([3.0, 1.0, 1.0, 9.0, 5.0, 0.0, 0.0]), cell)
    assert got == pytest.approx([2.5 / 4, 1 / 4, 1 / 4, 3.5 / 4, 0.5, 0.5, 0.5])
    assert hazen(np.zeros(0), np.zeros(0, int)).tolist() == []


def test_merit_when_at_the_top_is_bounded():
    assert merit(np.array([0.0, 0.9, 0.99, 0.999, 0.99999, 1.0])) == pytest.approx([0, 1, 2, 3, 3, 3])


def test_venue_when_a_work_is_young_lends_and_then_vanishes():
    percentile, venue = np.array([0.2, 0.8, 0.6, 0.5]), np.array([4, 4, 4, -1])
    got = with_venue(percentile, venue, np.array([0.0, 2.0, 1e6, 0.0]))
    late = 3 * math.exp(-1)
    assert got == pytest.approx([(0.2 + 3 * 0.7) / 4, (0.8 + late * 0.4) / (1 + late), 0.6, 0.5])
    assert with_venue(np.array([0.3]), np.array([0]), np.zeros(1)).tolist() == [0.3]


def test_publication_when_shared_by_four_gives_each_a_half():
    n = 10
    got = publication_amounts(np.arange(10.0), np.zeros(n, int), np.full(n, -1), np.full(n, 5.0), np.full(n, 4))
    assert got == pytest.approx(0.5 * -np.log10(1 - (np.arange(10) + 0.5) / 10))
    with pytest.raises(ValueError, match="n_authors"):
        publication_amounts(np.ones(1), np.zeros(1, int), np.zeros(1, int), np.ones(1), np.zeros(1, int))


def test_post_when_nobody_reviewed_it_earns_nothing():
    got = post_amounts(np.array([-1.2816, 0.0, 1.6448536, 5.0]), np.array([1, 1, 4, 1]))
    assert got == pytest.approx([0.0, 0.0, 0.5, 3.0], abs=1e-6)  # 2Φ(1.645) − 1 = .9
