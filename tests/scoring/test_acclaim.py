"""Followers and accepted answers: by hand, and ghosts stay small."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.acclaim import Acclaim, community_amounts
from scoring.parameters import DEFAULT
from scoring.reputation import STEPS, saturate


def total(source, trust, is_answer, is_returned=None):
    """X_com of one receiver."""
    n = len(source)
    returned = np.zeros(n, np.bool_) if is_returned is None else np.array(is_returned)
    rows = Acclaim(np.zeros(n, np.int64), np.array(source), np.array(trust, float), np.array(is_answer), returned)
    return float(community_amounts(rows.receiver, rows.weights()).sum())


def test_a_follow_an_answer_and_a_follow_in_return_by_hand():
    assert total([1], [0.8], [False]) == pytest.approx(math.log(2))
    assert total([1, 2], [0.8, 0.4], [False, True]) == pytest.approx(math.log(1 + 1 + 2 * 0.5))
    assert total([1], [0.8], [False], [True]) == pytest.approx(math.log(1.5))


def test_ten_thousand_answers_stay_under_the_components_cap_and_those_to_one_account_count_three():
    n = 10_000
    by_one = total([1] * n, [0.8] * n, [True] * n)
    assert by_one == pytest.approx(math.log(1 + DEFAULT.source_most))
    assert total(list(range(n)), [0.0] * n, [True] * n) == pytest.approx(math.log(1 + DEFAULT.pool_base))
    by_all = total(list(range(n)), [1.0] * n, [True] * n)
    units = saturate(np.array([0, 0, 0, int(by_all * STEPS)]), np.full(4, 1), DEFAULT)
    assert units.sum() < DEFAULT.component_weights[3] * 1_000_000


rows = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([0.0, 0.3, 0.8]), st.booleans()), min_size=1, max_size=10)


@settings(max_examples=60, deadline=None)
@given(rows, st.tuples(st.integers(0, 4), st.sampled_from([0.0, 0.3, 0.8]), st.booleans()))
def test_a14_another_follow_or_answer_never_lowers(rows, more):
    trust = {source: value for source, value, _ in [more, *rows]}

    def worth(rows):
        return total([one[0] for one in rows], [trust[one[0]] for one in rows], [one[2] for one in rows])

    assert worth([*rows, more]) >= worth(rows) - 1e-12
