"""The ridge of a reviewer's ratings on what others say: z = b + a·m + noise, in closed form for all reviewers."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.parameters import Parameters
from scoring.population import Population
from scoring.sums import Groups

Z_BOUND = 2.0**6  # |z − ā·m|: z within ±16, ā·m within ±32
M_BOUND = 2.0**3  # |m|


@dataclass(frozen=True, slots=True)
class Moments:
    """Weighted sums over each reviewer's reviews, of 1, m, m², d and m·d, d = z − ā·m; float64[reviewers] each."""

    one: Floats
    m: Floats
    mm: Floats
    d: Floats
    md: Floats

    @classmethod
    def of(cls, z: Floats, m: Floats, weight: Floats, reviewer: Groups, population: Population) -> "Moments":
        """`weight` is 1/variance of each review, at most 1/noise_min; |m| ≤ 8."""
        bounds = bounds_of(population.parameters)
        weighted_m = weight * m
        d = z - population.abar * m
        terms = weight, weighted_m, weighted_m * m, weight * d, weighted_m * d
        return cls(*(reviewer.sum(term, bound) for term, bound in zip(terms, bounds, strict=True)))

    def without(self, z: Floats, m: Floats, weight: Floats, who: Ints, population: Population) -> "Moments":
        """The moments of each review's author without the review, float64[n] each; arguments as given to `of`."""
        weighted_m = weight * m
        d = z - population.abar * m
        return Moments(
            np.maximum(self.one[who] - weight, 0.0),
            self.m[who] - weighted_m,
            np.maximum(self.mm[who] - weighted_m * m, 0.0),
            self.d[who] - weight * d,
            self.md[who] - weighted_m * d,
        )


def bounds_of(parameters: Parameters) -> tuple[float, ...]:
    """The greatest that a review can add to each of the moments."""
    top = 1.0 / parameters.noise_min
    return top, top * M_BOUND, top * M_BOUND * M_BOUND, top * Z_BOUND, top * Z_BOUND * M_BOUND


@dataclass(frozen=True, slots=True)
class Posterior:
    """Mean and variance of each reviewer's bias (z) and slope (z per θ); slopes may come out negative."""

    bias: Floats
    slope: Floats
    bias_variance: Floats
    slope_variance: Floats


def posterior(moments: Moments, population: Population) -> Posterior:
    """b ~ N(0, σ_b²), a ~ N(ā, σ_a²) given the moments.

    With D = diag(σ_b², σ_a²) and M the matrix of moments, the covariance is D(I + MD)⁻¹; written with variances, not
    their inverses, so that a variance of 0 is a parameter that is known. The determinant is a sum of terms ≥ 0.
    """
    b2, a2 = population.sigma_b2, population.sigma_a2
    both = b2 * a2
    spread = np.maximum(moments.one * moments.mm - moments.m * moments.m, 0.0)
    determinant = 1.0 + b2 * moments.one + a2 * moments.mm + both * spread
    with_slope, with_bias = 1.0 + a2 * moments.mm, 1.0 + b2 * moments.one
    return Posterior(
        (b2 * with_slope * moments.d - both * moments.m * moments.md) / determinant,
        population.abar + (a2 * with_bias * moments.md - both * moments.m * moments.d) / determinant,
        b2 * with_slope / determinant,
        a2 * with_bias / determinant,
    )


def noise_of(square: Floats, n: Floats, population: Population) -> Floats:
    """1/τ: the inverse of (A0 + n/2)/(A0/τ0 + ½ Σ w E[e²]), for `n` reviews with this Σ."""
    shape = population.parameters.noise_shape
    rate = shape / population.tau0 + 0.5 * np.maximum(square, 0.0)
    return np.maximum(rate / (shape + 0.5 * np.maximum(n, 0.0)), population.parameters.noise_min)
