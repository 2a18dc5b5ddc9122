"""Items as a reader weighs the criteria: the same model, epoch and reviewers' parameters, with other weights g."""

from dataclasses import replace

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.item import Scores, score
from scoring.population import Population
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews


def scores_by(reviews: Reviews, population: Population, table: ReviewTable, n_trusted: Ints, weights: Floats) -> Scores:
    """Scores of all items of `reviews` with z over the criteria that have a weight, are on the form and were answered.

    weights: float64[C] ≥ 0, over the criteria of `population.forms`; only their ratios matter. A review that answers
    none of these criteria does not count, so that an item without such answers has no value. Units are those of the
    overall rating, whatever the criteria: θ is one scale. With a form's own weights its items have the scores of
    `score`, and with one weight those of that criterion alone.
    """
    forms = replace(population.forms, weights=np.where(population.forms.weights > 0.0, weights, 0.0))
    has_weight = forms.weights[reviews.item_form[reviews.item]] > 0.0
    answers = (has_weight & ~np.isnan(reviews.ratings)).any(axis=1)
    counting = replace(reviews, eligibility=np.where(answers, reviews.eligibility, 0.0))
    return score(counting, replace(population, forms=forms), table, n_trusted)
