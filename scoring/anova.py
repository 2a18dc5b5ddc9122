"""How much of the spread of ratings is the item, and how much is not: one-way analysis of variance."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.parameters import Parameters
from scoring.sums import Groups, total


@dataclass(frozen=True, slots=True)
class Shares:
    """Variances in z²: `between` items, `within` an item."""

    between: float
    within: float


def shares(z: Floats, item: Ints, n_items: int, parameters: Parameters) -> Shares:
    """Between-item and within-item variance of `z`, float64[n], by method of moments for unequal groups.

    s_w² = SSW/(n − I), s_b² = (SSB/(I − 1) − s_w²)/n₀ with n₀ = (n − Σn_p²/n)/(I − 1) (Searle et al. 1992, ch. 3),
    each shrunk to its NeurIPS-2014 share by `prior_freedom` degrees of freedom, so that no data gives those shares.
    """
    groups = Groups.of(item, n_items)
    seen = groups.count > 0
    n, n_seen, bound = len(z), int(seen.sum()), (2.0 * parameters.z_max) ** 2
    mean = groups.sum(z, parameters.z_max) / np.maximum(groups.count, 1)
    within_sum = total((z - mean[item]) ** 2, bound)
    grand = total(z, parameters.z_max) / max(n, 1)
    between_sum = total((mean[item] - grand) ** 2, bound)
    prior, freedom = parameters.prior_item, parameters.prior_freedom
    within = (within_sum + (1.0 - prior) * freedom) / (n - n_seen + freedom)
    between = prior
    if n_seen > 1:
        size = (n - float(np.dot(groups.count, groups.count)) / n) / (n_seen - 1)
        raw = max(0.0, (between_sum / (n_seen - 1) - within) / size)
        between = (raw * (n_seen - 1) + prior * freedom) / (n_seen - 1 + freedom)
    return Shares(max(between, parameters.slope_min**2), max(within, parameters.noise_min))
