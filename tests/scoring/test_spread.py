"""A fit whose reviews lie in shards has the bits of one that has them all (A3), whoever does the arithmetic."""

import pickle

import numpy as np
import pytest

from scoring.epoch import fit
from scoring.reviews import Forms, Reviews
from scoring.spread import begin, spread
from tests.benchmarks.accuracy.rings import RINGS

FORMS = Forms.single(1.0, 10.0)


class InTurn:
    """Parts in this process, one after the other; as on a cluster they came by wire, and each is worked on twice."""

    def hold(self, parts):
        return [begin(pickle.loads(pickle.dumps(part))) for part in parts]  # noqa: S301  (made a line above)

    def step(self, places, work, told):
        each = told if len(told) == len(places) else told * len(places)
        for part, one in zip(places, each, strict=True):
            work(part, one)
        done = [work(part, one) for part, one in zip(places, each, strict=True)]
        return [part for part, _ in done], [answer for _, answer in done]


@pytest.fixture(scope="module")
def scene():
    """A ring, a push by many, strangers, unsigned reviews, some that count half or not at all, items without any."""
    case, random = RINGS["camouflaged"](21), np.random.default_rng(3)
    n, honest = len(case.rating), ~case.members[case.reviewer]
    mean = np.bincount(case.item, case.rating) / np.bincount(case.item)
    pushed = np.isin(case.item, np.argsort(mean)[:20]) & honest & (random.random(n) < 0.4)
    reviews = Reviews(
        case.reviewer,
        case.item,
        np.where(pushed, 1.0, case.rating)[:, None],
        random.integers(0, 6, n).astype(np.int8),
        np.where(honest, random.choice([0.0, 0.5, 1.0, 1.0, 1.0], n), 1.0),
        ~honest | (random.random(n) < 0.9),
        case.n_reviewers,
        np.zeros(case.n_items + 3, np.int64),
    )
    trust = np.where(case.members | (np.arange(case.n_reviewers) % 11 > 0), 0.8, 0.0)
    return reviews, FORMS, trust


@pytest.fixture(scope="module")
def whole(scene):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCHOLARNET_KERNELS", "plain")
        found = fit(*scene)
    assert np.isfinite(found.reviewers.budget).any(), "shards are made anew under the ring's budget"
    assert (found.table.push < 1.0).any(), "shards are told of pushes"
    return found


@pytest.mark.parametrize("parts", ["plain 1", "plain 2", "plain 7", "numba 2"])
def test_fit_when_reviews_lie_in_shards_has_the_same_hash(scene, whole, monkeypatch, parts):
    way, n_parts = parts.split()
    monkeypatch.setenv("SCHOLARNET_KERNELS", way)
    parted = fit(*scene, place=spread(InTurn(), int(n_parts)))
    assert (parted.hash, parted.n_sweeps) == (whole.hash, whole.n_sweeps)
    assert np.array_equal(parted.table.push, whole.table.push)
