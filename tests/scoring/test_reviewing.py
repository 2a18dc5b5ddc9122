"""Foresight, against the log density of a normal written out."""

import math

import numpy as np
import pytest

from scoring.reviewing import Timeline, gains

DAY = 86_400.0
NOW = 365 * DAY


def slow_gain(x, p, time, me, as_of):
    """The gain of review `me` of one item, as its docstring says."""
    if as_of - time[me] < 30 * DAY:
        return 0.0
    before = [j for j in range(len(x)) if time[j] < time[me]]
    after = [j for j in range(len(x)) if time[me] < time[j] <= as_of]
    later = sum(p[j] for j in after)
    if not later:
        return 0.0
    s = 1 + sum(p[j] for j in before)
    m = sum(p[j] * x[j] for j in before) / s
    m_with = (s * m + p[me] * x[me]) / (s + p[me])
    target, v = sum(p[j] * x[j] for j in after) / later, 1 / s + 1 / later
    densities = [-0.5 * math.log(2 * math.pi * v) - (target - mean) ** 2 / (2 * v) for mean in (m_with, m)]
    return densities[0] - densities[1]


@pytest.mark.parametrize("seed", range(5))
def test_gains_when_computed_one_by_one_are_the_same(seed):
    random = np.random.default_rng(seed)
    n = 60
    item, time = random.integers(0, 6, n), np.floor(random.random(n) * 40) * 10 * DAY
    x, p = random.normal(size=n), random.uniform(0.05, 10, n)
    got = gains(Timeline(item, time, x, p), NOW)
    for row in range(n):
        mine = np.flatnonzero(item == item[row])
        me = int(np.flatnonzero(mine == row)[0])
        assert got[row] == pytest.approx(slow_gain(x[mine], p[mine], time[mine], me, NOW), abs=1e-6)


def amounts(x, days, *, as_of=NOW):
    n = len(x)
    time = np.array(days, dtype=float) * DAY
    return np.clip(gains(Timeline(np.zeros(n, int), time, np.array(x, float), np.ones(n)), as_of), 0.0, 1.0)


def test_amount_when_a_review_echoes_what_is_known_is_exactly_nothing():
    # before the second, ΣPx/(1 + ΣP) = 1/2; it says ½ again
    assert amounts([1.0, 0.5, 3.0, 3.0], [0, 1, 2, 3])[1] == 0.0


def test_amount_when_a_contrarian_proves_right_is_positive():
    got = amounts([-2.0, 2.0, 2.0, 2.0, 2.0], [0, 1, 2, 3, 4])
    assert 0.0 < got[1] <= 1.0
    assert got[0] == 0.0  # proved wrong: nothing, and no fine


def test_amount_when_a_review_is_younger_than_30_days_waits():
    x, days = [-2.0, 2.0, 2.0], [0, 340, 341]
    assert amounts(x, days, as_of=369.9 * DAY)[1] == 0.0
    assert amounts(x, days, as_of=370.0 * DAY)[1] > 0.0


def test_amounts_when_rows_come_in_another_order_are_the_same_bits():
    random = np.random.default_rng(1)
    n = 200
    columns = (random.integers(0, 9, n), random.integers(0, 90, n) * DAY, random.normal(size=n), random.random(n))
    order = random.permutation(n)
    a = gains(Timeline(*columns), NOW)
    b = gains(Timeline(*(c[order] for c in columns)), NOW)
    assert a[order].tobytes() == b.tobytes()
    assert gains(Timeline(*(np.zeros(0),) * 4), NOW).tolist() == []
