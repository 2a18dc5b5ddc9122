"""Reputation: a bounded number that is the exact sum of what was contributed (SCORING.md, section 8).

Rep = 100 Σ_k ω_k X_k/(X_k + X̃_k), in whole units of 1e-4. Everything is whole-number arithmetic, so that the parts
sum to the total exactly and in any order.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.arrays import Floats, Ints, codes
from scoring.impact import hazen
from scoring.parameters import DEFAULT, Parameters

COMPONENTS = ("publications", "posts", "reviewing", "community")
UNITS = 1_000_000  # in the greatest reputation, 100.0000
STEPS = 2.0**20  # in an amount of 1; with AMOUNT_MAX, units × steps stay below 2⁶³
AMOUNT_MAX = 2.0**22  # of all amounts of one researcher and component


@dataclass(frozen=True, slots=True)
class Contributions:
    """What m events are worth.

    researcher  int64[m], codes 0..n_researchers-1
    component   int64[m], index into COMPONENTS
    amount      float64[m] ≥ 0, in the component's own units
    key         int64[m], the event's own number: of two equal remainders the lower key gets the unit
    """

    researcher: Ints
    component: Ints
    amount: Floats
    key: Ints
    n_researchers: int

    def __post_init__(self) -> None:
        n = len(self.researcher)
        codes(self.researcher, "researcher", n, below=self.n_researchers)
        codes(self.component, "component", n, below=len(COMPONENTS))
        codes(self.key, "key", n, below=2**63 - 1)
        if self.amount.shape != (n,) or not ((self.amount >= 0.0) & (self.amount <= AMOUNT_MAX)).all():
            raise ValueError(f"amount: expected {n} numbers from 0 to {AMOUNT_MAX}")

    @property
    def steps(self) -> Ints:
        return np.rint(self.amount * STEPS).astype(np.int64)

    @property
    def cell(self) -> Ints:
        """One code for each researcher and component."""
        return self.researcher * len(COMPONENTS) + self.component

    def totals(self) -> Ints:
        """X in steps, int64[n_researchers, components]."""
        totals = np.zeros(self.n_researchers * len(COMPONENTS), dtype=np.int64)
        np.add.at(totals, self.cell, self.steps)
        if totals.max(initial=0) > AMOUNT_MAX * STEPS:
            raise ValueError(f"amount: a researcher has more than {AMOUNT_MAX} of one component")
        return totals.reshape(-1, len(COMPONENTS))


@dataclass(frozen=True, slots=True)
class Saturations:
    """X̃, the amount that earns half of a component: int64 steps [cohorts, components], frozen in an epoch."""

    half: Ints

    def as_dict(self) -> dict[str, Any]:
        return {"half": self.half.tolist()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Saturations":
        return cls(np.array(data["half"], dtype=np.int64).reshape(-1, len(COMPONENTS)))


def saturations(
    contributions: Contributions, cohort: Ints, n_cohorts: int, parameters: Parameters = DEFAULT
) -> Saturations:
    """X̃ = (n·med⁺ + 20·med⁺_all)/(n + 20), med⁺ over the n members of the cohort who have any of the component.

    cohort is int64[n_researchers], field × 5-year career age. Where nobody has any, X̃ is `half_saturation`.
    """
    totals = contributions.totals()
    codes(cohort, "cohort", len(totals), below=n_cohorts)
    half = np.full((n_cohorts, len(COMPONENTS)), parameters.half_saturation * STEPS)
    for component in range(len(COMPONENTS)):
        positive = np.flatnonzero(totals[:, component])
        if len(positive):
            amounts = totals[positive, component].astype(np.float64)
            half[:, component] = _shrunk_medians(amounts, cohort[positive], n_cohorts, parameters)
    return Saturations(np.maximum(np.rint(half), 1.0).astype(np.int64))


def _shrunk_medians(amounts: Floats, cohort: Ints, n_cohorts: int, parameters: Parameters) -> Floats:
    order = np.lexsort((amounts, cohort))
    ranked = amounts[order]
    count = np.bincount(cohort, minlength=n_cohorts)
    start = np.cumsum(count) - count
    last = len(ranked) - 1
    lower = ranked[np.minimum(start + np.maximum(count - 1, 0) // 2, last)]
    upper = ranked[np.minimum(start + count // 2, last)]
    prior = parameters.cohort_prior
    return np.asarray((count * (lower + upper) / 2.0 + prior * np.median(amounts)) / (count + prior))


@dataclass(frozen=True, slots=True)
class Reputations:
    """In units of 1e-4: total.sum of a researcher's ledger, exactly.

    total       int64[n_researchers], 0..1,000,000
    components  int64[n_researchers, components]; their sum is the total
    ledger      int64[m], what each contribution earned; its sum by researcher and component is `components`
    percentile  float64[n_researchers], Hazen percentile of the total in the cohort, in (0, 1)
    """

    total: Ints
    components: Ints
    ledger: Ints
    percentile: Floats


def saturate(totals: Ints, half: Ints, parameters: Parameters = DEFAULT) -> Ints:
    """⌊10⁶ ω X/(X + X̃)⌋, int64[..., components]: rises with X, and stays below 10⁶ ω."""
    weight = np.rint(np.array(parameters.component_weights) * UNITS).astype(np.int64)
    return np.asarray(weight * totals // (totals + half))


def reputations(
    contributions: Contributions, cohort: Ints, frozen: Saturations, parameters: Parameters = DEFAULT
) -> Reputations:
    """Everybody's reputation and its ledger, with X̃ as `frozen` for the cohorts in `cohort`, int64[n_researchers]."""
    codes(cohort, "cohort", contributions.n_researchers, below=len(frozen.half))
    totals = contributions.totals()
    components = saturate(totals, frozen.half[cohort], parameters)
    total = components.sum(axis=1)
    ledger = _shares(contributions, components.ravel(), totals.ravel())
    return Reputations(total, components, ledger, hazen(total.astype(np.float64), cohort))


