"""What intervals cover, and how q is seen in the halves of items' reviews."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from scoring.budgets import Crowds
from scoring.calibration import Differences, calibrated, predictive, stretch
from scoring.epoch import fit
from scoring.halves import Halves
from scoring.item import score
from scoring.parameters import DEFAULT
from scoring.population import Population
from scoring.reviews import Forms
from tests.benchmarks.accuracy.sparse import sparse
from tests.benchmarks.calibration.coverage import BINS, GOAL, Cases, Coverage
from tests.benchmarks.calibration.truth import truths
from tests.scoring.clock import score_by

STEP = 9 * 0.25 * math.sqrt(0.459)  # rating units in one θ before any epoch, on a form from 1 to 10
FORMS = Forms.single(1.0, 10.0)


def test_a13_coverage_when_all_are_too_sure_of_themselves_is_that_of_the_interval(parameters):
    """Everybody's weight counts 1.5 times what their errors say: q has to make up for it."""
    too_sure = replace(parameters, kappa=(1.5, *parameters.kappa[1:]))
    cases = Cases.joined([truths(sparse(seed, "clean"), seed, too_sure) for seed in range(1, 4)])
    assert GOAL[0] <= Coverage.of(cases).share <= GOAL[1]
    for ends in BINS.values():
        seen = Coverage.of(cases.among(*ends))
        assert seen.n_cases > 300
        assert seen.high >= GOAL[0]
        assert seen.low <= GOAL[1]


def test_q_when_there_is_nothing_to_halve_is_1(reviews):
    nothing = reviews([], [], [], item_form=np.zeros(2, dtype=int))
    three_each = reviews(np.arange(300), np.repeat(np.arange(100), 3), np.random.default_rng(1).random(300))
    for one in (nothing, three_each):
        population = fit(one, FORMS, np.full(one.n_reviewers, 0.8)).population
        assert (population.q, population.q_many) == (1.0, 1.0)


def test_stretch_when_few_items_are_seen_is_drawn_to_what_was_known():
    twice = np.full(10, 2 * 1.6449)
    # log q = 10/(10 + 30)·log 2 + 30/40·log prior
    assert stretch(twice, 1, 1.0, DEFAULT) == pytest.approx(2**0.25)
    assert stretch(np.repeat(twice, 8), 8, 1.0, DEFAULT) == pytest.approx(2**0.25)  # eight draws are no more items
    assert stretch(twice, 1, 0.5, DEFAULT) == pytest.approx(0.5**0.5)
    assert stretch(np.zeros(0), 1, 0.7, DEFAULT) == 0.7
    assert stretch(np.zeros(10), 1, 1.0, DEFAULT) == pytest.approx(0.5**0.25)  # 1/q is at most 2
    assert stretch(100 * twice, 1, 1.0, DEFAULT) == pytest.approx(2**0.25)
    # of 0, 1, …, 10 the .9 quantile is 9
    assert stretch(np.arange(11.0) / 9 * 1.6449, 1, 1.0, replace(DEFAULT, calibration_weight=0.0)) == pytest.approx(1.0)


def test_difference_when_three_say_0_and_one_says_1_is_that_of_a_calculation_by_hand(reviews, genesis, table):
    one = reviews(np.arange(4), np.zeros(4, int), [0.5, 0.5, 0.75, 0.5])
    seen = Differences.of(one, table(1.0, 0.5, [0.8] * 4), np.zeros(1, int), genesis)
    # z = 1, P = 2: one half says 0, the other 2·1/(1 + 4); S = 4, s = 4/5, the variance 2·(4/5)²/4
    assert seen.size == pytest.approx([0.4 / math.sqrt(0.32)] * 4, abs=1e-8)
    assert seen.n_sources.tolist() == [4] * 4


