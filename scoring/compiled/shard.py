"""A shard whose three readings are compiled: each a pass over its rows, shared out among threads by item."""

from dataclasses import dataclass, field

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.cavity import THETA_MAX
from scoring.compiled import sweep
from scoring.hyper import MOMENT_MAX, ItemSums
from scoring.kernels import even, n_threads, spread
from scoring.moments import Moments, Posterior, bounds_of
from scoring.parameters import Parameters
from scoring.population import Population
from scoring.shard import Heard, Shard
from scoring.sums import steps_of
from scoring.weight import READING_MAX


@dataclass(slots=True)
class CompiledShard(Shard):
    """Reviews sorted by item; between `read` and `listen` the columns of `voices` hold something else (`sweep`)."""

    start: Ints = field(init=False)
    parts: list[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        code = self.items.item.code
        if not (code[1:] >= code[:-1]).all():
            raise ValueError("item: the reviews of a compiled shard have to be sorted by item")
        self.start = np.r_[0, np.cumsum(self.items.item.count)]
        self.parts = even(self.start, n_threads())

    def read(self, population: Population, slope: Floats, noise: Floats) -> tuple[Moments, ItemSums]:
        """As `Shard.read`."""
        parameters, items = population.parameters, self.items
        by_moment = [steps_of(self.reviewer.bits, bound) for bound in bounds_of(parameters)]
        by_items = self._steps_of_items(parameters)
        constants = parameters.slope_min, READING_MAX, THETA_MAX, parameters.k_min
        shared = (
            self.start,
            self._rows(),
            self._crowds(),
            self._voices(),
            np.stack([slope, noise, items.cap_share], axis=1),
            (items.cap_full, self.m),
            (*constants, parameters.pool_base, parameters.pool_share, population.abar),
            population.bands,
            np.array(parameters.kappa),
            (*by_items, *by_moment),
        )
        moments = [np.zeros((self.reviewer.n, 5)) for _ in self.parts]
        parts = [(a, b, *shared, one) for (a, b), one in zip(self.parts, moments, strict=True)]
        second, m, change = np.sum([(0.0, 0.0, 0.0), *spread(sweep.read, parts)], axis=0)
        summed = sum(moments, np.zeros((self.reviewer.n, 5)))
        sums = ItemSums(*(float(x / steps) for x, steps in zip((second, m, change), by_items[2:], strict=True)))
        return Moments(*(column / steps for column, steps in zip(summed.T, by_moment, strict=True))), sums

    def square(self, ridge: Posterior, noise: Floats, population: Population) -> Floats:
        """As `Shard.square`."""
        steps = steps_of(self.reviewer.bits, MOMENT_MAX)
        people = np.stack([ridge.bias, ridge.slope, noise], axis=1)
        constants = population.parameters.huber_c, MOMENT_MAX, steps
        shared = self._rows(), self._voices(), self.push, people, constants
        sums = [np.zeros(self.reviewer.n) for _ in self.parts]
        spread(sweep.square, [(*at, *shared, one) for at, one in zip(self._row_parts(), sums, strict=True)])
        return sum(sums, np.zeros(self.reviewer.n)) / steps

    def listen(self, heard: Heard) -> None:
        """As `Shard.listen`, but that `voices` are the same columns with other numbers in them."""
        old, new, parameters, moments = heard.old, heard.new, heard.new.parameters, heard.moments
        columns = (moments.one, moments.m, moments.mm, moments.d, moments.md, heard.squares, heard.n_signed)
        shape = parameters.noise_shape
        noise = shape / old.tau0, shape, parameters.noise_min
        shared = (
            self._rows(),
            self._voices(),
            np.stack(columns, axis=1),
            (old.abar, old.sigma_b2, old.sigma_a2, *noise, parameters.slope_cap),
            (heard.scale, heard.shift, new.abar, new.newcomer_variance),
        )
        spread(sweep.listen, [(*at, *shared) for at in self._row_parts()])

    def _row_parts(self) -> list[tuple[int, int]]:
        return [(int(self.start[a]), int(self.start[b])) for a, b in self.parts]

    def _steps_of_items(self, parameters: Parameters) -> tuple[float, ...]:
        """Of the sums over an item's reviews (of w, wx), and over items (second, m, change²)."""
        bits, seen, limit = self.items.item.bits, self.sizes.n_seen.bit_length(), parameters.k_limit
        of_items = steps_of(seen, 2.0 * THETA_MAX**2), steps_of(self.sizes.n_items.bit_length(), THETA_MAX)
        return steps_of(bits, limit), steps_of(bits, limit * READING_MAX), *of_items, steps_of(seen, THETA_MAX**2 * 4)

    def _rows(self) -> tuple[np.ndarray, ...]:
        items = self.items
        return items.reviewer, items.z, items.confidence, items.eligibility, items.is_signed

    def _voices(self) -> tuple[Floats, ...]:
        return self.voices.bias, self.voices.slope, self.voices.variance, self.voices.huber

    def _crowds(self) -> tuple[np.ndarray, ...]:
        crowds = self.items.crowds
        n = crowds.n_groups
        return (
            crowds.push,
            crowds.pooled,
            crowds.clustered,
            crowds.group,
            crowds.budget,
            np.zeros(n, dtype=np.int64),
            np.zeros(n),
            np.zeros(n),
        )
