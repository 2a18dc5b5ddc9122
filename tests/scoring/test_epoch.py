"""The fit: what it finds, and what it leaves alone."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kendalltau

from scoring.anova import is_merit_seen, shares
from scoring.cavity import Voices
from scoring.epoch import fit
from scoring.item import score
from scoring.moments import Moments, posterior
from scoring.parameters import DEFAULT, Parameters
from scoring.population import Population, ReviewerTable, prior_population
from scoring.reviews import Forms
from scoring.shard import Shard
from scoring.sums import Groups, total
from scoring.sweeps import NotConverged, State, sweep

FORMS = Forms.single(1.0, 10.0)


START = replace(prior_population(FORMS, DEFAULT), sigma_a2=DEFAULT.prior_slope)


def shard_of(reviews, z, trust, table=None):
    """What a fit sweeps over, with no trusted review counted; `table` where clusters, budgets or pushes are given."""
    table = table or START.newcomers(trust).readings(reviews.reviewer)
    none = np.zeros(reviews.n_items, dtype=np.int64)
    return Shard.of(reviews, z, table, trust, none, Voices.first(START, len(reviews)), DEFAULT)


def first(shard):
    return State.first(START, shard.n_signed(), shard.sizes.n_seen)


def test_fit_when_reviewers_differ_finds_bias_slope_and_care(community):
    habits = {
        0: lambda truth, _: truth + 0.2,  # generous and exact
        1: lambda truth, random: 0.5 + 0.5 * (truth - 0.5) + 0.02 * random.standard_normal(len(truth)),  # timid
        2: lambda truth, random: truth + 0.2 * random.standard_normal(len(truth)),  # careless
    }
    c = community(2, n_items=200, habits=habits)
    epoch = fit(c.reviews, FORMS, c.trust)
    who, sd = epoch.reviewers, epoch.population.standards.sd[0, 0]
    theta_sd = epoch.population.abar * sd  # rating in one θ for the average reviewer
    assert who.bias[0] * sd == pytest.approx(0.2 + c.truth.mean() - epoch.population.standards.mean[0, 0], abs=0.04)
    assert who.slope[1] / who.slope[0] == pytest.approx(0.5, abs=0.05)
    assert who.variance[0] < np.median(who.variance) / 2
    assert who.variance[2] == pytest.approx((0.2 / sd) ** 2, rel=0.3)
    assert theta_sd == pytest.approx(c.truth.std(), rel=0.15)
    assert who.n_reviews.sum() == len(c.reviews)


def test_fit_when_reviewers_differ_ranks_items_better_than_the_mean(community):
    better = []
    for seed in range(6):
        c = community(seed, each=8, n_items=200)
        epoch = fit(c.reviews, FORMS, c.trust)
        got = score(c.reviews, epoch.population, epoch.table, epoch.n_trusted)
        mean = np.bincount(c.reviews.item, c.reviews.ratings[:, 0])
        better.append(kendalltau(got.theta_k, c.truth)[0] - kendalltau(mean, c.truth)[0])
    assert min(better) > 0.02


def test_fit_when_nobody_reviewed_is_genesis(reviews):
    none = reviews([], [], [])
    epoch = fit(none, FORMS, np.zeros(0))
    assert epoch.population.hash == prior_population(FORMS, DEFAULT).hash
    assert epoch.population.newcomers([0.8]).variance == pytest.approx([0.455 + 0.086])


def test_fit_when_no_reviewer_is_known_by_three_reviews_gives_all_the_population(reviews):
    random = np.random.default_rng(4)
    item = np.repeat(np.arange(50), 4)
    y = np.clip(random.uniform(0.2, 0.8, 50)[item] + 0.1 * random.standard_normal(200), 0, 1)
    epoch = fit(reviews(np.arange(200), item, y), FORMS, np.full(200, 0.8))
    z = (y - y.mean()) / y.std()
    means = z.reshape(50, 4).mean(axis=1)
    ssw = ((z.reshape(50, 4) - means[:, None]) ** 2).sum()
    within = (ssw + 0.541 * 10) / (150 + 10)
    between = ((4 * means.var(ddof=1) - within) / 4 * 49 + 0.459 * 10) / (49 + 10)
    assert 1 / epoch.population.tau0 == pytest.approx(within, rel=1e-6)
    assert epoch.population.abar**2 == pytest.approx(between, rel=1e-6)
    assert (epoch.population.sigma_b2, epoch.population.sigma_a2, epoch.n_sweeps) == (0.0, 0.0, 0)
    assert np.ptp(epoch.reviewers.slope) == 0.0
    assert epoch.reviewers.variance == pytest.approx(np.full(200, within), rel=1e-6)


@pytest.mark.parametrize(("known", "swept"), [(29, False), (30, True)])
def test_fit_when_30_reviewers_are_known_tells_them_apart(community, known, swept):
    c = community(6, n_reviewers=known, each=5)
    assert (fit(c.reviews, FORMS, c.trust).n_sweeps > 0) is swept


def test_unsigned_reviews_when_fitted_are_newcomers_and_inform_no_parameters(community):
    c = community(8, n_reviewers=29, each=8)
    many = replace(c.reviews, is_signed=np.ones(len(c.reviews), dtype=bool))
    unsigned = c.reviews.item * 3 % 40 == 0
    signed = replace(many, is_signed=~unsigned)
    n = c.reviews.n_reviewers
    own = np.where(unsigned, n + np.cumsum(unsigned) - 1, c.reviews.reviewer)
    signed = replace(signed, reviewer=own, n_reviewers=n + int(unsigned.sum()))
    trust = np.full(signed.n_reviewers, 0.8)
    assert fit(signed, FORMS, trust).n_sweeps == 0  # 29 are known, however many are unsigned
    fewer = replace(DEFAULT, fit_min_reviewers=20)
    epoch = fit(signed, FORMS, trust, fewer)
    table, newcomers = epoch.reviewers, epoch.population.newcomers(trust)
    for name in ("bias", "slope", "variance"):
        assert np.array_equal(getattr(table, name)[n:], getattr(newcomers, name)[n:])
    # its rating reaches others only through the item it is of
    flipped = np.where(unsigned[:, None], 1.0 - signed.ratings, signed.ratings)
    there = fit(replace(signed, ratings=flipped), FORMS, trust, fewer)
    assert there.hash != epoch.hash


def test_unsigned_reviews_when_read_in_a_sweep_have_no_parameters_of_their_own(community):
    c = community(8)
    unsigned = c.reviews.reviewer < 5
    one = replace(c.reviews, is_signed=~unsigned)
    shard = shard_of(one, np.linspace(-2, 2, len(one)), c.trust)
    state = first(shard)
    for _ in range(3):
        state, _ = sweep(state, shard)
        assert shard.voices.bias[unsigned].tolist() == [0.0] * int(unsigned.sum())
        assert (shard.voices.slope[unsigned] == state.population.abar).all()
        assert state.bias[:5].tolist() == [0.0] * 5
        assert state.slope[:5].tolist() == [state.population.abar] * 5
        assert state.bias[5:].all()


def test_unsigned_reviews_when_they_differ_do_not_touch_the_hyperparameters_sums(community):
    """The noise of a reviewer with one signed and many unsigned reviews is that of a reviewer with one."""
    c = community(8)
    mine = np.flatnonzero(c.reviews.reviewer == 0)
    signed = np.ones(len(c.reviews), dtype=bool)
    signed[mine[1:]] = False
    one = replace(c.reviews, is_signed=signed)
    shard = shard_of(one, np.where(signed, 0.1, 9.0), c.trust)
    state, _ = sweep(first(shard), shard)
    assert abs(state.bias[0]) < 0.5
    assert state.noise[0] < 1.0


def test_fit_when_a_reviewer_slips_now_and_then_forgives_it(community):
    def slips(truth, random):
        return np.where(random.random(len(truth)) < 0.08, random.random(len(truth)).round(), truth)

    c = community(3, n_items=300, habits={0: slips})
    epoch = fit(c.reviews, FORMS, c.trust)
    mine = c.reviews.reviewer == 0
    error = (c.reviews.ratings[mine, 0] - c.truth[c.reviews.item[mine]]) / epoch.population.standards.sd[0, 0]
    assert epoch.reviewers.variance[0] < 0.6 * (error**2).mean()


@pytest.mark.parametrize("seed", range(3))
def test_fit_when_many_always_give_the_maximum_finds_where_merit_is_centred(community, seed):
    """Without anchors of location and scale θ drifts for a hundred sweeps."""
    habits = dict.fromkeys(range(30), lambda truth, _: np.ones(len(truth)))
    c = community(seed, n_reviewers=90, n_items=200, habits=habits)
    epoch = fit(c.reviews, FORMS, c.trust)
    got = score(c.reviews, epoch.population, epoch.table, epoch.n_trusted)
    assert epoch.n_sweeps <= 25
    assert np.mean((got.theta_k / 2**32) ** 2 + 1 / got.information) == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(("n_items", "swept"), [(9, False), (10, True)])
def test_fit_when_ten_items_are_known_tells_reviewers_apart(community, n_items, swept):
    c = community(6, n_items=n_items, n_reviewers=40, each=30)
    assert (fit(c.reviews, FORMS, c.trust).n_sweeps > 0) is swept


def test_fit_when_it_does_not_settle_raises(community):
    c = community(0)
    with pytest.raises(NotConverged, match="sweep 3"):
        fit(c.reviews, FORMS, c.trust, replace(DEFAULT, sweeps_max=3))


@pytest.mark.parametrize("seed", range(24))
def test_fit_when_ratings_say_nothing_of_items_settles_all_the_same(reviews, seed):
    random = np.random.default_rng(seed)
    n_reviewers, n_items = int(random.choice([30, 50, 300])), int(random.choice([10, 30, 100]))
    each = int(random.integers(3, 10))
    item = np.concatenate([random.choice(n_items, each, replace=False) for _ in range(n_reviewers)])
    reviewer = np.repeat(np.arange(n_reviewers), each)
    bias = random.choice([0, 0.1, 0.5]) * random.standard_normal(n_reviewers)
    rating = np.clip(0.5 + bias[reviewer] + random.choice([0, 0.01, 0.5]) * random.standard_normal(len(item)), 0, 1)
    epoch = fit(reviews(reviewer, item, np.round(rating * 9) / 9), FORMS, np.full(n_reviewers, 0.8))
    assert epoch.n_sweeps == 0  # no axis is found in noise
    assert 0.2 <= epoch.population.abar < 1.0


def test_merit_when_seen_is_what_an_analysis_of_variance_sees():
    random = np.random.default_rng(1)
    reviewer, item = np.repeat(np.arange(40), 12), np.tile(np.arange(12), 40)
    noise = random.standard_normal(480) + 3 * random.standard_normal(40)[reviewer]
    for merit, seen in ((0.0, False), (0.5, True)):
        z = merit * np.linspace(-1, 1, 12)[item] + noise
        # of a complete table: F on 11 and 429 degrees of freedom, threshold 1 + 3·√(2/11) = 2.28
        table = z.reshape(40, 12) - z.reshape(40, 12).mean(axis=1, keepdims=True)
        between = 40 * (table.mean(axis=0) ** 2).sum() / 11
        f = between / (((table - table.mean(axis=0)) ** 2).sum() / 429)
        assert bool(f > 2.28) is seen
        assert is_merit_seen(np.clip(z / 4, -16, 16), reviewer, item, DEFAULT) is seen


def test_cavity_when_taken_is_what_the_others_say(reviews, genesis):
    z = np.array([1.0, -0.5, 2.0, 0.3])
    one = reviews([0, 1, 2, 0], [0, 0, 0, 1], [0.5] * 4, eligibility=np.array([1.0, 0.5, 1.0, 1.0]))
    one = replace(one, is_signed=np.array([True, True, False, True]))
    shard = shard_of(one, z, np.full(3, 0.8))
    read = shard.items.read(shard.voices, genesis.bands, DEFAULT)
    # at first everybody has slope ā and variance 1/τ0 + σ_b² + σ_a²
    p = 0.459 / (0.455 + 0.086 + 0.05) * np.array([1.0, 0.5, 1.0, 1.0])
    p[2] = 0.4  # the band below .777, for it is unsigned
    x = z / np.sqrt(0.459)
    for row, others in ((0, [1, 2]), (1, [0, 2]), (2, [0, 1]), (3, [])):
        s = 1 + p[others].sum()
        assert read.mean[row] == pytest.approx((p * x)[others].sum() / s, abs=1e-9)
        assert read.variance[row] == pytest.approx(1 / s, abs=1e-9)
    assert read.m[0] == pytest.approx((p * x)[:3].sum() / (1 + p[:3].sum()), abs=1e-9)


def test_fit_when_trust_is_wrong_names_it(community):
    c = community(0)
    with pytest.raises(ValueError, match="trust: expected shape"):
        fit(c.reviews, FORMS, c.trust[1:])
    with pytest.raises(ValueError, match="trust: expected finite numbers"):
        fit(c.reviews, FORMS, c.trust * np.nan)


def test_epoch_when_it_has_been_json_is_the_same(community):
    c = community(0)
    epoch = fit(c.reviews, FORMS, c.trust)
    population = Population.from_dict(json.loads(json.dumps(epoch.population.as_dict())))
    table = ReviewerTable.from_dict(json.loads(json.dumps(epoch.reviewers.as_dict())))
    assert replace(epoch, population=population, reviewers=table).hash == epoch.hash
    before = score(c.reviews, epoch.population, epoch.table, epoch.n_trusted)
    assert np.array_equal(score(c.reviews, population, epoch.table, epoch.n_trusted).best_k, before.best_k)
    assert table.budget.tolist() == epoch.reviewers.budget.tolist()
    assert Parameters.from_dict(json.loads(json.dumps(DEFAULT.as_dict()))) == DEFAULT


def test_ridge_when_solved_in_closed_form_is_that_of_the_normal_equations(genesis):
    random = np.random.default_rng(5)
    m, z, weight = random.normal(size=12), random.normal(size=12), random.uniform(0.1, 3, 12)
    population = replace(genesis, sigma_b2=0.3, sigma_a2=0.2, abar=0.7)
    got = posterior(Moments.of(z, m, weight, Groups.of(np.zeros(12, dtype=np.int64), 1), population), population)
    design = np.column_stack([np.ones(12), m])
    precision = design.T @ (weight[:, None] * design) + np.diag([1 / 0.3, 1 / 0.2])
    mean = np.linalg.solve(precision, design.T @ (weight * z) + np.array([0, 0.7 / 0.2]))
    assert [got.bias[0], got.slope[0]] == pytest.approx(mean, abs=1e-9)
    assert [got.bias_variance[0], got.slope_variance[0]] == pytest.approx(np.diag(np.linalg.inv(precision)), abs=1e-9)
    fixed = replace(population, sigma_b2=0.0, sigma_a2=0.0)
    known = posterior(Moments.of(z, m, weight, Groups.of(np.zeros(12, dtype=np.int64), 1), fixed), fixed)
    assert (known.bias[0], known.slope[0], known.slope_variance[0]) == (0.0, 0.7, 0.0)


def test_shares_when_there_is_one_review_are_those_of_neurips():
    got = shares(np.array([1.0]), np.array([0]), 1, DEFAULT)
    assert (got.between, got.within) == pytest.approx((0.459, 0.541))


def test_sums_when_the_order_changes_are_the_same_bits():
    random = np.random.default_rng(6)
    values, code = random.normal(size=20_000), random.integers(0, 3, 20_000)
    order = random.permutation(20_000)
    a = Groups.of(code, 3).sum(values, 8.0)
    b = Groups.of(code[order], 3).sum(values[order], 8.0)
    assert a.tobytes() == b.tobytes()
    assert total(values, 8.0) == total(values[order], 8.0)
    assert a == pytest.approx(np.bincount(code, values), abs=1e-8)
    assert np.bincount(code, values).tobytes() != np.bincount(code[order], values[order]).tobytes()


def test_cavity_when_a_cluster_has_a_budget_leaves_the_whole_cluster_out(reviews, genesis, table):
    z = np.array([1.0, -0.5, 2.0, 0.3, 0.7])
    one = reviews([0, 1, 2, 3, 0], [0, 0, 0, 0, 1], [0.5] * 5)
    rows = table(1.0, 1.0, 0.8, cluster=[7, 7, -1, 3, 7], budget=[0.5, 0.5, np.inf, np.inf, 0.5])
    shard = shard_of(one, z, np.full(4, 0.8), rows)
    read = shard.items.read(shard.voices, genesis.bands, DEFAULT)
    p = 0.459 / (0.455 + 0.086 + 0.05)
    half = np.array([0.5 / (2 * np.sqrt(p)), 0.5 / (2 * np.sqrt(p)), 1.0, 1.0]) * p  # φP under the budget of ½
    x = z[:4] / np.sqrt(0.459)
    for row, others in ((0, [2, 3]), (1, [2, 3]), (2, [0, 1, 3]), (3, [0, 1, 2])):  # 3's cluster has no budget
        s = 1 + half[others].sum()
        assert read.mean[row] == pytest.approx((half * x)[others].sum() / s, abs=1e-9)
        assert read.variance[row] == pytest.approx(1 / s, abs=1e-9)
    assert read.mean[4] == 0.0


def test_a_review_when_it_is_read_has_its_author_as_fitted_without_it(genesis):
    """Deletion by taking from the sums is what the sums without the row give."""
    random = np.random.default_rng(8)
    z, m, weight = random.normal(size=9), random.normal(size=9), random.uniform(0.1, 3, 9)
    population = replace(genesis, sigma_b2=0.3, sigma_a2=0.2, abar=0.7)
    one = Groups.of(np.zeros(9, dtype=np.int64), 1)
    alone = posterior(Moments.of(z, m, weight, one, population).without(z, m, weight, one.code, population), population)
    for row in range(9):
        rest = np.flatnonzero(np.arange(9) != row)
        others = Groups.of(np.zeros(8, dtype=np.int64), 1)
        want = posterior(Moments.of(z[rest], m[rest], weight[rest], others, population), population)
        assert alone.bias[row] == pytest.approx(want.bias[0], abs=1e-8)
        assert alone.slope[row] == pytest.approx(want.slope[0], abs=1e-8)
        assert alone.slope_variance[row] == pytest.approx(want.slope_variance[0], abs=1e-8)


def test_fit_when_a_reviewer_has_one_review_reads_it_as_a_newcomers(community):
    c = community(4)
    n = c.reviews.n_reviewers
    one = replace(
        c.reviews,
        reviewer=np.r_[c.reviews.reviewer, n],
        item=np.r_[c.reviews.item, 0],
        ratings=np.r_[c.reviews.ratings, [[1.0]]],
        confidence=np.r_[c.reviews.confidence, np.int8(0)],
        eligibility=np.ones(len(c.reviews) + 1),
        is_signed=np.ones(len(c.reviews) + 1, dtype=bool),
        n_reviewers=n + 1,
    )
    epoch = fit(one, FORMS, np.full(n + 1, 0.8))
    newcomer = epoch.population.newcomers([0.8])
    assert epoch.reviewers.bias[-1] != 0.0
    assert epoch.table.bias[-1] == pytest.approx(0.0, abs=0.01)
    assert epoch.table.slope[-1] == pytest.approx(newcomer.slope[0], rel=0.01)
    assert epoch.table.variance[-1] == pytest.approx(newcomer.variance[0], rel=0.05)
