"""Reviews of one item and what a population says of their form, in plain numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import NamedTuple

from scoring.population import Population


class Said(NamedTuple):
    """One review and the row of the epoch's table that it is read by; as the columns of `Reviews` and `ReviewTable`.

    ratings has a number in [0, 1] or None for each criterion that the form gives a weight, the overall rating first.
    """

    ratings: tuple[float | None, ...]
    confidence: int
    eligibility: float
    is_signed: bool
    bias: float
    slope: float
    variance: float
    trust: float
    cluster: int = -1
    budget: float = inf
    push: float = 1.0

    @property
    def is_budgeted(self) -> bool:
        """Whether the author is in a cluster that has a budget."""
        return self.cluster >= 0 and isfinite(self.budget)


@dataclass(frozen=True, slots=True)
class Form:
    """What a population says of one form, in plain numbers; `used` are the criteria that have a weight."""

    population: Population
    used: tuple[int, ...]
    weight: tuple[float, ...]
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    correlation: tuple[tuple[float, ...], ...]
    bands: tuple[float, ...]
    newcomer_variance: float
    low: float
    high: float
    middle: float
    step: float

    @classmethod
    def of(cls, population: Population, form: int) -> "Form":
        """The form of that row."""
        forms, standards = population.forms, population.standards
        used = tuple(c for c, weight in enumerate(forms.weights[form].tolist()) if weight > 0.0)
        low, high = float(forms.low[form]), float(forms.high[form])
        correlation = standards.correlation[form].tolist()
        return cls(
            population=population,
            used=used,
            weight=_at(forms.weights[form].tolist(), used),
            mean=_at(standards.mean[form].tolist(), used),
            sd=_at(standards.sd[form].tolist(), used),
            correlation=tuple(_at(correlation[c], used) for c in used),
            bands=tuple(population.bands.tolist()),
            newcomer_variance=population.newcomer_variance,
            low=low,
            high=high,
            middle=low + (high - low) * float(standards.mean[form, 0]),
            step=(high - low) * float(standards.sd[form, 0]) * population.abar,
        )

    def rating(self, theta: float) -> float:
        """In rating units, not clipped."""
        return self.middle + self.step * theta

    def clipped(self, theta: float) -> float:
        """In rating units, within the scale."""
        return min(max(self.rating(theta), self.low), self.high)


def _at(values: Sequence[float], places: Iterable[int]) -> tuple[float, ...]:
    return tuple(values[at] for at in places)
