"""The ridge of a reviewer's ratings on what others say: z = b + a·m + noise, in closed form for all reviewers."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints
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
        top = 1.0 / population.parameters.noise_min
        weighted_m = weight * m
        d = z - population.abar * m
        return cls(
            reviewer.sum(weight, top),
            reviewer.sum(weighted_m, top * M_BOUND),
            reviewer.sum(weighted_m * m, top * M_BOUND * M_BOUND),
            reviewer.sum(weight * d, top * Z_BOUND),
            reviewer.sum(weighted_m * d, top * Z_BOUND * M_BOUND),
        )

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
