"""Votes: Wilson's bound by hand, and what a ring of voters can do."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.exchange import votes_in_rings
from scoring.helpfulness import Votes, wilson

Z = 1.2816


def votes(*rows):
    """One review, voted for by (helpful, trusted, returned, cluster, own)."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    flags = [np.array(column, dtype=np.bool_) for column in (columns[0], columns[1], columns[2], columns[4])]
    cluster = np.array(columns[3], dtype=np.int64)
    return Votes(np.zeros(len(rows), np.int64), *flags[:3], cluster, flags[3], 1)


def low(*rows):
    return votes(*rows).bounds()[0][0]


YES, NO = (True, True, False, -1, False), (False, True, False, -1, False)


def test_the_lower_end_is_wilsons():
    assert low() == 0.0
    assert low(YES) == pytest.approx(1 / (1 + Z**2))
    p, n = 0.75, 4
    by_hand = (p + Z**2 / (2 * n) - Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n * n))) / (1 + Z**2 / n)
    assert low(YES, YES, YES, NO) == pytest.approx(by_hand)
    assert wilson(np.array([0.0]), np.array([3.0]), Z)[0][0] == 0.0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30))
def test_a_vote_that_says_so_lifts_and_another_lowers(helpful, others):
    before = low(*[YES] * helpful, *[NO] * others)
    assert low(*[YES] * (helpful + 1), *[NO] * others) > before
    assert low(*[YES] * helpful, *[NO] * (others + 1)) <= before + 1e-12


def test_a_ring_a_cluster_and_strangers_are_heard_as_one_however_many():
    returned, stranger = (True, True, True, -1, False), (True, False, False, -1, False)
    clustered, own = (True, True, False, 7, False), (True, True, False, 7, True)
    assert low(*[returned] * 500) == pytest.approx(low(YES))
    assert low(*[clustered] * 500) == pytest.approx(low(YES))
    assert low(*[own] * 500) == 0.0
    assert low(*[stranger] * 10_000) < low(YES)
    assert low(*[YES] * 8, *[returned] * 500) == pytest.approx(low(*[YES] * 9))


def test_votes_in_return_and_round_a_ring_are_found_and_others_are_not():
    random = np.random.default_rng(1)
    giver, receiver = random.integers(0, 200, (2, 2000))
    kept = giver < receiver  # nobody votes back
    ring = np.array([[200, 201], [201, 202], [202, 200]] * 8)
    pair = np.array([[5, 203], [203, 5]])
    rows = np.concatenate([np.stack([giver[kept], receiver[kept]], axis=1), ring, pair])
    found = votes_in_rings(rows[:, 0], rows[:, 1], 204)
    assert found[-26:].all()
    assert not found[:-26].any()
