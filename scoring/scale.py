"""From θ to the units a form is rated in."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.population import Population
from scoring.root import ONE


@dataclass(frozen=True, slots=True)
class Scale:
    """value = middle + step·θ for each item, in rating units: μ₀ + s₀·ā·θ of its form.

    low, high     float64[items], ends of the form's scale
    middle, step  float64[items], step positive
    """

    low: Floats
    high: Floats
    middle: Floats
    step: Floats

    @classmethod
    def of(cls, item_form: Ints, population: Population) -> "Scale":
        """The scale of each item, given the row of its form."""
        low, high = population.forms.low[item_form], population.forms.high[item_form]
        mean, sd = population.standards.mean[item_form, 0], population.standards.sd[item_form, 0]
        return cls(low, high, low + (high - low) * mean, (high - low) * sd * population.abar)

    def take(self, items: Ints) -> "Scale":
        """The scales of `items`, in that order."""
        return Scale(self.low[items], self.high[items], self.middle[items], self.step[items])

    def rating(self, theta: Floats) -> Floats:
        """`theta` in rating units; rises with θ, and is not clipped."""
        return self.middle + self.step * theta

    def clipped(self, theta: Floats) -> Floats:
        """`theta` in rating units, within the form's scale."""
        return np.clip(self.rating(theta), self.low, self.high)

    def of_steps(self, k: Ints) -> Floats:
        """θ of `k` steps of 2⁻³² in rating units, not clipped."""
        return self.rating(k / ONE)
