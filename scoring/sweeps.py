"""The fixed point of items and reviewers: each sweep reads all reviews once (SCORING.md, section 4).

Items are read with the reviewers' parameters, then each reviewer is fitted on what the *others* say of the items it
reviewed (the cavity), robustly, and the hyperparameters follow by empirical Bayes. A sweep costs eight sums over the
reviews. Beyond SCORING.md, with what was measured on section 10's generators (seed 201):

- Residuals have variance s² + a²v, v the cavity's own variance; s² is told apart from a²v as in EM. Without that,
  reviewers of items with few reviews look noisier than they are, and a constant rater's precision has no bound.
- θ keeps variance 1 by rescaling slopes; the prior alone anchors the scale so weakly that m still moved by .0026 a
  sweep after 40 sweeps, against 1e-12 with it.
- 1/τ0 is the mean of the 1/τ_r: the mean of the τ_r follows the few who are very precise (Kendall τ under 30 % push,
  sparse: .727 against .699; random: .717 against .721).
"""

from dataclasses import dataclass, replace

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.moments import Moments, Posterior, posterior
from scoring.parameters import Parameters
from scoring.population import Population, ReviewerTable
from scoring.reviews import Reviews
from scoring.sums import Groups, total
from scoring.weight import READING_MAX, caps, natural_precision, public_precision

THETA_MAX = 8.0  # |m| in θ, a bound for the sums
MOMENT_MAX = 2.0**15  # bound of what a residual adds to a sum; reached only by numbers that are no ratings


class NotConverged(ArithmeticError):
    """The fit did not reach its tolerance within `sweeps_max` sweeps."""


@dataclass(frozen=True, slots=True)
class _Data:
    """What stays the same from sweep to sweep."""

    z: Floats
    reviewer: Groups
    item: Groups
    kappa: Floats
    eligibility: Floats
    informs: Floats  # 1 for signed reviews, 0 for unsigned ones, which inform nobody's parameters
    unsigned: np.ndarray
    n_signed: Floats
    cap: Floats
    trust: Floats


@dataclass(frozen=True, slots=True)
class _Read:
    """Items as read in one sweep: m and 1 + S of each, and each review's cavity mean and variance."""

    m: Floats
    information: Floats
    cavity: Floats
    cavity_variance: Floats


@dataclass(frozen=True, slots=True)
class _State:
    """The fixed point's unknowns: hyperparameters, reviewers, Huber weights of the reviews."""

    population: Population
    bias: Floats
    slope: Floats
    noise: Floats
    uncertainty: Floats
    huber: Floats


def fit_reviewers(
    reviews: Reviews, z: Floats, trust: Floats, n_trusted: Ints, start: Population
) -> tuple[Population, ReviewerTable, int]:
    """Hyperparameters, reviewers and the number of sweeps, from reviews with eligibility above 0.

    `start` gives ā and τ0 to start from. Raises NotConverged.
    """
    parameters = start.parameters
    data = _data(reviews, z, trust, n_trusted, parameters)
    state = _first(data, start)
    m = np.zeros(reviews.n_items)
    for n_sweeps in range(1, parameters.sweeps_max + 1):
        state, read = _sweep(state, data)
        change = (read.m - m)[data.item.count > 0]
        if total(change * change, THETA_MAX**2 * 4) < parameters.tolerance**2 * len(change):
            return state.population, _table(state, data), n_sweeps
        m = read.m
    raise NotConverged(f"the fit moved θ by more than {parameters.tolerance} in sweep {parameters.sweeps_max}")


def _data(reviews: Reviews, z: Floats, trust: Floats, n_trusted: Ints, parameters: Parameters) -> _Data:
    signed = reviews.is_signed.astype(np.float64)
    reviewer = Groups.of(reviews.reviewer, reviews.n_reviewers)
    return _Data(
        z=z,
        reviewer=reviewer,
        item=Groups.of(reviews.item, reviews.n_items),
        kappa=np.array(parameters.kappa)[reviews.confidence],
        eligibility=reviews.eligibility,
        informs=signed,
        unsigned=np.flatnonzero(~reviews.is_signed),
        n_signed=reviewer.sum(signed, 1.0),
        cap=caps(trust[reviews.reviewer], n_trusted[reviews.item], parameters),
        trust=trust,
    )


def _first(data: _Data, start: Population) -> _State:
    parameters = start.parameters
    population = replace(start, sigma_b2=parameters.prior_bias, sigma_a2=parameters.prior_slope)
    ones = np.ones(data.reviewer.n)
    spread = population.sigma_b2 + population.sigma_a2
    return _State(population, 0.0 * ones, start.abar * ones, ones / start.tau0, spread * ones, np.ones(len(data.z)))


