"""Real people's ratings: what committees decided, what was true, and whom a push would have lifted."""

import os

import numpy as np
import pytest

from scoring.decision import EMERGING, Evidence, Thresholds, move_tiers
from scoring.epoch import fit
from scoring.item import score
from scoring.reviews import Forms, Reviews
from tests.benchmarks.accuracy import real
from tests.benchmarks.accuracy.measures import auc
from tests.benchmarks.accuracy.peers.mean import mean
from tests.benchmarks.accuracy.tables.real import LOSS, SHARE, STILL, accuracies, film_moves
from tests.benchmarks.calibration.coverage import GOAL, Coverage
from tests.benchmarks.calibration.held_out import held_out


def needs(folder):
    if not (real.DATA / folder).exists():
        if os.environ.get("SCHOLARNET_REQUIRE_DATA") == "1":
            pytest.fail(f"{real.DATA / folder} is required")
        pytest.skip(f"{real.DATA / folder} is not there")


@pytest.mark.parametrize("name", real.CONFERENCES)
def test_score_when_reviewers_are_known_within_one_paper_foresees_the_decision(name):
    needs(name)
    data = real.conference(name)
    given, known = data.ratings, data.is_known
    n, form = given.n_reviewers, np.zeros(given.n_items, dtype=np.int64)
    columns = data.confidence, np.ones(n), np.ones(n, dtype=bool), n, form
    reviews = Reviews(given.reviewer, given.item, given.rating[:, None], *columns)
    epoch = fit(reviews, Forms.single(1.0, 10.0), np.full(n, 0.8))
    scores = score(reviews, epoch.population, epoch.table, epoch.n_trusted)
    assert known.sum() > 400
    ours, theirs = (auc(value[known], data.is_accepted[known]) for value in (scores.value, mean(given)))
    assert ours >= theirs - LOSS

    thresholds = Thresholds(np.array([[5.0, 6.0, 7.0, 8.0]]), np.array([6.0]))
    evidence = Evidence.of(scores, reviews, thresholds)
    tiers = move_tiers(evidence, thresholds, form, form, np.zeros(given.n_items)).state
    assert (tiers != EMERGING).mean() > 0.5


@pytest.mark.parametrize("name", real.CONFERENCES)
def test_predictive_interval_when_reviews_are_held_out_holds_nine_in_ten(name):
    needs(name)
    cases, smoothed = held_out(name, 1)
    for seen in (Coverage.of(cases), Coverage.of(smoothed)):
        assert seen.n_cases > 700
        assert GOAL[0] <= seen.share <= GOAL[1]


@pytest.mark.parametrize("name", real.CROWDS)
def test_greatest_score_of_an_answer_when_the_truth_is_known_is_right_as_often_as_the_majority(name):
    needs("crowd_truth_dev")
    by_majority, by_score = accuracies(name)
    assert by_majority > 0.7
    assert by_score >= by_majority


@pytest.mark.parametrize("is_camouflaged", [False, True])
def test_targets_when_one_in_twenty_pushes_move_by_less_than_a_third_of_the_mean_and_less_with_vouches(is_camouflaged):
    needs("filmtrust")
    by_mean, verified, vouched = np.abs(film_moves(1, is_camouflaged=is_camouflaged))
    assert by_mean > 0.2
    assert verified < SHARE * by_mean
    assert vouched <= max(verified, STILL)