def test_difference_when_halves_know_unequally_much_is_that_of_a_calculation_by_hand(reviews, genesis, table):
    one = reviews(np.arange(5), np.zeros(5, int), [0.5] * 5)
    parameters = replace(DEFAULT, huber_c=100.0)
    one = replace(one, ratings=np.array([[0.75]] * 5))
    seen = Differences.of(one, table(1.0, 1.0, [0.8] * 5), np.zeros(1, int), replace(genesis, parameters=parameters))
    # x = 1 five times; S = 2 and 3: m = 2/3 and 3/4, the variance (1/12)² + (2/3)²/2 + (3/4)²/3
    assert seen.size == pytest.approx([(1 / 12) / math.sqrt(1 / 144 + 2 / 9 + 3 / 16)] * 4, abs=1e-8)


def test_difference_when_a_half_says_nothing_is_none(reviews, genesis, table):
    one = reviews(np.arange(4), np.zeros(4, int), [0.1, 0.2, 0.3, 0.4])
    assert not len(Differences.of(one, table([0.01, 0.01, 0.01, 1.0], 0.5, [0.8] * 4), np.zeros(1, int), genesis).size)


@pytest.mark.parametrize("seed", range(3))
def test_q_when_rows_are_shuffled_and_codes_exchanged_has_the_same_bits(community, seed):
    c = community(seed, each=12)
    epoch = fit(c.reviews, FORMS, c.trust)
    random = np.random.default_rng(seed)
    order, who = random.permutation(len(c.reviews)), random.permutation(c.reviews.n_reviewers)
    what = random.permutation(c.reviews.n_items)
    shuffled = c.reviews.take(order)
    shuffled = replace(shuffled, reviewer=who[shuffled.reviewer], item=what[shuffled.item])
    n_trusted = np.empty_like(epoch.n_trusted)
    n_trusted[what] = epoch.n_trusted
    again = calibrated(shuffled, epoch.table.take(order), n_trusted, epoch.population)
    assert again.hash == epoch.population.hash
    assert epoch.population.q != 1.0


def test_halves_when_reviews_say_the_same_part_them_by_chance():
    """Of two pairs of equal reviews, a half gets one of each in 4 of the 6 ways there are."""
    n = 3000
    item, said = np.repeat(np.arange(n), 4), np.tile([0.0, 0.0, 1.0, 1.0], n)
    halves = Halves.of(item, (said, item.astype(float)), replace(DEFAULT, calibration_draws=1))
    assert sorted(halves.row) == list(range(4 * n))
    assert halves.length.tolist() == [2] * (2 * n)
    assert np.array_equal(item[halves.row[halves.start]], np.repeat(np.arange(n), 2))
    ones = np.add.reduceat(said[halves.row], halves.start)[::2]
    assert (ones == 1).mean() == pytest.approx(2 / 3, abs=0.03)
    assert (ones == 0).mean() == pytest.approx(1 / 6, abs=0.03)


def test_halves_when_there_are_more_items_than_needed_are_those_of_as_many():
    item = np.repeat(np.arange(50), 5)
    content = (np.random.default_rng(2).random(250),)
    halves = Halves.of(item, content, replace(DEFAULT, calibration_items=20))
    assert (len(halves.start), halves.n_draws) == (2 * 20 * 4, 4)
    assert sorted(set(halves.length)) == [2, 3]
    draws = [frozenset(halves.row[s : s + n]) for s, n in zip(halves.start[::40], halves.length[::40], strict=True)]
    assert len({item[min(draw)] for draw in draws}) == 1
    assert len(set(draws)) > 1  # of 10 ways to take 2 of 5
    assert Halves.of(item, content, replace(DEFAULT, calibration_reviews=600)).n_draws == 2
    assert Halves.of(item, content, replace(DEFAULT, calibration_reviews=10)).n_draws == 1


