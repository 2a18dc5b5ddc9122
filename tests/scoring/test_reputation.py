"""Reputation: exact sums, bounds, and figures worked out by hand."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.parameters import DEFAULT
from scoring.reputation import STEPS, Contributions, Saturations, reputations, saturations

events = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 3), st.floats(0, 50)),
    min_size=1,
    max_size=40,
)
COHORT = np.array([0, 0, 1, 1, 1])


def contributions(rows, n_researchers=5):
    who, component, amount = zip(*rows, strict=True) if rows else ((), (), ())
    whole = [np.array(column, dtype=np.int64) for column in (who, component)]
    return Contributions(*whole, np.array(amount, float), np.arange(len(who)), n_researchers)


@settings(max_examples=150, deadline=None)
@given(events)
def test_a14_decomposition_when_summed_is_exact_and_bounded(rows):
    one = contributions(rows)
    got = reputations(one, COHORT, saturations(one, COHORT, 2))
    ledger = np.zeros((5, 4), dtype=np.int64)
    np.add.at(ledger, (one.researcher, one.component), got.ledger)
    assert np.array_equal(ledger, got.components)
    assert np.array_equal(got.components.sum(axis=1), got.total)
    assert got.total.min() >= 0
    assert got.total.max() <= 1_000_000
    assert got.ledger.min() >= 0
    assert (got.components <= [450_000, 200_000, 200_000, 150_000]).all()


@settings(max_examples=150, deadline=None)
@given(events, st.tuples(st.integers(0, 4), st.integers(0, 3), st.floats(0, 50)))
def test_a14_more_work_when_added_never_lowers_anything(rows, more):
    before = contributions(rows)
    frozen = saturations(before, COHORT, 2)
    got, after = (reputations(one, COHORT, frozen) for one in (before, contributions([*rows, more])))
    assert (after.total >= got.total).all()
    others = np.arange(5) != more[0]
    assert np.array_equal(after.total[others], got.total[others])


@settings(max_examples=50, deadline=None)
@given(events, st.randoms(use_true_random=False))
def test_ledger_when_rows_come_in_another_order_is_the_same(rows, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    a = contributions(rows)
    b = Contributions(a.researcher[order], a.component[order], a.amount[order], a.key[order], 5)
    frozen = saturations(a, COHORT, 2)
    assert np.array_equal(saturations(b, COHORT, 2).half, frozen.half)
    assert np.array_equal(reputations(a, COHORT, frozen).ledger[order], reputations(b, COHORT, frozen).ledger)


@settings(max_examples=50, deadline=None)
@given(events)
def test_ledger_when_computed_in_fractions_differs_by_less_than_a_unit(rows):
    one = contributions(rows)
    frozen = saturations(one, COHORT, 2)
    got = reputations(one, COHORT, frozen)
    for event in range(len(rows)):
        who, what = one.researcher[event], one.component[event]
        mine = (one.researcher == who) & (one.component == what)
        x = sum(Fraction(round(a * 2**20)) for a in one.amount[mine])
        half = int(frozen.half[COHORT[who], what])
        exact = Fraction(DEFAULT.component_weights[what]) * 10**6 * Fraction(round(one.amount[event] * 2**20))
        exact /= x + half
        assert abs(got.ledger[event] - exact) < 2  # one for the component's floor, one for the remainder


def test_saturation_when_cohorts_are_small_leans_on_everybody():
    one = contributions([(0, 0, 1.0), (1, 0, 3.0), (2, 0, 8.0), (3, 0, 0.0)])
    half = saturations(one, COHORT, 2).half / STEPS
    # medians of the positive: 2 of {1, 3}, 8 of {8}, 3 of all
    assert half[:, 0] == pytest.approx([(2 * 2 + 20 * 3) / 22, (1 * 8 + 20 * 3) / 21], abs=1e-5)
    assert half[:, 1].tolist() == [DEFAULT.half_saturation] * 2


def test_reputation_when_worked_out_by_hand():
    frozen = Saturations(np.full((1, 4), 2 * STEPS, dtype=np.int64))
    one = contributions([(0, 0, 2.0), (0, 1, 1.0), (0, 1, 1.0), (0, 1, 1.0), (1, 2, 6.0)], 3)
    got = reputations(one, np.zeros(3, dtype=np.int64), frozen)
    # 45·2/4 = 22.5; 20·3/5 = 12; 20·6/8 = 15
    assert got.components.tolist() == [[225_000, 120_000, 0, 0], [0, 0, 150_000, 0], [0, 0, 0, 0]]
    assert got.ledger.tolist() == [225_000, 40_000, 40_000, 40_000, 150_000]
    assert got.percentile == pytest.approx([2.5 / 3, 1.5 / 3, 0.5 / 3])


def test_ledger_when_remainders_are_equal_gives_the_unit_to_the_lower_key():
    frozen = Saturations(np.full((1, 4), STEPS, dtype=np.int64))
    one = Contributions(np.zeros(3, int), np.full(3, 3), np.full(3, 1 / 3 * 2), np.array([7, 5, 6]), 1)
    got = reputations(one, np.zeros(1, int), frozen)
    assert got.total.tolist() == [100_000 - 1 + 1]  # 150,000·2/3
    assert got.ledger.tolist() == [33_333, 33_334, 33_333]


def test_saturations_when_they_have_been_json_are_the_same():
    frozen = saturations(contributions([(0, 0, 1.0)]), COHORT, 2)
    assert np.array_equal(Saturations.from_dict(json.loads(json.dumps(frozen.as_dict()))).half, frozen.half)


def test_contributions_when_they_exceed_whole_number_arithmetic_are_refused():
    with pytest.raises(ValueError, match="amount: a researcher has more"):
        contributions([(0, 0, 2.0**22), (0, 0, 1.0)]).totals()


@pytest.mark.parametrize(
    ("rows", "message"),
    [([(5, 0, 1.0)], "researcher: expected codes"), ([(0, 4, 1.0)], "component:"), ([(0, 0, -1.0)], "amount:")],
)
def test_contributions_when_a_column_is_wrong_name_it(rows, message):
    with pytest.raises(ValueError, match=message):
        contributions(rows)
