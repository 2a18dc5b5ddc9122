"""Peers do what their papers say: by hand on a small case, by an independent check, and by SCORING.md's figures."""

import numpy as np
import pytest

from tests.benchmarks.accuracy.liao import liao
from tests.benchmarks.accuracy.measures import rated, tau
from tests.benchmarks.accuracy.peers.cr import cr
from tests.benchmarks.accuracy.peers.everybody import PEERS
from tests.benchmarks.accuracy.peers.iarr import iarr
from tests.benchmarks.accuracy.peers.ir import ir
from tests.benchmarks.accuracy.peers.mean import mean
from tests.benchmarks.accuracy.peers.platt_burges import platt_burges
from tests.benchmarks.accuracy.real import Ratings

PUBLISHED = {
    "clean": {"mean": 0.848, "IR": 0.945, "CR": 0.883, "IARR": 0.910, "Platt-Burges": 0.856},
    "random .5": {"mean": 0.731, "IR": 0.818, "CR": 0.835, "IARR": 0.870, "Platt-Burges": 0.750},
    "push .5": {"mean": 0.718, "IR": 0.614, "CR": 0.836, "IARR": 0.868, "Platt-Burges": 0.796},
    "malicious .3": {"mean": 0.759, "IR": 0.921, "CR": 0.858, "IARR": 0.887, "Platt-Burges": 0.826},
}
TOLERANCE = 0.02  # of one seed, seeds differ by up to .01


def table(*rows):
    """One row a reviewer, one column an item, None where there is no rating."""
    cells = [(r, p, y) for r, row in enumerate(rows) for p, y in enumerate(row) if y is not None]
    reviewer, item, rating = (np.array(column) for column in zip(*cells, strict=True))
    return Ratings(reviewer, item, rating.astype(float), len(rows), len(rows[0]))


def test_mean_when_an_item_has_no_rating_is_that_of_all():
    assert mean(table([0.0, 1.0, None], [0.5, None, None])) == pytest.approx([0.25, 1.0, 0.5])


def test_ir_when_one_of_three_disagrees_believes_the_two():
    """By hand: at the fixed point the two are without variance, and the third weighs nothing beside them."""
    assert ir(table([0.2, 0.8], [0.2, 0.8], [0.8, 0.2])) == pytest.approx([0.2, 0.8], abs=1e-6)


def test_ir_when_converged_weighs_by_the_inverse_of_the_mean_squared_distance():
    given = noisy()
    quality = ir(given)
    square = [np.mean((given.rating - quality[given.item])[given.reviewer == r] ** 2) for r in range(given.n_reviewers)]
    assert weighted(given, 1.0 / np.array(square)) == pytest.approx(quality, abs=1e-4)


def test_cr_when_one_of_three_disagrees_gives_them_no_weight():
    """By hand: two rise by equal steps, so correlate fully with their mean; the third falls, and has none."""
    assert cr(table([0.0, 0.5, 1.0], [0.2, 0.6, 1.0], [1.0, 0.5, 0.0])) == pytest.approx([0.1, 0.55, 1.0])


def test_cr_when_a_reviewer_always_gives_the_same_gives_them_no_weight():
    assert cr(table([0.0, 0.5, 1.0], [0.2, 0.6, 1.0], [1.0, 1.0, 1.0])) == pytest.approx([0.1, 0.55, 1.0])


@pytest.mark.parametrize(("peer", "theta"), [(cr, 1.0), (iarr, 3.0)])
def test_reputation_when_converged_is_the_correlation_to_the_power_of_theta(peer, theta):
    given = noisy()
    quality = peer(given)
    rows = [given.reviewer == r for r in range(given.n_reviewers)]
    found = np.array([np.corrcoef(given.rating[mine], quality[given.item[mine]])[0, 1] for mine in rows])
    assert weighted(given, np.maximum(found, 0.0) ** theta) == pytest.approx(quality, abs=0.01)
    assert abs(peer(given) - mean(given)).max() > 0.02


def test_platt_burges_when_reviewers_differ_in_severity_only_takes_it_out():
    """The last two items are .6 and .4; the lenient have seen the worse, the severe the better of them."""
    merit = np.array([0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.6, 0.4])
    severe, lenient = np.append(merit[:7] - 0.2, np.nan), np.append(merit + 0.2, 0.0)[:8]
    lenient[6] = np.nan
    rows = [[None if np.isnan(y) else y for y in row] for row in (severe, severe, lenient, lenient)]
    given = table(*rows)
    assert mean(given)[6] < mean(given)[7]
    assert platt_burges(given)[6] - platt_burges(given)[7] == pytest.approx(0.2, abs=0.03)


@pytest.fixture(scope="module")
def dense():
    return {column: liao(2, column) for column in PUBLISHED}


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("column", PUBLISHED)
def test_peer_when_asked_of_the_published_generator_has_the_published_tau(dense, column, name):
    sample = dense[column]
    assert tau(PEERS[name](sample), sample.truth, rated(sample)) == pytest.approx(
        PUBLISHED[column][name], abs=TOLERANCE
    )


def weighted(given, weight):
    w = weight[given.reviewer]
    return np.bincount(given.item, w * given.rating) / np.bincount(given.item, w)


def noisy():
    random = np.random.default_rng(5)
    reviewer, item = np.divmod(np.arange(20 * 30), 30)
    error = random.uniform(0.05, 0.6, 20)[reviewer]
    rating = np.clip(random.uniform(size=30)[item] + error * random.standard_normal(600), 0.0, 1.0)
    return Ratings(reviewer, item, rating, 20, 30)
