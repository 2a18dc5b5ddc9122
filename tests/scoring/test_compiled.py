"""Compiled kernels give the bits of NumPy: of every reading of a shard, and of a whole fit."""

from dataclasses import fields, replace

import numpy as np
import pytest

from scoring.cavity import Voices
from scoring.compiled import sweep as kernel
from scoring.compiled.shard import CompiledShard
from scoring.epoch import fit
from scoring.parameters import DEFAULT
from scoring.population import prior_population
from scoring.reviews import Forms, Reviews
from scoring.shard import Shard
from scoring.sweeps import State, sweep

FORMS = Forms.single(1.0, 10.0)
N_REVIEWERS, N_ITEMS = 700, 400


@pytest.fixture
def way(monkeypatch):
    return lambda name: monkeypatch.setenv("SCHOLARNET_KERNELS", name)


def any_reviews(random):
    """Items with up to more reviews than are taken together, the first with none; unsigned ones, all confidences."""
    count = np.r_[0, random.integers(1, 12, N_ITEMS - 2), kernel.TOGETHER + 88]
    item = np.repeat(np.arange(N_ITEMS), count)
    reviewer = np.concatenate([random.choice(N_REVIEWERS, one, replace=False) for one in count])
    n = len(item)
    return Reviews(
        reviewer,
        item,
        random.random((n, 1)),
        random.integers(0, 6, n).astype(np.int8),
        random.choice([0.25, 0.5, 1.0], n),
        random.random(n) < 0.9,
        N_REVIEWERS,
        np.zeros(N_ITEMS, dtype=np.int64),
    )


def shard_of(random, reviews, start):
    """Some in clusters with budgets of which one is 0, some unvouched, some pushes; and any state of the readings."""
    n = len(reviews)
    trust = random.choice([0.0, 0.1, 0.5, 0.8, 1.0], N_REVIEWERS)
    cluster = random.integers(-1, 4, N_REVIEWERS)
    people = replace(start.newcomers(trust), cluster=cluster, budget=np.array([0.0, 0.7, 1.5, np.inf, np.inf])[cluster])
    table = replace(people.readings(reviews.reviewer), push=random.choice([0.05, 0.7, 1.0], n))
    slope = random.choice([0.0, 0.03, 0.5, 1.2], n)
    voices = Voices(random.normal(size=n), slope, random.gamma(1.0, 1.0, n) + 0.01, random.uniform(0.1, 1.0, n))
    z = np.clip(random.normal(0.0, 3.0, n), -16.0, 16.0)
    return Shard.of(reviews, z, table, trust, random.integers(0, 120, N_ITEMS), voices, DEFAULT)


def swept(seed, n_sweeps):
    """All numbers that a few sweeps leave behind."""
    random = np.random.default_rng(seed)
    start = replace(prior_population(FORMS, DEFAULT), sigma_a2=DEFAULT.prior_slope)
    shard = shard_of(random, any_reviews(random), start)
    state = State.first(start, shard.n_signed(), shard.sizes.n_seen)
    for _ in range(n_sweeps):
        state, sums = sweep(state, shard)
    of_state = [getattr(state, name) for name in ("bias", "slope", "noise", "uncertainty")]
    of_reviews = [getattr(shard.voices, field.name) for field in fields(Voices)]
    return shard, [*of_state, *of_reviews, shard.m, np.array([sums.second, sums.m, sums.change]), state.population.hash]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n_sweeps", [1, 4])
def test_sweeps_when_compiled_leave_the_same_bits(seed, n_sweeps, way):
    way("plain")
    one, plain = swept(seed, n_sweeps)
    way("numba")
    two, compiled = swept(seed, n_sweeps)
    assert (type(one), type(two)) == (Shard, CompiledShard)
    for a, b in zip(plain, compiled, strict=True):
        assert np.asarray(a).tobytes() == np.asarray(b).tobytes()


def test_sweeps_when_shared_out_among_more_threads_leave_the_same_bits(way, monkeypatch):
    way("numba")
    one = swept(7, 3)[1]
    monkeypatch.setattr("scoring.compiled.shard.n_threads", lambda: 5)
    five = swept(7, 3)[1]
    assert [np.asarray(a).tobytes() for a in one] == [np.asarray(b).tobytes() for b in five]


def test_fit_when_compiled_has_the_hash_of_numpy_in_any_order_of_the_rows(community, way):
    c = community(5, n_items=150)
    shuffled = c.reviews.take(np.random.default_rng(1).permutation(len(c.reviews)))
    way("plain")
    want = fit(c.reviews, FORMS, c.trust).hash
    way("numba")
    assert fit(c.reviews, FORMS, c.trust).hash == want
    assert fit(shuffled, FORMS, c.trust).hash == want


def test_compiled_shard_when_reviews_are_not_sorted_by_item_is_refused(community, way):
    c = community(0)
    back = c.reviews.take(np.arange(len(c.reviews))[::-1])
    start = prior_population(FORMS, DEFAULT)
    table, n_trusted = start.newcomers(c.trust).readings(back.reviewer), np.zeros(back.n_items, dtype=np.int64)
    way("numba")
    with pytest.raises(ValueError, match="sorted by item"):
        Shard.of(back, np.zeros(len(back)), table, c.trust, n_trusted, Voices.first(start, len(back)), DEFAULT)
