"""The watch for pushes that a fit keeps: what `push.push_factors` needs, form by form, and when it is asked."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.bins import Habits
from scoring.cavity import Voices
from scoring.parameters import Parameters
from scoring.population import Population
from scoring.push import push_factors
from scoring.reviews import Reviews

COARSE = 2.0**10  # steps in 1 of φ_push
STEPS_MAX = 100  # distinct ratings; a scale with more is taken for continuous


@dataclass(frozen=True, slots=True)
class Watch:
    """The reviews that count and the standards of their overall rating, float64[forms]."""

    reviews: Reviews
    mean: Floats
    sd: Floats
    parameters: Parameters

    @classmethod
    def of(cls, reviews: Reviews, population: Population) -> "Watch":
        standards = population.standards
        return cls(reviews, standards.mean[:, 0], standards.sd[:, 0], population.parameters)

    def is_due(self, n_sweeps: int, *, is_unsettled: bool) -> bool:
        """Whether a fit asks after so many sweeps: every 4th from the 7th, and where all is still but what it saw last.

        At last no more, so that it settles.
        """
        first, every = self.parameters.push_first, self.parameters.push_every
        is_scheduled = n_sweeps >= first and (n_sweeps - first) % every == 0
        return n_sweeps <= self.parameters.push_last and (is_scheduled or is_unsettled)

    def factors(self, voices: Voices) -> Floats:
        """φ_push of each review, float64[n], as its author is read now; in whole steps of 2⁻¹⁰.

        It comes of logarithms, whose last bits differ from machine to machine; what is frozen and hashed should not.
        """
        reviews, factors = self.reviews, np.ones(len(self.reviews))
        for form, rows in _rows_by_form(reviews):
            rating = reviews.ratings[rows, 0]
            read = (voices.bias[rows], voices.slope[rows], voices.variance[rows])
            standards = (np.broadcast_to(one[form], len(rating)) for one in (self.mean, self.sd))
            factors[rows] = push_factors(
                reviews.reviewer[rows],
                reviews.item[rows],
                rating,
                Habits(*read, *standards),
                n_reviewers=reviews.n_reviewers,
                n_items=reviews.n_items,
                step=step_of(rating),
                parameters=self.parameters,
            )
        return np.asarray(np.rint(factors * COARSE, out=factors) / COARSE)


def _rows_by_form(reviews: Reviews) -> Iterator[tuple[int, Ints | slice]]:
    """Each form, and its rows; all of them as a slice, which copies nothing."""
    if len(reviews) and (reviews.item_form == reviews.item_form[0]).all():
        yield int(reviews.item_form[0]), slice(None)
        return
    form = reviews.item_form[reviews.item]
    for one in np.unique(form):
        yield int(one), np.flatnonzero(form == one)


def step_of(rating: Floats) -> float:
    """The step of a scale by the ratings on it: the least distance of two; 0 where there are too many to tell."""
    distinct = np.unique(rating)
    return float(np.diff(distinct).min()) if 1 < len(distinct) <= STEPS_MAX else 0.0
