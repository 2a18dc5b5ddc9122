"""The reviews of some items as a fit reads them: three readings a sweep, each of every review once.

    read    items with the reviewers' parameters, each review's cavity, and the moments of each reviewer
    square  how far each review is from what its author says of others' readings: Huber weights and w E[e²]
    listen  with the hyperparameters that follow: how each review is read next, by its author as it is without it

All that goes from one shard to another is sums by reviewer (float64[n_reviewers]) and sums over items, which may be
added in any order, for they are of whole steps (`sums`) as fine as `Sizes` of *all* shards allow. So shards, threads
and machines cannot change a bit, nor can who does the arithmetic, NumPy or `compiled.sweep` (the same, fused, in a
tenth of the time and without a temporary array). A cluster's reviews of an item are in one shard, as all of an item's.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.budgets import Crowds
from scoring.cavity import THETA_MAX, Cavity, Items, Voices
from scoring.hyper import MOMENT_MAX, ItemSums
from scoring.kernels import compiled
from scoring.moments import Moments, Posterior, noise_of, posterior
from scoring.parameters import Parameters
from scoring.population import Population
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews
from scoring.sums import Groups, bits_of, total


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of all reviews, in whatever shards: items, those with reviews; bits that sums by item and by reviewer gain."""

    n_items: int
    n_seen: int
    item_bits: int
    reviewer_bits: int

    @classmethod
    def of(cls, reviews: Reviews) -> "Sizes":
        """Of these alone."""
        by_item = np.bincount(reviews.item, minlength=reviews.n_items)
        by_reviewer = np.bincount(reviews.reviewer, minlength=reviews.n_reviewers)
        return cls(reviews.n_items, int((by_item > 0).sum()), bits_of(by_item), bits_of(by_reviewer))


@dataclass(frozen=True, slots=True)
class Heard:
    """What a sweep found, before which nobody is read anew.

    old, new  populations
    moments, squares, n_signed  sums over each reviewer's reviews in all shards
    scale, shift  of θ (`hyper`)
    """

    old: Population
    new: Population
    moments: Moments
    squares: Floats
    n_signed: Floats
    scale: float
    shift: float


@dataclass(slots=True)
class Shard:
    """The reviews of some items, and `voices`, how each of them is read; float64[n_items] `m`, of the last sweep."""

    items: Items
    reviewer: Groups
    sizes: Sizes
    voices: Voices
    m: Floats
    _cavity: Cavity = field(init=False)  # these from one reading to the next
    _weight: Floats = field(init=False)
    _square: Floats = field(init=False)

    @classmethod
    def of(
        cls,
        reviews: Reviews,
        z: Floats,
        table: ReviewTable,
        trust: Floats,
        n_trusted: Ints,
        voices: Voices,
        parameters: Parameters,
        sizes: Sizes | None = None,
    ) -> Self:
        """Compiled where `kernels.compiled` says so, for which reviews have to be sorted by item.

        `table` says who shares a budget and φ_push, `voices` how reviews are read at first: the shard's from now on.
        `sizes` where there are other shards.
        """
        fast: Any = compiled("shard", len(reviews)) if cls is Shard else None
        sizes = sizes or Sizes.of(reviews)
        crowds = Crowds.of(reviews.item, reviews.n_items, table, parameters)
        return (fast.CompiledShard if fast else cls)(
            items=Items.of(reviews, z, trust, n_trusted, crowds, parameters, sizes.item_bits),
            reviewer=Groups.of(reviews.reviewer, reviews.n_reviewers, sizes.reviewer_bits),
            sizes=sizes,
            voices=voices,
            m=np.zeros(reviews.n_items),
        )

    def n_signed(self) -> Floats:
        """Signed reviews of each reviewer here, float64[n_reviewers]."""
        return self.reviewer.sum(self.informs, 1.0)

    @property
    def informs(self) -> Floats:
        """1 for signed reviews, 0 for unsigned ones, which inform nobody's parameters; float64[n]."""
        return self.items.is_signed.astype(np.float64)

    @property
    def push(self) -> Floats:
        """φ_push of each review."""
        return self.items.crowds.push

    @push.setter
    def push(self, push: Floats) -> None:
        self.items = replace(self.items, crowds=replace(self.items.crowds, push=push))

    def read(self, population: Population, slope: Floats, noise: Floats) -> tuple[Moments, ItemSums]:
        """Items with the reviewers' parameters, cavities, and sums over each reviewer's reviews here, and over items.

        slope in z per θ and noise in z², float64[n_reviewers], are what the fit knows of everybody.
        """
        who, z = self.reviewer.code, self.items.z
        cavity = self.items.read(self.voices, population.bands, population.parameters)
        spread = noise[who] + (slope * slope)[who] * cavity.variance
        self._weight = self.informs * self.push * self.voices.huber / spread
        self._cavity = cavity
        moments = Moments.of(z, cavity.mean, self._weight, self.reviewer, population)
        seen, n = self.items.is_seen, self.sizes.n_seen
        change = (cavity.m - self.m)[seen]
        second = (cavity.m * cavity.m + 1.0 / cavity.information)[seen]
        self.m = cavity.m
        return moments, ItemSums(
            total(second, 2.0 * THETA_MAX**2, n),
            total(cavity.m, THETA_MAX, self.sizes.n_items),
            total(change * change, THETA_MAX**2 * 4, n),
        )

    def square(self, ridge: Posterior, noise: Floats, population: Population) -> Floats:
        """Σ w E[e²] of each reviewer's reviews here; bias and slope of `ridge` are new, `noise` is as `read` had it.

        Given a residual r of variance s² + a²v, its noise part has mean r·s²/(s² + a²v), variance s²·a²v/(s² + a²v).
        """
        who, noise = self.reviewer.code, noise[self.reviewer.code]
        residual = self.items.z - ridge.bias[who] - ridge.slope[who] * self._cavity.mean
        spread = noise + (ridge.slope * ridge.slope)[who] * self._cavity.variance
        size = np.abs(residual) / np.sqrt(spread)
        c = population.parameters.huber_c
        huber = c / np.maximum(size, c)
        share = noise / spread
        part = residual * share
        square = huber * part * part + noise * (1.0 - share)
        self._square = np.minimum(self.informs * self.push * square, MOMENT_MAX)
        self.voices = replace(self.voices, huber=huber)
        return self.reviewer.sum(self._square, MOMENT_MAX)

    def listen(self, heard: Heard) -> None:
        """Each review is read next by its author's parameters without it; `voices` are new."""
        who, signed, parameters = self.reviewer.code, self.items.is_signed, heard.new.parameters
        moments = heard.moments.without(self.items.z, self._cavity.mean, self._weight, who, heard.old)
        alone = posterior(moments, heard.old)
        noise = noise_of(heard.squares[who] - self._square, heard.n_signed[who] - 1.0, heard.old)
        slope = np.clip(alone.slope * heard.scale, 0.0, parameters.slope_cap)
        self.voices = Voices(
            np.where(signed, alone.bias + slope * heard.shift, 0.0),
            np.where(signed, slope, heard.new.abar),
            np.where(signed, noise + alone.bias_variance + alone.slope_variance, heard.new.newcomer_variance),
            self.voices.huber,
        )
        del self._cavity, self._weight, self._square
