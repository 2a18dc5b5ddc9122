"""Items by a reader's own weights: by hand, and as a form with these weights would have them."""

import numpy as np
import pytest

from scoring.criteria import scores_by
from scoring.item import score
from scoring.parameters import DEFAULT
from scoring.population import prior_population
from scoring.reviews import Forms
from scoring.standards import standardise

SHARE = 0.459 / 1.0  # P/(1 + P) of one review before any fit: of .459 for items and .541 for all else
WEIGHTS = np.array([[0.5, 0.3, 0.2], [0.5, 0.0, 0.5]])
NAN = np.nan


@pytest.fixture
def community(reviews, table):
    """Three items of two forms; the second form does not ask for criterion 1."""
    ratings = [[0.9, 1.0, 0.0], [0.2, NAN, 0.5], [0.4, 0.75, NAN], [0.6, NAN, NAN], [0.5, NAN, 1.0]]
    given = reviews([0, 1, 2, 3, 4], [0, 0, 1, 1, 2], ratings, item_form=np.array([0, 0, 1]))
    return given, table(np.full(5, 0.459**0.5), 0.541, 0.8), np.zeros(3, dtype=int)


@pytest.fixture
def population():
    return prior_population(Forms(WEIGHTS, np.ones(2), np.full(2, 10.0)), DEFAULT)


def test_one_criterion_alone_is_as_by_hand(community, population):
    given, read, n_trusted = community
    found = scores_by(given, population, read, n_trusted, np.array([0.0, 3.0, 0.0]))
    # One answer to it each: 1.0 is two standard deviations up, .75 one; the third item's form has no such criterion.
    assert found.value[:2] == pytest.approx([5.5 + 2.25 * 2 * SHARE, 5.5 + 2.25 * SHARE], abs=1e-6)
    assert np.isnan(found.value[2])
    assert found.n_reviews.tolist() == [1, 1, 0]


def test_two_criteria_make_one_z_as_by_hand(community, population):
    given, read, n_trusted = community
    first = scores_by(
        given.take(np.array([0])), population, read.take(np.array([0])), n_trusted, np.array([0, 2.0, 1.0])
    )
    z = (2.0 * 2.0 - 1.0 * 2.0) / (4.0 + 1.0 + 2.0 * 2.0 * DEFAULT.standard_correlation) ** 0.5
    assert first.value[0] == pytest.approx(5.5 + 2.25 * z * SHARE, abs=1e-6)


def test_the_scores_are_those_of_a_form_with_these_weights(community, population):
    given, read, n_trusted = community
    found = scores_by(given, population, read, n_trusted, np.array([1.0, 4.0, 2.0]))
    mine = Forms(np.array([[1.0, 4.0, 2.0], [1.0, 0.0, 2.0]]), np.ones(2), np.full(2, 10.0))
    expected = score(given, prior_population(mine, DEFAULT), read, n_trusted)
    for name in ("theta_k", "low_k", "high_k", "n_reviews"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()


def test_the_forms_own_weights_give_the_forms_scores(community, population):
    given, read, n_trusted = community
    for form, factor in ((0, 1.0), (0, 2.0), (1, 1.0)):
        items = np.flatnonzero(given.item_form == form)
        found = scores_by(given, population, read, n_trusted, factor * WEIGHTS[form])
        assert found.theta_k[items].tolist() == score(given, population, read, n_trusted).theta_k[items].tolist()


def test_a_review_that_answers_nothing_weighed_is_refused_by_the_model(community, population):
    given, *_ = community
    forms = Forms(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), np.ones(2), np.full(2, 10.0))
    with pytest.raises(ValueError, match="answers no criterion"):
        standardise(given, forms, population.standards, DEFAULT)
