"""`trending`, by hand: what an event weighs, what bounds it, and that neither order nor company changes a bit."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.parameters import DEFAULT
from scoring.trending import NO_TREND, STEPS, Events, base_rates, counted, trending, trust_weight

H = math.log(2.0) / 3.0  # ln of the growth of a weight in a day


def events(*rows: tuple[int, int, float, int, int, bool], n_items: int = 1) -> Events:
    """Rows of item, day, weight, source, cluster, trusted."""
    columns = list(zip(*rows, strict=True)) or [()] * 6
    types = (np.int64, np.int64, np.float64, np.int64, np.int64, np.bool_)
    return Events(*(np.array(column, dtype=kind) for column, kind in zip(columns, types, strict=True)), n_items)


def by(source: int, *, item: int = 0, day: int = 10, weight: float = 1.0, cluster: int = -1, new: bool = False):
    return (item, day, weight, source, cluster, not new)


def key(*rows: tuple, best: float = 0.0, rate: float = 1.0) -> float:
    return float(trending(events(*rows), np.array([best]), np.array([rate]))[0])


def weights(*rows: tuple) -> list[float]:
    return (counted(events(*rows))[1] / STEPS).tolist()


def test_one_event_gives_the_formula_term_by_term() -> None:
    expected = math.log(0.4) + 10 * H - 1.2816 / 1.0 - math.log(0.25) - math.log(1.0 + math.exp(-1.5))
    assert key(by(1, weight=0.4), best=1.5, rate=0.25) == pytest.approx(expected, abs=1e-8)


def test_two_accounts_are_surer_than_one() -> None:
    level = math.log(1.0 + 2.0 ** (-3 / 3)) + 13 * H  # a second one three days earlier weighs half
    n_effective = 1.5**2 / (1.0 + 0.25)
    expected = level - 1.2816 / math.sqrt(n_effective) + math.log(0.5)
    assert key(by(1, day=13), by(2, day=10)) == pytest.approx(expected, abs=1e-8)


def test_an_item_without_an_event_that_counts_is_below_all() -> None:
    assert key() == key(by(1, weight=0.0)) == NO_TREND < key(by(1, day=-5000, weight=0.01), best=-30.0)


def test_one_account_counts_once_a_day_by_its_heaviest_event() -> None:
    assert weights(by(1, weight=0.15), by(1, weight=1.0), by(1, weight=0.4)) == [1.0]
    assert weights(by(1, day=1), by(1, day=2)) == [1.0, 1.0]


def test_the_unvouched_of_a_day_weigh_together_what_the_pool_has() -> None:
    crowd = [by(at, weight=0.25, new=True) for at in range(1000)]
    assert sum(weights(*crowd)) == pytest.approx(DEFAULT.trend_pool_base, rel=1e-5)
    beside = weights(*crowd, by(2000), by(2001))
    assert sum(beside) == pytest.approx(2.0 + DEFAULT.trend_pool_base + 2 * DEFAULT.trend_pool_share, rel=1e-5)


def test_ten_new_accounts_are_one_voice_that_a_recommendation_exceeds() -> None:
    assert key(*(by(at, weight=0.25, new=True) for at in range(10))) < key(by(1, weight=0.4))


def test_a_cluster_weighs_no_more_in_a_day_than_one_of_its_members() -> None:
    ring = [by(at, cluster=7) for at in range(8)]
    assert sum(weights(*ring)) == pytest.approx(1.0)
    assert key(*ring) == pytest.approx(key(by(1)), abs=1e-7)


def test_trust_weighs_in_proportion_up_to_a_verification() -> None:
    assert trust_weight(np.array([0.0, 0.2, 0.4, 0.8, 1.0])).tolist() == [0.25, 0.25, 0.5, 1.0, 1.0]


def test_a_base_rate_is_drawn_towards_that_of_all() -> None:
    per_event = 3.0 / math.log(2.0) / 90.0
    happened = events(*(by(at, item=0) for at in range(9)), n_items=2)
    rates, overall = base_rates(happened, np.array([0, 1]), np.array([0, 1]), 2)
    assert overall == pytest.approx((9 * per_event + 5 * 0.1) / 7)
    assert rates.tolist() == pytest.approx([(9 * per_event + 5 * overall) / 6, 5 * overall / 6])


ROWS = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 200), st.floats(0, 1), st.integers(0, 9), st.integers(-1, 1), st.booleans()
    ),
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_keys_have_the_same_bits_in_any_order_and_one_at_a_time(rows, random) -> None:
    best, rate = np.linspace(-2, 2, 4), np.linspace(0.1, 0.7, 4)
    rows = [(*row[:4], row[4] if row[5] else -1, row[5]) for row in {(row[3], row[:2]): row for row in rows}.values()]
    together = trending(events(*rows, n_items=4), best, rate)
    random.shuffle(rows)
    assert trending(events(*rows, n_items=4), best, rate).tolist() == together.tolist()
    alone = [key(*((0, *row[1:]) for row in rows if row[0] == at), best=best[at], rate=rate[at]) for at in range(4)]
    assert alone == together.tolist()
