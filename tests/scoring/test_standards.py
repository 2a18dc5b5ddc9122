"""Standardised ratings, by hand and by NumPy's own mean, deviation and correlation."""

import numpy as np
import pytest

from scoring.parameters import DEFAULT
from scoring.reviews import Forms
from scoring.standards import Standards, default_standards, estimate_standards, standardise

FORMS = Forms(np.array([[0.5, 0.3, 0.2]]), np.array([1.0]), np.array([10.0]))


def test_standards_when_there_are_30_reviews_are_their_moments(reviews):
    ratings = np.random.default_rng(0).beta(2, 3, (30, 3))
    ratings[:, 1] = 0.5 * ratings[:, 0] + 0.5 * ratings[:, 1]
    got = estimate_standards(reviews(np.arange(30), np.zeros(30, int), ratings), FORMS, DEFAULT)
    assert got.mean[0] == pytest.approx(ratings.mean(axis=0), abs=1e-9)
    assert got.sd[0] == pytest.approx(ratings.std(axis=0), abs=1e-9)
    assert got.correlation[0] == pytest.approx(np.clip(np.corrcoef(ratings.T), 0, 1), abs=1e-7)


def test_standards_when_a_criterion_has_29_answers_are_the_middle_and_a_quarter(reviews):
    ratings = np.random.default_rng(1).random((30, 3))
    ratings[4, 2] = np.nan
    got = estimate_standards(reviews(np.arange(30), np.zeros(30, int), ratings), FORMS, DEFAULT)
    assert (got.mean[0, 2], got.sd[0, 2]) == (0.5, 0.25)
    assert got.correlation[0, 0, 2] == 1.0
    assert got.mean[0, 1] != 0.5


def test_standards_when_all_ratings_are_equal_divide_by_nothing(reviews):
    one = reviews(np.arange(40), np.zeros(40, int), np.full((40, 3), 0.7))
    got = estimate_standards(one, FORMS, DEFAULT)
    assert got.sd[0].tolist() == [0.25] * 3
    assert standardise(one, FORMS, got, DEFAULT) == pytest.approx(np.zeros(40))


def test_z_when_criteria_are_missing_has_the_deviation_of_what_was_answered(reviews):
    correlation = np.array([[[1.0, 0.5, 0.2], [0.5, 1.0, 0.4], [0.2, 0.4, 1.0]]])
    standards = Standards(np.array([[0.5, 0.4, 0.6]]), np.array([[0.2, 0.1, 0.3]]), correlation)
    ratings = np.array([[0.6, np.nan, np.nan], [0.6, 0.5, np.nan], [0.6, 0.5, 0.9]])
    z = standardise(reviews([0, 1, 2], [0, 0, 0], ratings), FORMS, standards, DEFAULT)
    # standardised answers are ½, 1, 1; deviations by g'Rg over the answered
    two = (0.5 * 0.5 + 0.3) / np.sqrt(0.25 + 0.09 + 2 * 0.15 * 0.5)
    g = np.array([0.5, 0.3, 0.2])
    assert z == pytest.approx([0.5, two, (0.25 + 0.3 + 0.2) / np.sqrt(g @ correlation[0] @ g)])


def test_z_when_a_criterion_is_not_in_the_form_ignores_it(reviews):
    forms = Forms(np.array([[0.5, 0.0, 0.5]]), np.array([1.0]), np.array([10.0]))
    standards = default_standards(forms, DEFAULT)
    a, b = (reviews([0], [0], [[0.6, other, 0.6]]) for other in (0.0, 1.0))
    assert standardise(a, forms, standards, DEFAULT) == standardise(b, forms, standards, DEFAULT)


def test_z_when_a_rating_is_extreme_is_bounded(reviews):
    standards = Standards(np.array([[0.0]]), np.array([[0.001]]), np.ones((1, 1, 1)))
    assert standardise(reviews([0], [0], [1.0]), Forms.single(), standards, DEFAULT).tolist() == [16.0]
