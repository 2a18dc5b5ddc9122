"""The slow clock: what an epoch learns about its reviewers from all reviews (SCORING.md, sections 3 and 4)."""

from dataclasses import dataclass, replace

import numpy as np

from scoring.anova import is_merit_seen, shares
from scoring.arrays import Floats, Ints, floats, within
from scoring.parameters import DEFAULT, Parameters
from scoring.population import Population, ReviewerTable, digest, prior_population
from scoring.reviews import Forms, Reviews
from scoring.standards import estimate_standards, standardise
from scoring.sweeps import fit_reviewers


@dataclass(frozen=True, slots=True)
class Fit:
    """A frozen epoch: `item.score` needs nothing else. `n_sweeps` is 0 where reviewers were not told apart."""

    population: Population
    reviewers: ReviewerTable
    n_sweeps: int

    @property
    def hash(self) -> str:
        """sha256 over the population and the table of reviewers, in the order of their codes."""
        table = self.reviewers
        return digest(self.population.hash, table.bias, table.slope, table.variance, table.trust, table.n_reviews)


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
    counted, _ = reviews.counted()
    population = prior_population(forms, parameters)
    if not len(counted):
        return Fit(population, population.newcomers(given), 0)
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
    if not _is_rich(counted, z, parameters):
        return Fit(population, _counts(population.newcomers(given), counted), 0)
    population, table, n_sweeps = fit_reviewers(counted, z, given, population)
    return Fit(population, _counts(table, counted), n_sweeps)


def _is_rich(counted: Reviews, z: Floats, parameters: Parameters) -> bool:
    """Whether reviewers can be told apart: enough of them are known, by enough items, that differ visibly."""
    signed = counted.is_signed
    n_signed = np.bincount(counted.reviewer[signed], minlength=counted.n_reviewers)
    n_known = (n_signed >= parameters.fit_min_reviews).sum()
    n_compared = (np.bincount(counted.item, minlength=counted.n_items) >= 2).sum()
    if n_known < parameters.fit_min_reviewers or n_compared < parameters.fit_min_items:
        return False
    return is_merit_seen(z[signed], counted.reviewer[signed], counted.item[signed], parameters)


def _counts(table: ReviewerTable, counted: Reviews) -> ReviewerTable:
    n_reviews: Ints = np.bincount(counted.reviewer, minlength=len(table))
    return replace(table, n_reviews=n_reviews)
