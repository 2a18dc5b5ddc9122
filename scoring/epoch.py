"""The slow clock: what an epoch learns about its reviewers from all reviews (SCORING.md, sections 3 and 4)."""

from dataclasses import dataclass, replace

import numpy as np

from scoring.anova import is_merit_seen, shares
from scoring.arrays import Floats, Ints, floats, within
from scoring.cavity import Voices
from scoring.parameters import DEFAULT, Parameters
from scoring.population import Population, ReviewerTable, digest, prior_population
from scoring.review_table import ReviewTable, count_trusted
from scoring.reviews import Forms, Reviews
from scoring.standards import estimate_standards, standardise
from scoring.sweeps import Data, State, reviewers_of, settle


@dataclass(frozen=True, slots=True)
class Fit:
    """A frozen epoch: `item.score` needs nothing else.

    population, reviewers  what holds of everybody, and of each reviewer
    table      how each of the reviews given is read; a review that does not count, by its author's row
    counted    int64[m], the rows of the reviews that count
    n_trusted  int64[items], reviews by trusted accounts
    n_sweeps   0 where reviewers were not told apart
    """

    population: Population
    reviewers: ReviewerTable
    table: ReviewTable
    counted: Ints
    n_trusted: Ints
    n_sweeps: int

    @property
    def hash(self) -> str:
        """sha256 over the population, reviewers in the order of their codes, and what was frozen of reviews and items.

        Those last two sorted by what they say, so that neither the order of the reviews nor the items' codes count.
        """
        who, reviews = self.reviewers, self.table.take(self.counted)
        people = (who.bias, who.slope, who.variance, who.trust, who.n_reviews, who.cluster, who.budget)
        columns = np.stack([reviews.trust, reviews.bias, reviews.slope, reviews.variance, reviews.push])
        sorted_rows = columns[:, np.lexsort(columns)]
        return digest(self.population.hash, *people, *sorted_rows, np.sort(self.n_trusted[self.n_trusted > 0]))


def fit(reviews: Reviews, forms: Forms, trust: Floats, parameters: Parameters = DEFAULT) -> Fit:
    """Standards, hyperparameters and reviewers' parameters from `reviews`; `trust` float64[n_reviewers] in [0, 1].

    Where fewer than `fit_min_reviewers` signed reviewers have `fit_min_reviews` reviews, fewer than `fit_min_items`
    items have two, or items do not differ visibly (`anova.is_merit_seen`), biases and slopes cannot be
    told apart from noise: every reviewer gets the population's, and the item's and the noise's variance come from
    `anova.shares`. Deterministic: the same bits in any order of the rows. Raises NotConverged, and ValueError naming
    the column that is wrong.
    """
    given = within(floats(trust, "trust", (reviews.n_reviewers,)), "trust", 0.0, 1.0)
    if reviews.item_form.max(initial=0) >= len(forms.low):
        raise ValueError(f"item_form: there are {len(forms.low)} forms")
    counted, rows = reviews.counted()
    n_trusted = count_trusted(counted.item, counted.n_items, given[counted.reviewer], parameters)
    population, table, voices, n_sweeps = _fit(counted, forms, given, n_trusted, parameters)
    table = replace(table, n_reviews=np.bincount(counted.reviewer, minlength=len(table)))
    reading = table.readings(reviews.reviewer)
    if voices is not None:
        reading.bias[rows], reading.slope[rows], reading.variance[rows] = voices.bias, voices.slope, voices.variance
    return Fit(population, table, reading, rows, n_trusted, n_sweeps)


def _fit(
    counted: Reviews, forms: Forms, trust: Floats, n_trusted: Ints, parameters: Parameters
) -> tuple[Population, ReviewerTable, Voices | None, int]:
    population = prior_population(forms, parameters)
    if not len(counted):
        return population, population.newcomers(trust), None, 0
    population = replace(population, standards=estimate_standards(counted, forms, parameters))
    z = standardise(counted, forms, population.standards, parameters)
    variance = shares(z, counted.item, counted.n_items, parameters)
    population = replace(
        population,
        abar=float(np.sqrt(variance.between)),
        sigma_b2=0.0,
        sigma_a2=0.0,
        tau0=1.0 / variance.within,
    )
    table = population.newcomers(trust)
    if not _is_rich(counted, z, parameters):
        return population, table, None, 0
    data = Data.of(counted, z, table.readings(counted.reviewer), trust, n_trusted, parameters)
    state, n_sweeps = settle(State.first(data, population), data)
    return state.population, reviewers_of(state, data), state.voices, n_sweeps


def _is_rich(counted: Reviews, z: Floats, parameters: Parameters) -> bool:
    """Whether reviewers can be told apart: enough of them are known, by enough items, that differ visibly."""
    signed = counted.is_signed
    n_signed = np.bincount(counted.reviewer[signed], minlength=counted.n_reviewers)
    n_known = (n_signed >= parameters.fit_min_reviews).sum()
    n_compared = (np.bincount(counted.item, minlength=counted.n_items) >= 2).sum()
    if n_known < parameters.fit_min_reviewers or n_compared < parameters.fit_min_items:
        return False
    return is_merit_seen(z[signed], counted.reviewer[signed], counted.item[signed], parameters)
