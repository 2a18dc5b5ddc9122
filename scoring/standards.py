"""What a rating means on its form: the mean and spread it is standardised by (SCORING.md, section 3)."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats
from scoring.parameters import Parameters
from scoring.reviews import Forms, Reviews
from scoring.sums import Groups


@dataclass(frozen=True, slots=True)
class Standards:
    """Frozen in an epoch. Ratings are on [0, 1].

    mean         float64[F, C]
    sd           float64[F, C], positive
    correlation  float64[F, C, C] in [0, 1], 1 on the diagonal
    """

    mean: Floats
    sd: Floats
    correlation: Floats


def default_standards(forms: Forms, parameters: Parameters) -> Standards:
    """Before there are reviews: the middle and a quarter of the scale."""
    n_forms, criteria = forms.weights.shape
    correlation = np.full((n_forms, criteria, criteria), parameters.standard_correlation)
    correlation[:, np.arange(criteria), np.arange(criteria)] = 1.0
    shape = (n_forms, criteria)
    return Standards(np.full(shape, parameters.standard_mean), np.full(shape, parameters.standard_sd), correlation)


def estimate_standards(reviews: Reviews, forms: Forms, parameters: Parameters) -> Standards:
    """Mean, sd and correlation of each criterion of each form, where `standard_min_reviews` answered it.

    A criterion on which all agree keeps the default sd: nothing is known about its spread.
    """
    standards = default_standards(forms, parameters)
    form = reviews.item_form[reviews.item]
    for c in range(forms.weights.shape[1]):
        _estimate_criterion(standards, reviews.ratings[:, c], Groups.of(form, len(forms.low)), c, parameters)
    for c in range(forms.weights.shape[1]):
        for d in range(c):
            _estimate_pair(standards, reviews, form, (c, d), parameters)
    return standards


def _estimate_criterion(standards: Standards, rating: Floats, form: Groups, c: int, parameters: Parameters) -> None:
    answered = ~np.isnan(rating)
    count = form.sum(answered.astype(np.float64), 1.0)
    enough = count >= parameters.standard_min_reviews
    divisor = np.maximum(count, 1.0)
    mean = form.sum(np.where(answered, rating, 0.0), 1.0) / divisor
    centred = np.where(answered, rating - mean[form.code], 0.0)
    sd = np.sqrt(form.sum(centred * centred, 1.0) / divisor)
    standards.mean[enough, c] = mean[enough]
    spread = enough & (sd > 0.0)
    standards.sd[spread, c] = np.maximum(sd[spread], parameters.standard_sd_min)


def _estimate_pair(
    standards: Standards, reviews: Reviews, form: np.ndarray, pair: tuple[int, int], parameters: Parameters
) -> None:
    c, d = pair
    both = np.flatnonzero(~np.isnan(reviews.ratings[:, c]) & ~np.isnan(reviews.ratings[:, d]))
    groups = Groups.of(form[both], len(standards.mean))
    u, v = (
        reviews.ratings[both, k] - standards.mean[groups.code, k] for k in pair
    )  # on [-1, 1], so that sums are bounded
    product = groups.sum(u * v, 1.0)
    scale = np.sqrt(groups.sum(u * u, 1.0)) * np.sqrt(groups.sum(v * v, 1.0))
    known = (groups.count >= parameters.standard_min_reviews) & (scale > 0.0)
    # A negative correlation would let a mean of contradictions look very precise: floor 0.
    value = np.clip(product[known] / scale[known], 0.0, 1.0)
    standards.correlation[known, c, d] = value
    standards.correlation[known, d, c] = value


def standardise(reviews: Reviews, forms: Forms, standards: Standards, parameters: Parameters) -> Floats:
    """z float64[n]: the weighted mean of the standardised criteria answered, in its own standard deviations.

    z = Σ_c g_c (y_c − μ_c)/s_c / sd, sd² = Σ_cd g_c g_d R_cd over the criteria answered; so answering few or many
    criteria gives z the same spread. Clipped to ±z_max. Only + − × ÷ √, element by element: the same bits anywhere.
    ValueError where a review answers nothing that its form gives a weight.
    """
    form = reviews.item_form[reviews.item]
    used = np.flatnonzero((forms.weights[form] > 0.0).any(axis=0))  # the criteria of one form, in a web request
    answered = ~np.isnan(reviews.ratings)
    weight = np.where(answered, forms.weights[form], 0.0)
    mean = np.zeros(len(reviews))
    variance = np.zeros(len(reviews))
    for c in used:
        y = np.where(answered[:, c], reviews.ratings[:, c], 0.0)
        mean += weight[:, c] * ((y - standards.mean[form, c]) / standards.sd[form, c])
        for d in used[used < c]:
            variance += 2.0 * weight[:, c] * weight[:, d] * standards.correlation[form, c, d]
        variance += weight[:, c] * weight[:, c]
    if not (variance > 0.0).all():
        raise ValueError("ratings: a review answers no criterion that its form gives a weight")
    return np.clip(mean / np.sqrt(variance), -parameters.z_max, parameters.z_max)