def _sweep(state: _State, data: _Data) -> tuple[_State, _Read]:
    read = _read(state, data)
    population, who = state.population, data.reviewer.code
    noise = state.noise[who]
    spread = noise + (state.slope * state.slope)[who] * read.cavity_variance
    moments = Moments.of(data.z, read.cavity, data.informs * state.huber / spread, data.reviewer, population)
    ridge = posterior(moments, population)
    residual = data.z - ridge.bias[who] - ridge.slope[who] * read.cavity
    spread = noise + (ridge.slope * ridge.slope)[who] * read.cavity_variance
    huber = _huber(residual, spread, population.parameters)
    new_noise = _noise(residual, huber, noise, spread, data, population)
    scale = _scale(read, data, population)
    new = _hyper(state, ridge, new_noise, data, scale)
    slope = np.clip(ridge.slope * scale, 0.0, population.parameters.slope_cap)
    bias = ridge.bias + slope * _shift(read, ridge.bias, slope, data, population)
    met = data.n_signed > 0.0
    return _State(
        new,
        np.where(met, bias, 0.0),
        np.where(met, slope, new.abar),
        new_noise,
        ridge.bias_variance + ridge.slope_variance,
        huber,
    ), read


def _read(state: _State, data: _Data) -> _Read:
    """m = ΣwPx/(1 + S) of each item, and the same without each review: a review is never judged against itself."""
    parameters, who, item = state.population.parameters, data.reviewer.code, data.item.code
    natural = natural_precision(state.slope, state.noise + state.uncertainty, parameters)
    precision = data.eligibility * np.minimum(data.kappa * natural[who], data.cap)
    if len(data.unsigned):
        precision[data.unsigned], _ = public_precision(precision[data.unsigned], state.population.bands)
    weight = state.huber * precision
    blind = np.where(state.slope < parameters.slope_min, np.inf, state.slope)
    x = np.clip((data.z - state.bias[who]) / blind[who], -READING_MAX, READING_MAX)
    pull = weight * x
    information = 1.0 + data.item.sum(weight, parameters.k_limit)
    pulled = data.item.sum(pull, parameters.k_limit * READING_MAX)
    variance = 1.0 / np.maximum(information[item] - weight, 1.0)
    cavity = np.clip((pulled[item] - pull) * variance, -THETA_MAX, THETA_MAX)
    return _Read(np.clip(pulled / information, -THETA_MAX, THETA_MAX), information, cavity, variance)


def _huber(residual: Floats, spread: Floats, parameters: Parameters) -> Floats:
    """w = min(1, c/|u|)."""
    size = np.abs(residual) / np.sqrt(spread)
    return parameters.huber_c / np.maximum(size, parameters.huber_c)


def _noise(
    residual: Floats, huber: Floats, noise: Floats, spread: Floats, data: _Data, population: Population
) -> Floats:
    """1/τ of each reviewer: the inverse of (A0 + n/2)/(A0/τ0 + ½ Σ w E[e²]), e the noise in the residual.

    Given a residual r of variance s² + a²v, its noise part has mean r·s²/(s² + a²v), variance s²·a²v/(s² + a²v).
    """
    share = noise / spread
    part = residual * share
    square = np.minimum(data.informs * (huber * part * part + noise * (1.0 - share)), MOMENT_MAX)
    shape = population.parameters.noise_shape
    rate = shape / population.tau0 + 0.5 * data.reviewer.sum(square, MOMENT_MAX)
    return np.maximum(rate / (shape + 0.5 * data.n_signed), population.parameters.noise_min)


def _scale(read: _Read, data: _Data, population: Population) -> float:
    """√ of √E[θ²] over the items reviewed: half the step, in logarithms, that makes θ have variance 1."""
    seen = data.item.count > 0
    second = read.m * read.m + 1.0 / read.information
    freedom = population.parameters.prior_freedom
    square = (total(second[seen], 2.0 * THETA_MAX**2) + freedom) / (seen.sum() + freedom)
    return float(square**0.25)


def _shift(read: _Read, bias: Floats, slope: Floats, data: _Data, population: Population) -> float:
    """The common step δ of all θ, with b + aδ, that lowers Σ(m − δ)² + Σ(b + aδ)²/σ_b² most."""
    parameters, met = population.parameters, data.n_signed > 0
    n = int((data.item.count > 0).sum())
    slope, bias = slope[met], np.clip(bias[met], -parameters.z_max, parameters.z_max)
    cross = total(slope * bias, parameters.slope_cap * parameters.z_max) / population.sigma_b2
    square = total(slope * slope, parameters.slope_cap**2) / population.sigma_b2
    return (total(read.m, THETA_MAX) - cross) / (n + square)


def _hyper(state: _State, ridge: Posterior, noise: Floats, data: _Data, scale: float) -> Population:
    """Damped empirical Bayes over reviewers with enough reviews (variances: MacKay 1992, Σx²/Σ(1 − V/σ²))."""
    old, parameters = state.population, state.population.parameters
    rows = np.flatnonzero(data.n_signed >= parameters.fit_min_reviews)
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


def _table(state: _State, data: _Data) -> ReviewerTable:
    """The reviewers as fitted; whoever has no signed review is a newcomer."""
    table = state.population.newcomers(data.trust)
    met = data.n_signed > 0
    return replace(
        table,
        bias=np.where(met, state.bias, table.bias),
        slope=np.where(met, state.slope, table.slope),
        variance=np.where(met, state.noise + state.uncertainty, table.variance),
    )
