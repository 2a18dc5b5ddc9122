"""The fixed point of items and reviewers: each sweep reads all reviews once (SCORING.md, section 4).

Items are read with the reviewers' parameters (`cavity.Items`), then each reviewer is fitted on what the *others* say of
the items it reviewed, robustly, and the hyperparameters follow by empirical Bayes (`hyper`). A review is read with its
author's parameters as they are *without* it (deletion: a rank-one downdate of the sums), so that no rating makes its
author look as if it fitted. A sweep costs eight sums over the reviews and two ridges, about 170 ms at a million
reviews. Held by A1 to A3, A8, A10 to A12. Beyond SCORING.md, with what was measured on section 10's generators:

- Deletion in every sweep and not in what is frozen alone: Kendall τ, five reviews an item, seeds 1–3, against none:
  clean .799 (.799), random .708 (.712), push .725 (.716); of what is frozen alone .799/.711/.718.
- A0 .5 and a noise floor of .005, not 1.5 and .02: dense, seeds 1 and 2, clean .942 (.937), random .5 .908 (.904), push
  .5 .906 (.902); sparse, seeds 1–4, clean .764 (.761), random .688 (.684), push .693 (.693). Smaller A0, other prior
  noise, another part of a residual in its own review's τ: none moves a sparse column by more than .002.
- Residuals have variance s² + a²v, v the cavity's own variance; s² is told apart from a²v as in EM. Without that,
  reviewers of items with few reviews look noisier than they are, and a constant rater's precision has no bound.
- θ keeps variance 1 by rescaling slopes; the prior alone anchors the scale so weakly that m still moved by .0026 a
  sweep after 40 sweeps, against 1e-12 with it.
- 1/τ0 is the mean of the 1/τ_r: the mean of the τ_r follows the few who are very precise (Kendall τ under 30 % push,
  sparse: .727 against .699; random: .717 against .721).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.budgets import Crowds
from scoring.cavity import THETA_MAX, Cavity, Items, Voices
from scoring.hyper import MOMENT_MAX, next_population, scale_of, shift_of
from scoring.moments import Moments, posterior
from scoring.parameters import Parameters
from scoring.population import Population, ReviewerTable
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews
from scoring.sums import Groups, total
from scoring.watch import Watch


class NotConverged(ArithmeticError):
    """The fit did not reach its tolerance within `sweeps_max` sweeps."""


@dataclass(frozen=True, slots=True)
class Data:
    """What stays the same from sweep to sweep."""

    items: Items
    reviewer: Groups
    informs: Floats  # 1 for signed reviews, 0 for unsigned ones, which inform nobody's parameters
    n_signed: Floats
    trust: Floats

    @classmethod
    def of(
        cls, reviews: Reviews, z: Floats, table: ReviewTable, trust: Floats, n_trusted: Ints, parameters: Parameters
    ) -> "Data":
        crowds = Crowds.of(reviews.item, reviews.n_items, table, parameters)
        signed = reviews.is_signed.astype(np.float64)
        reviewer = Groups.of(reviews.reviewer, reviews.n_reviewers)
        items = Items.of(reviews, z, trust, n_trusted, crowds, parameters)
        return cls(items, reviewer, signed, reviewer.sum(signed, 1.0), trust)

    def pushed(self, push: Floats) -> "Data":
        """The same with these φ_push, float64[n]."""
        return replace(self, items=replace(self.items, crowds=replace(self.items.crowds, push=push)))


@dataclass(frozen=True, slots=True)
class State:
    """The fixed point's unknowns: hyperparameters, reviewers, and how each review is read."""

    population: Population
    bias: Floats
    slope: Floats
    noise: Floats
    uncertainty: Floats
    voices: Voices

    @classmethod
    def first(cls, data: Data, start: Population) -> "State":
        """Everybody average and uncertain; `start` gives ā and τ0."""
        parameters = start.parameters
        population = replace(start, sigma_b2=parameters.prior_bias, sigma_a2=parameters.prior_slope)
        n, rows = np.ones(data.reviewer.n), np.ones(len(data.informs))
        spread = population.sigma_b2 + population.sigma_a2
        voices = Voices(0.0 * rows, start.abar * rows, (1.0 / start.tau0 + spread) * rows, rows)
        return cls(population, 0.0 * n, start.abar * n, n / start.tau0, spread * n, voices)


