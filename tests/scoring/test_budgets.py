"""What many accounts together can do to one item: nothing beyond their budget, whatever they say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.budgets import Crowds
from scoring.decision import Evidence, Thresholds
from scoring.epoch import fit
from scoring.item import score
from scoring.parameters import DEFAULT
from scoring.reviews import Forms, Reviews
from scoring.weight import caps
from tests.benchmarks.accuracy.rings import RINGS
from tests.scoring.clock import score_by

SEEDS = st.integers(0, 2**32 - 1)
FORMS = Forms.single()


def one_item(reviews, rating):
    n = len(rating)
    return reviews(np.arange(n), np.zeros(n, int), rating, item_form=np.zeros(1, int))


def theta(reviews, population, rows, rating):
    return score_by(rows, one_item(reviews, rating), population).theta_k[0] / 2**32


def test_factors_when_a_cluster_and_the_unvouched_meet_are_calculated_by_hand(table):
    trust = [0.8, 0.8, 0.8, 0.0, 0.0, 0.8]
    cluster, budget = [4, 4, -1, 4, -1, 4], [1.5, 1.5, np.inf, 1.5, np.inf, 1.5]
    rows = table(1.0, 1.0, trust, cluster=cluster, budget=budget, push=[1.0, 0.5, 1.0, 1.0, 1.0, 1.0])
    item = np.array([0, 0, 0, 0, 0, 1])
    got = Crowds.of(item, 2, rows, DEFAULT).factors(np.array([2.0, 2.0, 1.0, 1.0, 1.0, 1.0]), DEFAULT)
    # cluster on item 0: Σφ√P = 2 + ½·2 + 1 = 4, φ = 1.5/4; trusted: .75 + .375 + 1, pool: .375 + 1 within .5 + .2125
    left = (0.5 + 0.1 * 2.125) / 1.375
    assert got == pytest.approx([0.375, 0.1875, 1.0, 0.375 * left, left, 1.0], abs=1e-9)


def test_factors_when_an_editor_sets_the_budget_follow_it(table):
    for budget, left in ((np.inf, 1.0), (0.5, 0.125), (0.0, 0.0), (1e9, 1.0)):
        rows = table(1.0, 1.0, [0.8, 0.8], cluster=0, budget=budget)
        got = Crowds.of(np.zeros(2, int), 1, rows, DEFAULT).factors(np.array([2.0, 2.0]), DEFAULT)
        assert got == pytest.approx([left, left], abs=1e-9)


@pytest.mark.parametrize("n_sybils", [1, 10, 100, 10_000])
@pytest.mark.parametrize("n_trusted", [0, 5])
def test_a6_when_any_number_of_the_unvouched_join_the_pool_bounds_them(reviews, genesis, table, n_sybils, n_trusted):
    random = np.random.default_rng(n_sybils)
    honest = random.uniform(0.2, 0.4, n_trusted)
    rows = table(1.0, 0.1, np.r_[np.full(n_trusted, 0.8), np.full(n_sybils, 0.19)])
    before = theta(reviews, genesis, rows.take(np.arange(n_trusted)), honest)
    moved = theta(reviews, genesis, rows, np.r_[honest, np.ones(n_sybils)]) - before
    # √P of each trusted one is √10
    assert 0.0 < moved <= DEFAULT.huber_c * (0.5 + 0.1 * n_trusted * np.sqrt(10.0)) + 1e-6


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 60), st.sampled_from([0.5, 1.5]))
def test_a7_when_a_cluster_joins_it_moves_theta_by_its_budget_at_most(reviews, genesis, table, seed, size, budget):
    random = np.random.default_rng(seed)
    n = int(random.integers(0, 12))
    rating = np.r_[random.random(n), np.full(size, float(seed % 2))]
    cluster = np.r_[np.full(n, -1), np.zeros(size, int)]
    trust = np.r_[random.choice([0.0, 0.8], n), np.full(size, 0.8)]
    variance = np.r_[random.uniform(0.05, 2, n), np.full(size, 0.2)]
    rows = table(1.0, variance, trust, cluster=cluster, budget=np.where(cluster < 0, np.inf, budget))
    moved = theta(reviews, genesis, rows, rating) - theta(reviews, genesis, rows.take(np.arange(n)), rating[:n])
    # beside the unvouched, whose budget rises with it: 1.1
    assert abs(moved) <= DEFAULT.huber_c * budget * (1.1 if (trust[:n] < 0.2).any() else 1.0) + 1e-6


def test_a7_when_the_budget_is_lifted_a_cluster_moves_more(reviews, genesis, table):
    rating = np.r_[np.full(5, 0.3), np.ones(40)]
    cluster = np.r_[np.full(5, -1), np.zeros(40, int)]
    alone = theta(reviews, genesis, table(1.0, 0.2, np.full(5, 0.8)), rating[:5])
    bound = theta(reviews, genesis, table(1.0, 0.2, 0.8, cluster=cluster, budget=1.5), rating)
    free = theta(reviews, genesis, table(1.0, 0.2, 0.8, cluster=cluster, budget=np.inf), rating)
    assert bound - alone < 0.3 * (free - alone)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.floats(0, 1))
def test_a4_monotone_when_a_rating_rises_under_all_budgets_no_score_falls(reviews, genesis, table, seed, to):
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 25))
    rating = random.random(n)
    cluster = random.integers(-1, 2, n)
    given_rows = table(
        random.uniform(0, 2, n),
        random.uniform(0.02, 2, n),
        random.choice([0.0, 0.1, 0.8], n),
        random.normal(0, 0.5, n),
        cluster=cluster,
        budget=np.where(cluster == 0, 1.5, np.where(cluster == 1, 0.3, np.inf)),
        push=random.choice([0.05, 0.6, 1.0], n),
    )
    before = score_by(given_rows, one_item(reviews, rating), genesis)
    rating[0] = max(rating[0], to)
    after = score_by(given_rows, one_item(reviews, rating), genesis)
    assert np.array_equal(before.factor, after.factor)
    for name in ("theta_k", "best_k", "low_k", "high_k", "value", "low", "high", "best"):
        assert getattr(after, name)[0] >= getattr(before, name)[0]


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.floats(0.2, 1), st.integers(0, 60))
def test_a5_one_account_when_it_joins_beside_the_unvouched_moves_theta_by_its_cap_and_a_tenth(
    reviews, genesis, table, seed, trust, n_trusted
):
    random = np.random.default_rng(seed)
    rating = np.r_[random.random(20), 1.0]
    rows = table(1.0, 0.02, np.r_[np.zeros(15), np.full(5, 0.8), trust])  # natural P is 50

    def scored(m):
        return score(one_item(reviews, rating[:m]), genesis, rows.take(np.arange(m)), np.array([n_trusted]))

    bound = 1.1 * DEFAULT.huber_c * np.sqrt(min(50.0, float(caps(np.array(trust), np.array(n_trusted), DEFAULT))))
    assert abs(scored(21).theta_k[0] - scored(20).theta_k[0]) / 2**32 <= bound + 1e-6


def test_caps_when_an_item_has_trusted_reviews_grow_with_them_and_with_trust():
    got = caps(np.array([0.0, 0.4, 0.8, 1.0, 0.8]), np.array([30, 30, 30, 30, 1000]), DEFAULT)
    assert got == pytest.approx([0.05, 0.05 + 39.95 / 2, 40.0, 40.0, 100.0])


def test_sources_when_a_cluster_has_a_budget_are_counted_once(reviews, genesis, table):
    cluster, budget = [0, 0, -1, 1, 1], [1.0, 1.0, np.inf, np.inf, np.inf]
    one = one_item(reviews, np.full(5, 0.6))
    got = score_by(table(1.0, 1.0, 0.8, cluster=cluster, budget=budget), one, genesis)
    # √P = 1: the two of the cluster weigh ½ each and are one, the other cluster has no budget
    assert got.factor.tolist() == [0.5, 0.5, 1.0, 1.0, 1.0]
    assert got.n_effective[0] == pytest.approx(16 / 4)
    assert got.n_sources[0] == 4
    assert got.information[0] == pytest.approx(5.0)
    evidence = Evidence.of(got, one, Thresholds(np.array([[5.0, 6.0, 7.0, 8.0]]), np.array([6.0])))
    assert evidence.n_clusters.tolist() == [4]
    assert evidence.weight_above + evidence.weight_below == pytest.approx([4.0])


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_a3_when_budgets_bite_order_and_shards_change_no_bit(community, genesis, table, seed):
    c = community(seed)
    random = np.random.default_rng(seed)
    n, who = len(c.reviews), c.reviews.reviewer
    cluster = random.integers(-1, 3, 60)[who]
    trust = random.choice([0.0, 0.15, 0.8], 60)[who]
    rows = table(
        1.0, 0.2, trust, cluster=cluster, budget=np.where(cluster < 0, np.inf, 1.5), push=random.choice([0.3, 1.0], n)
    )
    n_trusted = np.bincount(c.reviews.item)
    whole = score(c.reviews, genesis, rows, n_trusted)
    order = random.permutation(n)
    again = score(c.reviews.take(order), genesis, rows.take(order), n_trusted)
    part = np.flatnonzero(c.reviews.item % 3 == 1)
    shard = score(c.reviews.take(part), genesis, rows.take(part), n_trusted)
    for name in ("theta_k", "best_k", "high_k", "n_effective", "n_sources", "dispersion", "information"):
        assert np.array_equal(getattr(whole, name), getattr(again, name))
        assert np.array_equal(getattr(whole, name)[1::3], getattr(shard, name)[1::3])
    assert np.array_equal(whole.share[order], again.share)
    total = np.bincount(c.reviews.item, whole.share) + whole.prior_share
    assert np.abs(total - whole.value).max() < 1e-9


@pytest.mark.parametrize("kind", ["camouflaged", "majority", "rivals"])
def test_a7_when_an_epoch_finds_a_ring_its_members_move_no_item_by_more_than_the_budget(parameters, kind):
    """With the epoch frozen: every item with and without the reviews of the ring; a budget so small that it bites."""
    parameters = replace(parameters, cluster_budget=0.2 * parameters.cluster_budget)
    case = RINGS[kind](21)
    n = len(case.rating)
    columns = (case.rating[:, None], np.zeros(n, np.int8), np.ones(n), np.ones(n, bool), case.n_reviewers)
    one = Reviews(case.reviewer, case.item, *columns, np.zeros(case.n_items, np.int64))
    epoch = fit(one, FORMS, np.full(case.n_reviewers, 0.8), parameters)
    ring = epoch.reviewers.cluster[np.flatnonzero(case.members)]
    assert (ring == np.bincount(ring[ring >= 0]).argmax()).mean() >= 0.8
    rest = np.flatnonzero(~case.members[case.reviewer])
    whole = score(one, epoch.population, epoch.table, epoch.n_trusted)
    without = score(one.take(rest), epoch.population, epoch.table.take(rest), epoch.n_trusted)
    moved = np.abs(whole.theta_k - without.theta_k) / 2**32
    assert moved.max() <= DEFAULT.huber_c * 0.2 * DEFAULT.cluster_budget + 1e-6


def test_editors_when_half_of_a_cluster_has_their_word_decide_its_budget():
    case = RINGS["camouflaged"](22)
    n = len(case.rating)
    columns = (case.rating[:, None], np.zeros(n, np.int8), np.ones(n), np.ones(n, bool), case.n_reviewers)
    one = Reviews(case.reviewer, case.item, *columns, np.zeros(case.n_items, np.int64))
    members = np.flatnonzero(case.members)

    def budgets(said, whom):
        wished = np.full(case.n_reviewers, np.nan)
        wished[whom] = said
        return fit(one, FORMS, np.full(case.n_reviewers, 0.8), budgets=wished).reviewers.budget[members]

    assert set(budgets(np.inf, members)) == {np.inf}
    assert set(budgets(0.25, members[:7])) == {0.25}
    assert set(budgets(0.25, members[:2])) == {1.5}
    with pytest.raises(ValueError, match="budgets: expected numbers from 0"):
        budgets(-1.0, members)
