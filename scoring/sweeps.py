"""The fixed point of items and reviewers: each sweep reads all reviews once (SCORING.md, section 4).

Items are read with the reviewers' parameters (`cavity.Items`), then each reviewer is fitted on what the *others* say of
the items it reviewed, robustly, and the hyperparameters follow by empirical Bayes (`hyper`). A review is read with its
author's parameters as they are *without* it (deletion: a rank-one downdate of the sums), so that no rating makes its
author look as if it fitted. What reads the reviews is in `shard`; here is what needs all reviewers at once. Held by A1
to A3, A8, A10 to A12. Beyond SCORING.md, with what was measured on section 10's generators:

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

from scoring.arrays import Floats
from scoring.hyper import ItemSums, next_population, scale_of, shift_of
from scoring.moments import noise_of, posterior
from scoring.population import Population, ReviewerTable
from scoring.shard import Heard, Shard
from scoring.watch import Watch


class NotConverged(ArithmeticError):
    """The fit did not reach its tolerance within `sweeps_max` sweeps."""


@dataclass(frozen=True, slots=True)
class State:
    """What the fixed point is of, but for how each review is read (`Shard.voices`).

    bias, slope, noise, uncertainty  float64[n_reviewers]
    n_signed  float64[n_reviewers], signed reviews in all shards
    n_seen    items with reviews
    """

    population: Population
    bias: Floats
    slope: Floats
    noise: Floats
    uncertainty: Floats
    n_signed: Floats
    n_seen: int

    @classmethod
    def first(cls, start: Population, n_signed: Floats, n_seen: int) -> "State":
        """Everybody average and uncertain; `start` gives ā, τ0, and the variances of biases and slopes."""
        n = np.ones(len(n_signed))
        spread = start.sigma_b2 + start.sigma_a2
        return cls(start, 0.0 * n, start.abar * n, n / start.tau0, spread * n, n_signed, n_seen)


def settle(state: State, shard: Shard, watch: Watch, on_sweep: Callable[[], object] | None = None) -> tuple[State, int]:
    """Sweep to the fixed point, looking for pushes on the way; the state there, and the sweeps.

    `on_sweep` is called before each sweep, and may raise to end the fit. Raises NotConverged.
    """
    parameters = state.population.parameters
    seen = np.inf
    for n_sweeps in range(1, parameters.sweeps_max + 1):
        if on_sweep is not None:
            on_sweep()
        state, sums = sweep(state, shard)
        is_still = sums.change < parameters.tolerance**2 * state.n_seen
        if watch.is_due(n_sweeps, is_unsettled=is_still and seen >= parameters.push_still):
            push = watch.factors(shard.voices)
            seen = float(np.abs(push - shard.push).max(initial=0.0))
            shard.push = push
        if is_still and (seen < parameters.push_still or n_sweeps > parameters.push_last):
            return state, n_sweeps
    raise NotConverged(f"the fit moved θ by more than {parameters.tolerance} in sweep {parameters.sweeps_max}")


def sweep(state: State, shard: Shard) -> tuple[State, ItemSums]:
    """One round: items, reviewers, hyperparameters, of all that `shard` has or stands for."""
    population, n_signed, n_seen = state.population, state.n_signed, state.n_seen
    moments, sums = shard.read(population, state.slope, state.noise)
    ridge = posterior(moments, population)
    squares = shard.square(ridge, state.noise, population)
    noise = noise_of(squares, n_signed, population)
    scale = scale_of(sums, n_seen, population)
    new = next_population(population, ridge, noise, n_signed, scale)
    met = n_signed > 0.0
    slope = np.clip(ridge.slope * scale, 0.0, population.parameters.slope_cap)
    shift = shift_of(sums, n_seen, ridge.bias[met], slope[met], population)
    shard.listen(Heard(population, new, moments, squares, n_signed, scale, shift))
    return State(
        new,
        np.where(met, ridge.bias + slope * shift, 0.0),
        np.where(met, slope, new.abar),
        noise,
        ridge.bias_variance + ridge.slope_variance,
        n_signed,
        n_seen,
    ), sums


def reviewers_of(state: State, trust: Floats) -> ReviewerTable:
    """The reviewers as fitted; whoever has no signed review is a newcomer. trust float64[n_reviewers]."""
    table = state.population.newcomers(trust)
    met = state.n_signed > 0
    return replace(
        table,
        bias=np.where(met, state.bias, table.bias),
        slope=np.where(met, state.slope, table.slope),
        variance=np.where(met, state.noise + state.uncertainty, table.variance),
    )