def settle(
    state: State, data: Data, watch: Watch, on_sweep: Callable[[], object] | None = None
) -> tuple[State, Data, int]:
    """Sweep to the fixed point, looking for pushes on the way; the state there, what is left of whom, the sweeps.

    `on_sweep` is called before each sweep, and may raise to end the fit. Raises NotConverged.
    """
    parameters = state.population.parameters
    m, seen = np.zeros(data.items.item.n), np.inf
    for n_sweeps in range(1, parameters.sweeps_max + 1):
        if on_sweep is not None:
            on_sweep()
        state, cavity = sweep(state, data)
        change = (cavity.m - m)[data.items.is_seen]
        is_still = total(change * change, THETA_MAX**2 * 4) < parameters.tolerance**2 * len(change)
        m = cavity.m
        if watch.is_due(n_sweeps, is_unsettled=is_still and seen >= parameters.push_still):
            push = watch.factors(state.voices)
            seen = float(np.abs(push - data.items.crowds.push).max(initial=0.0))
            data = data.pushed(push)
        if is_still and (seen < parameters.push_still or n_sweeps > parameters.push_last):
            return state, data, n_sweeps
    raise NotConverged(f"the fit moved θ by more than {parameters.tolerance} in sweep {parameters.sweeps_max}")


def sweep(state: State, data: Data) -> tuple[State, Cavity]:
    """One round: items, reviewers, hyperparameters."""
    population, parameters, who, z = state.population, state.population.parameters, data.reviewer.code, data.items.z
    cavity = data.items.read(state.voices, population.bands, parameters)
    noise = state.noise[who]
    spread = noise + (state.slope * state.slope)[who] * cavity.variance
    weight = data.informs * data.items.crowds.push * state.voices.huber / spread
    moments = Moments.of(z, cavity.mean, weight, data.reviewer, population)
    ridge = posterior(moments, population)
    residual = z - ridge.bias[who] - ridge.slope[who] * cavity.mean
    spread = noise + (ridge.slope * ridge.slope)[who] * cavity.variance
    huber = _huber(residual, spread, parameters)
    square = _square(residual, huber, noise, spread, data)
    summed = data.reviewer.sum(square, MOMENT_MAX)
    new_noise = _noise(summed, data.n_signed, population)
    scale = scale_of(cavity, data.items.is_seen, population)
    new = next_population(population, ridge, new_noise, data.n_signed, scale)
    met = data.n_signed > 0.0
    slope = np.clip(ridge.slope * scale, 0.0, parameters.slope_cap)
    shift = shift_of(cavity, ridge.bias[met], slope[met], data.items.is_seen, population)
    alone = posterior(moments.without(z, cavity.mean, weight, who, population), population)
    alone_noise = _noise(summed[who] - square, data.n_signed[who] - 1.0, population)
    alone_slope = np.clip(alone.slope * scale, 0.0, parameters.slope_cap)
    signed = data.informs > 0.0
    voices = Voices(
        np.where(signed, alone.bias + alone_slope * shift, 0.0),
        np.where(signed, alone_slope, new.abar),
        np.where(signed, alone_noise + alone.bias_variance + alone.slope_variance, new.newcomer_variance),
        huber,
    )
    return State(
        new,
        np.where(met, ridge.bias + slope * shift, 0.0),
        np.where(met, slope, new.abar),
        new_noise,
        ridge.bias_variance + ridge.slope_variance,
        voices,
    ), cavity


def _huber(residual: Floats, spread: Floats, parameters: Parameters) -> Floats:
    """w = min(1, c/|u|)."""
    size = np.abs(residual) / np.sqrt(spread)
    return parameters.huber_c / np.maximum(size, parameters.huber_c)


def _square(residual: Floats, huber: Floats, noise: Floats, spread: Floats, data: Data) -> Floats:
    """w E[e²] of each review, e the noise in the residual, 0 for unsigned ones.

    Given a residual r of variance s² + a²v, its noise part has mean r·s²/(s² + a²v), variance s²·a²v/(s² + a²v).
    """
    share = noise / spread
    part = residual * share
    square = huber * part * part + noise * (1.0 - share)
    return np.minimum(data.informs * data.items.crowds.push * square, MOMENT_MAX)


def _noise(square: Floats, n: Floats, population: Population) -> Floats:
    """1/τ: the inverse of (A0 + n/2)/(A0/τ0 + ½ Σ w E[e²])."""
    shape = population.parameters.noise_shape
    rate = shape / population.tau0 + 0.5 * np.maximum(square, 0.0)
    return np.maximum(rate / (shape + 0.5 * np.maximum(n, 0.0)), population.parameters.noise_min)


def reviewers_of(state: State, data: Data) -> ReviewerTable:
    """The reviewers as fitted; whoever has no signed review is a newcomer."""
    table = state.population.newcomers(data.trust)
    met = data.n_signed > 0
    return replace(
        table,
        bias=np.where(met, state.bias, table.bias),
        slope=np.where(met, state.slope, table.slope),
        variance=np.where(met, state.noise + state.uncertainty, table.variance),
    )
