"""Impact by hand: percentiles, the vanishing venue, shares of authors."""

import numpy as np
import pytest

from scoring.impact import author_share, best_of_each, hazen, merit, post_amounts


def test_hazen_when_there_are_ties_and_cells_shares_the_mean_rank():
    cell = np.array([0, 0, 0, 0, 1, 2, 2])
    got = hazen(np.array([3.0, 1.0, 1.0, 9.0, 5.0, 0.0, 0.0]), cell)
    assert got == pytest.approx([2.5 / 4, 1 / 4, 1 / 4, 3.5 / 4, 0.5, 0.5, 0.5])
    assert hazen(np.zeros(0), np.zeros(0, int)).tolist() == []


def test_merit_when_at_the_top_is_bounded():
    assert merit(np.array([0.0, 0.9, 0.99, 0.999, 0.99999, 1.0])) == pytest.approx([0, 1, 2, 3, 3, 3])


def test_author_share_when_nobody_wrote_a_work_is_refused():
    assert author_share(np.array([1, 4])).tolist() == [1.0, 0.5]
    with pytest.raises(ValueError, match="n_authors"):
        author_share(np.array([0]))


def test_post_when_nobody_reviewed_it_earns_nothing():
    got = post_amounts(np.array([-1.2816, 0.0, 1.6448536, 5.0]), np.array([1, 1, 4, 1]))
    assert got == pytest.approx([0.0, 0.0, 0.5, 3.0], abs=1e-6)  # 2Φ(1.645) − 1 = .9


def test_of_the_posts_of_one_work_the_best_of_each_author_counts():
    lines = [  # amount, high, person, work, post; and whether it counts
        (0.5, 1.0, 1, 9, 1, False),
        (2.0, 2.5, 1, 9, 3, False),
        (2.0, 2.5, 1, 9, 2, True),  # the lower of two equal ones
        (0.1, 0.1, 2, 9, 1, True),  # another author's own
        (0.1, 0.2, 1, 8, 4, True),
        (0.0, 0.1, 3, 8, 5, False),
        (0.0, 0.3, 3, 8, 6, True),  # may be the better
        (0.4, 0.4, 1, -1, 7, True),
        (0.3, 0.3, 1, -1, 8, True),
    ]
    *columns, expected = zip(*lines, strict=True)
    for order in (slice(None), slice(None, None, -1)):
        got = best_of_each(*(np.array(column)[order] for column in columns))
        assert got.tolist() == list(expected[order])
    assert best_of_each(*(np.zeros(0, dtype=kind) for kind in "ddqqq")).tolist() == []
