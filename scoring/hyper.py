"""The hyperparameters of a sweep: empirical Bayes over reviewers, and the two anchors of θ (SCORING.md, section 4)."""

from dataclasses import dataclass, replace

import numpy as np

from scoring.arrays import Floats
from scoring.moments import Posterior
from scoring.population import Population
from scoring.sums import total

MOMENT_MAX = 2.0**15  # bound of what a residual adds to a sum; reached only by numbers that are no ratings


@dataclass(frozen=True, slots=True)
class ItemSums:
    """Over items, in one sweep; of several shards' they are to be added.

    second  Σ(m² + 1/(1 + S)), m  Σm, change  Σ of the squares of what m moved by; of items with reviews
    """

    second: float
    m: float
    change: float


def scale_of(sums: ItemSums, n_seen: int, population: Population) -> float:
    """√ of √E[θ²] over the items reviewed: half the step, in logarithms, that makes θ have variance 1."""
    freedom = population.parameters.prior_freedom
    return float(((sums.second + freedom) / (n_seen + freedom)) ** 0.25)


def shift_of(sums: ItemSums, n_seen: int, bias: Floats, slope: Floats, population: Population) -> float:
    """The common step δ of all θ, with b + aδ, that lowers Σ(m − δ)² + Σ(b + aδ)²/σ_b² most; of reviewers met."""
    parameters = population.parameters
    bias = np.clip(bias, -parameters.z_max, parameters.z_max)
    cross = total(slope * bias, parameters.slope_cap * parameters.z_max) / population.sigma_b2
    square = total(slope * slope, parameters.slope_cap**2) / population.sigma_b2
    return (sums.m - cross) / (n_seen + square)


def next_population(old: Population, ridge: Posterior, noise: Floats, n_signed: Floats, scale: float) -> Population:
    """Damped empirical Bayes over reviewers with enough reviews (variances: MacKay 1992, Σx²/Σ(1 − V/σ²))."""
    parameters = old.parameters
    rows = np.flatnonzero(n_signed >= parameters.fit_min_reviews)
    n, bound, freedom = len(rows), MOMENT_MAX, parameters.prior_freedom
    slope = total(ridge.slope[rows], parameters.slope_cap * 16) / n
    deviation = total(np.minimum((ridge.slope[rows] - slope) ** 2, bound), bound)
    square = total(np.minimum(ridge.bias[rows] ** 2, bound), bound)
    slope_known = n - total(ridge.slope_variance[rows] / old.sigma_a2, 1.0)
    bias_known = n - total(ridge.bias_variance[rows] / old.sigma_b2, 1.0)
    noise_sum = total(np.minimum(noise[rows], bound), bound)

    def damp(before: float, now: float) -> float:
        return before + parameters.damping * (now - before)

    def shrunk(total_square: float, known: float, prior: float) -> float:
        return (total_square + freedom * prior) / (known + freedom)

    return replace(
        old,
        abar=min(max(damp(old.abar, slope) * scale, parameters.population_slope_min), parameters.slope_cap),
        sigma_a2=damp(old.sigma_a2, shrunk(deviation, slope_known, parameters.prior_slope)),
        sigma_b2=damp(old.sigma_b2, shrunk(square, bias_known, parameters.prior_bias)),
        tau0=damp(old.tau0, 1.0 / shrunk(noise_sum, n, parameters.prior_noise)),
    )
