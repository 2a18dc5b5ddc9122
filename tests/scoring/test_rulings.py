"""Editors' rulings, on clusters found anew."""

import numpy as np

from scoring.rulings import Ruling, follow

CODE = np.array([0, 0, 0, 0, 1, 1, 1, -1, -1])  # who is in which cluster
BUDGET = np.array([1.5, np.inf])


def ruled(*rulings: tuple[list[int], float]) -> tuple[list[float], list[int]]:
    budgets, followed = follow(CODE, BUDGET, [Ruling(np.array(who, dtype=np.int64), budget) for who, budget in rulings])
    return budgets.tolist(), followed.tolist()


def test_nothing_changes_when_there_is_no_ruling():
    assert ruled() == ([1.5, np.inf], [-1, -1])


def test_a_ruling_holds_when_it_shares_more_than_half_of_its_members_and_of_the_clusters():
    assert ruled(([0, 1, 2, 7], np.inf)) == ([np.inf, np.inf], [0, -1])
    assert ruled(([0, 1, 7], 3.0)) == ([1.5, np.inf], [-1, -1]), "half of the cluster's four"
    assert ruled(([0, 1, 2, 4, 7, 8], 3.0)) == ([1.5, np.inf], [-1, -1]), "half of the ruling's six"


def test_a_budget_can_be_set_where_the_model_sets_none():
    assert ruled(([4, 5], 0.5)) == ([1.5, 0.5], [-1, 0])


def test_the_last_ruling_holds_when_there_are_several():
    assert ruled(([0, 1, 2, 3], np.inf), ([0, 1, 2], 0.7)) == ([0.7, np.inf], [1, -1])


def test_who_has_no_review_any_more_counts_as_a_member_outside():
    assert ruled(([4, 5, -1], 0.5)) == ([1.5, 0.5], [-1, 0])
    assert ruled(([4, 5, -1, -1], 0.5)) == ([1.5, np.inf], [-1, -1])
    assert ruled(([-1, -1], 0.5)) == ([1.5, np.inf], [-1, -1])
    assert ruled(([], 0.5)) == ([1.5, np.inf], [-1, -1])