def intervals(
    contributions: Contributions, low: Floats, high: Floats, cohort: Ints, frozen: Saturations, standing: Reputations
) -> tuple[Ints, Ints]:
    """Ends of each reputation's 80 % interval in units, int64[n_researchers] each, with the total in between.

    low ≤ amount ≤ high, float64[m], are the ends of each contribution's own. Errors of contributions are taken to be
    independent: within a component their squares add up, then go through the saturation, and there add up again.
    """
    n_cells = contributions.n_researchers * len(COMPONENTS)
    middle = np.bincount(contributions.cell, contributions.amount, minlength=n_cells)
    half = frozen.half[cohort].ravel() / STEPS
    weight = np.tile(np.array(DEFAULT.component_weights) * UNITS, contributions.n_researchers)
    ends = []
    for end, sign in ((low, -1.0), (high, 1.0)):
        apart = np.bincount(contributions.cell, (end - contributions.amount) ** 2, minlength=n_cells)
        amount = np.maximum(middle + sign * np.sqrt(apart), 0.0)
        moved = weight * (amount / (amount + half) - middle / (middle + half))
        distance = np.sqrt((moved**2).reshape(-1, len(COMPONENTS)).sum(axis=1))
        ends.append(np.clip(np.rint(standing.total + sign * distance), 0, UNITS).astype(np.int64))
    return ends[0], ends[1]


def _shares(contributions: Contributions, units: Ints, totals: Ints) -> Ints:
    """`units` of each cell shared out in proportion to the amounts, by largest remainder (Hamilton's method)."""
    cell, steps = contributions.cell, contributions.steps
    divisor = np.maximum(totals[cell], 1)
    product = units[cell] * steps
    ledger, remainder = product // divisor, product % divisor
    given = np.zeros_like(units)
    np.add.at(given, cell, ledger)
    order = np.lexsort((contributions.key, -remainder, cell))
    count = np.bincount(cell, minlength=len(units))
    place = np.arange(len(cell)) - (np.cumsum(count) - count)[cell[order]]
    ledger[order] += place < (units - given)[cell[order]]
    return ledger
