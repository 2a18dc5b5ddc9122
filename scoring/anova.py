"""How much of the spread of ratings is the item, and how much is not: one-way analysis of variance."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.parameters import Parameters
from scoring.sums import Groups, slices, total


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
    return Shares(max(between, parameters.population_slope_min**2), max(within, parameters.noise_min))


def is_merit_seen(z: Floats, reviewer: Ints, item: Ints, parameters: Parameters) -> bool:
    """Whether items differ by more than chance would have them differ, once each reviewer's mean is taken out.

    The ratio F of mean squares between and within items has mean 1 and standard deviation about √(2/(I − 1)) where
    items do not differ (many degrees of freedom within); `merit_deviations` of those are asked for. Without that,
    a fit of slopes finds an axis in pure noise and wanders along it.
    """
    reviewers = Groups.of(reviewer, int(reviewer.max(initial=0)) + 1)
    centred = z - (reviewers.sum(z, parameters.z_max) / np.maximum(reviewers.count, 1))[reviewer]
    items = Groups.of(item, int(item.max(initial=0)) + 1)
    bound = 2.0 * parameters.z_max
    mean = items.sum(centred, bound) / np.maximum(items.count, 1)
    n, n_items = len(z), int((items.count > 0).sum())
    freedom = n - n_items - int((reviewers.count > 0).sum()) + 1
    if n_items < 2 or freedom < 1:
        return False
    between = sum(total(mean[item[rows]] ** 2, bound**2, n) for rows in slices(n)) / (n_items - 1)
    within = sum(total((centred[rows] - mean[item[rows]]) ** 2, 4.0 * bound**2, n) for rows in slices(n)) / freedom
    return between > within * (1.0 + parameters.merit_deviations * float(np.sqrt(2.0 / (n_items - 1))))
