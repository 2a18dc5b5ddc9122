"""Trust along vouches: by hand, against linear algebra, and against people who multiply themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.parameters import DEFAULT
from scoring.trust import propagate

SEEDS = st.integers(0, 2**32 - 1)


def network(seed, n=40, m=120):
    random = np.random.default_rng(seed)
    return random.random(n) < 0.2, random.integers(0, n, m), random.integers(0, n, m)


def test_trust_when_one_vouches_in_a_chain_is_calculated_by_hand():
    got = propagate(np.array([True, False, False]), np.array([0, 1]), np.array([1, 2]))
    # .8·.8/(5 + 1) = .10667, and .8·.10667/6 = .014222
    assert got == pytest.approx([0.8, 0.64 / 6, 0.8 * 0.64 / 36], abs=1e-9)


def test_trust_when_two_vouch_for_each_other_is_calculated_by_hand():
    got = propagate(np.array([True, False]), np.array([0, 1]), np.array([1, 0]))
    # x = .8 + .8y/6, y = .8x/6: x = .8/(1 − (.8/6)²)
    assert got == pytest.approx([0.8 / (1 - 0.64 / 36), 0.8 / (1 - 0.64 / 36) * 0.8 / 6], abs=1e-8)


def test_trust_when_many_verified_vouch_stops_at_one():
    n = 40
    got = propagate(np.ones(n, dtype=bool), np.arange(1, n), np.zeros(n - 1, dtype=np.int64))
    assert got[0] == 1.0
    assert got[1:].tolist() == [0.8] * (n - 1)


def test_trust_when_nobody_vouches_is_what_verification_gives():
    none = np.zeros(0, dtype=np.int64)
    assert propagate(np.array([True, False]), none, none).tolist() == [0.8, 0.0]


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_trust_when_nothing_reaches_one_solves_the_linear_equations(seed):
    verified, voucher, vouched = network(seed)
    verified[0] = True
    edges = {(u, i) for u, i in zip(voucher.tolist(), vouched.tolist(), strict=True) if u != i}
    flow, out = np.zeros((40, 40)), np.bincount([u for u, _ in edges], minlength=40)
    for u, i in edges:
        flow[i, u] = 0.8 / (5 + out[u])
    exact = np.linalg.solve(np.eye(40) - flow, 0.8 * verified)
    if exact.max() < 1.0:
        assert np.abs(propagate(verified, voucher, vouched) - exact).sum() < 1e-8


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_trust_when_vouches_come_in_any_order_or_twice_has_the_same_bits(seed):
    verified, voucher, vouched = network(seed)
    twice = np.random.default_rng(seed).permutation(np.r_[np.arange(120), np.arange(60)])
    assert np.array_equal(propagate(verified, voucher, vouched), propagate(verified, voucher[twice], vouched[twice]))


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_trust_when_accounts_are_relabelled_has_the_same_bits(seed):
    verified, voucher, vouched = network(seed)
    new = np.random.default_rng(seed).permutation(40)
    moved = np.empty(40, dtype=bool)
    moved[new] = verified
    assert np.array_equal(propagate(moved, new[voucher], new[vouched])[new], propagate(verified, voucher, vouched))


@pytest.mark.parametrize("n_sybils", [1, 10, 1000])
def test_trust_when_sybils_vouch_for_each_other_is_nothing_without_a_vouch_from_outside(n_sybils):
    sybils = np.arange(1, n_sybils + 1)
    got = propagate(np.r_[True, np.zeros(n_sybils, bool)], np.r_[sybils, 1], np.r_[np.roll(sybils, 1), 0])
    assert not got[1:].any()
    assert got[0] == 0.8


@pytest.mark.parametrize("n_sybils", [1, 10, 1000])
@pytest.mark.parametrize("seed", range(3))
def test_trust_when_sybils_multiply_is_bounded_by_what_flows_in(n_sybils, seed):
    """One honest account vouches for one of them: together they hold .64/6 · 1/(1 − .8) at most."""
    random = np.random.default_rng(seed)
    among = random.integers(1, n_sybils + 1, (2, 20 * n_sybils))
    got = propagate(np.r_[True, np.zeros(n_sybils, bool)], np.r_[0, among[0]], np.r_[1, among[1]])
    assert got[1:].sum() <= 0.64 / 6 * 5 + 1e-8
    assert got[1:].max() < DEFAULT.trusted_at


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(0, 1), st.floats(0, 1))
def test_trust_when_a_vouch_changes_moves_by_its_share_at_most(seed, before, after):
    """Lipschitz: |Δ|₁ ≤ .8·|Δv|/5 · 2/(1 − .8) for one vouch of an account whose trust is at most 1."""
    verified, voucher, vouched = network(seed)
    weight = np.ones(120)
    one, two = (propagate(verified, voucher, vouched, np.r_[v, weight[1:]]) for v in (before, after))
    assert np.abs(one - two).sum() <= 0.8 * abs(before - after) / 5 * 2 / 0.2 + 1e-6


def test_trust_when_a_column_is_wrong_names_it():
    one = np.array([0])
    with pytest.raises(ValueError, match="vouched: expected codes from 0 to 1"):
        propagate(np.array([True, False]), one, np.array([2]))
    with pytest.raises(ValueError, match="weight: expected finite numbers"):
        propagate(np.array([True, False]), one, np.array([1]), np.array([1.5]))
