"""Items as a sweep reads them, and what the others say of each: nobody, and no ring, is judged against itself.

    S_p = Σ φ w P,   m_p = Σ φ w P x/(1 + S_p);   the cavity of a review: the same without it, and without any review of
    its item by its author's cluster (SCORING.md, section 4)

φ enters here and not on the item score alone: else a ring earns itself precision. Three sums over the reviews, two
more over those of clusters.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Bools, Bytes, Floats, Ints
from scoring.budgets import Crowds
from scoring.parameters import Parameters
from scoring.population import Population
from scoring.reviews import Reviews
from scoring.sums import Groups, slices
from scoring.weight import (
    READING_MAX,
    cap_of,
    cap_shares,
    full_caps,
    natural_precision,
    public_precision,
    readings,
)

THETA_MAX = 8.0  # |m| in θ, a bound for the sums


@dataclass(frozen=True, slots=True)
class Voices:
    """How each review is read in one sweep: bias in z, slope in z per θ, variance in z², Huber weight; float64[n]."""

    bias: Floats
    slope: Floats
    variance: Floats
    huber: Floats

    @classmethod
    def first(cls, population: Population, n: int) -> "Voices":
        """Of n reviews before anything is known: by strangers, in full."""
        slope, variance = np.full(n, population.abar), np.full(n, population.newcomer_variance)
        return cls(np.zeros(n), slope, variance, np.ones(n))


@dataclass(frozen=True, slots=True)
class Cavity:
    """Items as read in one sweep: m and 1 + S of each, and each review's cavity mean and variance."""

    m: Floats
    information: Floats
    mean: Floats
    variance: Floats


@dataclass(frozen=True, slots=True)
class Items:
    """What stays the same from sweep to sweep about the items and their reviews; one row a review.

    cap_share  float64[n_reviewers], what the account's trust gives of the cap; cap_full float64[items], its most
    """

    z: Floats
    item: Groups
    reviewer: Ints
    confidence: Bytes
    eligibility: Floats
    is_signed: Bools
    cap_share: Floats
    cap_full: Floats
    crowds: Crowds

    @classmethod
    def of(
        cls,
        reviews: Reviews,
        z: Floats,
        trust: Floats,
        n_trusted: Ints,
        crowds: Crowds,
        parameters: Parameters,
        bits: int | None = None,
    ) -> "Items":
        """`bits`, of the sums over items, where other items are elsewhere."""
        return cls(
            z=z,
            item=Groups.of(reviews.item, reviews.n_items, bits),
            reviewer=reviews.reviewer,
            confidence=reviews.confidence,
            eligibility=reviews.eligibility,
            is_signed=reviews.is_signed,
            cap_share=cap_shares(trust, parameters),
            cap_full=full_caps(n_trusted, parameters),
            crowds=crowds,
        )

    @property
    def is_seen(self) -> Bools:
        """Which items have reviews."""
        return np.asarray(self.item.count > 0)

    def precision(self, voices: Voices, bands: Floats, parameters: Parameters) -> Floats:
        """P of each review in 1/θ², as `weight.weigh` has it."""
        kappa, precision = np.array(parameters.kappa), np.empty(len(self.z))
        for rows in slices(len(self.z)):
            natural = natural_precision(voices.slope[rows], voices.variance[rows], parameters)
            full, share = self.cap_full[self.item.code[rows]], self.cap_share[self.reviewer[rows]]
            precision[rows] = np.minimum(kappa[self.confidence[rows]] * natural, cap_of(full, share, parameters))
        unsigned = np.flatnonzero(~self.is_signed)
        if len(unsigned):
            precision[unsigned], _ = public_precision(precision[unsigned], bands)
        precision *= self.eligibility
        return precision

    def read(self, voices: Voices, bands: Floats, parameters: Parameters) -> Cavity:
        """m = ΣφwPx/(1 + S) of each item, and each review's cavity."""
        precision = self.precision(voices, bands, parameters)
        factor = self.crowds.factors(np.sqrt(precision), parameters)
        weight = voices.huber * factor * precision
        pull = weight * readings(self.z, voices.bias, voices.slope, parameters)
        information = 1.0 + self.item.sum(weight, parameters.k_limit)
        pulled = self.item.sum(pull, parameters.k_limit * READING_MAX)
        own = self._own(weight, parameters.k_limit), self._own(pull, parameters.k_limit * READING_MAX)
        code = self.item.code
        variance = 1.0 / np.maximum(information[code] - own[0], 1.0)
        mean = np.clip((pulled[code] - own[1]) * variance, -THETA_MAX, THETA_MAX)
        return Cavity(np.clip(pulled / information, -THETA_MAX, THETA_MAX), information, mean, variance)

    def _own(self, values: Floats, bound: float) -> Floats:
        """Of each review, or of all those of its cluster on its item."""
        crowds = self.crowds
        if not len(crowds.clustered):
            return values
        group = Groups.of(crowds.group, crowds.n_groups, self.item.bits)
        own = values.copy()
        own[crowds.clustered] = group.sum(values[crowds.clustered], bound)[crowds.group]
        return own