def test_interval_when_an_item_has_many_sources_is_stretched_by_their_q(reviews, genesis, table):
    assert replace(genesis, q=1.2, q_many=0.8).stretch(np.array([0, 10, 15, 20, 99])) == pytest.approx(
        [1.2, 1.2, 1.0, 0.8, 0.8]
    )
    n = 15
    one = reviews(np.arange(n), np.zeros(n, int), np.full(n, 0.5))
    got = score_by(table(1.0, 1.0, [0.8] * n), one, replace(genesis, q=1.2, q_many=0.4))
    # all say 0 with P = 1 and q is .8: 16·θ = ±1.2816·.8·√16
    assert got.high_k[0] / 2**32 == pytest.approx(1.2816 * 0.8 / 4, abs=1e-9)
    assert got.best_k[0] == pytest.approx(-got.high_k[0], abs=1)


def test_sources_when_unvouched_or_bounded_together_do_not_add_up(table):
    item = np.array([0, 0, 0, 0, 1, 1])
    rows = table(
        1.0,
        1.0,
        [0.8, 0.8, 0.8, 0.1, 0.1, 0.8],
        cluster=[3, 3, 4, -1, -1, 3],
        budget=[1.5, 1.5, np.inf, np.inf, np.inf, 1.5],
    )
    assert Crowds.of(item, 3, rows, DEFAULT).n_vouched().tolist() == [2, 1, 0]


def test_predictive_interval_when_one_has_reviewed_is_that_of_a_calculation_by_hand(reviews, genesis, table):
    one = reviews([0], [0], [0.75], item_form=np.zeros(2, dtype=int))
    got = score_by(table(1.0, 1.0, 0.8), one, genesis)
    low, high = predictive(got, one.item_form, genesis, 1.0)
    # θ = ½, sd² = ½, a newcomer's noise (.455 + .086)/.459; of the other item θ = 0, sd = 1
    noise = (0.455 + 0.086) / 0.459
    half = math.sqrt(0.5 + noise), math.sqrt(1 + noise)
    assert low == pytest.approx([5.5 + STEP * (0.5 - half[0]), 5.5 - STEP * half[1]])
    assert high == pytest.approx([5.5 + STEP * (0.5 + half[0]), 5.5 + STEP * half[1]])
    _, nine_in_ten = predictive(got, one.item_form, genesis)
    assert nine_in_ten == pytest.approx([5.5 + STEP * (0.5 + 1.6449 * half[0]), 5.5 + STEP * 1.6449 * half[1]])
    assert [end.tolist() for end in predictive(got, one.item_form, genesis, 9.0)] == [[1, 1], [10, 10]]  # the scale
    stretched = replace(genesis, q=1.3)
    got = score_by(table(1.0, 1.0, 0.8), one, stretched)
    assert predictive(got, one.item_form, stretched, 1.0)[1][1] == pytest.approx(5.5 + STEP * math.sqrt(1.3**2 + noise))


def test_population_when_it_is_of_version_2_has_one_q(genesis):
    stored = replace(genesis, q=1.1, q_many=0.9).as_dict()
    assert Population.from_dict(json.loads(json.dumps(stored))).hash == replace(genesis, q=1.1, q_many=0.9).hash
    del stored["q_many"]
    assert Population.from_dict(stored).q_many == 1.1
    assert len({replace(genesis, q=q, q_many=many).hash for q, many in ((1, 1), (1, 0.9), (0.9, 1))}) == 3


def test_epoch_when_calibrated_stretches_the_scores_it_gives(community):
    c = community(2)
    epoch = fit(c.reviews, FORMS, c.trust)
    plain = replace(epoch.population, q=1.0, q_many=1.0)
    ours, theirs = (score(c.reviews, p, epoch.table, epoch.n_trusted) for p in (epoch.population, plain))
    assert epoch.population.q_many != 1.0
    assert np.array_equal(ours.theta_k, theirs.theta_k)
    # a pull at its bound keeps the interval from being a multiple of q exactly
    assert np.median(ours.sd / theirs.sd) == pytest.approx(epoch.population.q_many, rel=0.02)
