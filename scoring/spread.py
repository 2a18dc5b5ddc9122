"""A shard whose reviews lie elsewhere, in shards of their own, as on many machines: the bits are those of one (A3).

Where that is, and who works there, a `Runner` says; this module does not know. Each shard has the reviews of a range of
items, and is told of reviewers: once which number of reviews they signed, and in each sweep eight numbers, of which six
come back as its part of the sums. How each review is read (four numbers) comes to where the fit is led when that looks
for pushes, which φ goes back of, and at the end.
"""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import astuple, dataclass, fields, replace
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from scoring.arrays import Floats
from scoring.budgets import Crowds
from scoring.cavity import Items, Voices
from scoring.hyper import ItemSums
from scoring.kernels import compiled, even
from scoring.moments import Moments, Posterior, posterior
from scoring.population import Population
from scoring.shard import Heard, Shard
from scoring.sums import Groups


@dataclass(frozen=True, slots=True)
class Part:
    """A shard where it lies, and what it was told; never changed, so that work on it may be done again.

    n_signed  float64[n_reviewers], of all shards
    noise, moments  of the last reading: as `Heard` has them
    """

    shard: Shard
    n_signed: Floats
    population: Population | None = None
    noise: Floats | None = None
    moments: Floats | None = None


Work = Callable[[Part, Any], tuple[Part, Any]]


class Runner(Protocol):
    """Where parts are, and who works on them; a place is whatever the runner gives for a part."""

    def hold(self, parts: Sequence[Part]) -> list[Any]:
        """The places of these parts."""

    def step(self, places: Sequence[Any], work: Work, told: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The places of what `work` leaves, and its answer of each; told: one thing to all, or one to each."""


class Spread(Shard):
    """All reviews, in parts; `spread` makes one."""

    __slots__ = ("_is_told", "_places", "_runner", "_told", "_voices", "moments", "starts")

    def lay_out(self, runner: Runner, n_parts: int) -> "Spread":
        """Give each of `n_parts` ranges of items, of about as many reviews, to the runner; reviews sorted by item."""
        start = np.r_[0, np.cumsum(self.items.item.count)]
        ranges = even(start, min(n_parts, max(int(start[-1]), 1)))
        self.starts = [int(start[first]) for first, _ in ranges] + [int(start[-1])]
        n_signed = self.n_signed()
        self._runner, self._is_told = runner, True
        self._told: tuple[Population, Floats, float, float] | None = None
        self._places = runner.hold([Part(_cut(self, *one, start), n_signed) for one in ranges])
        return self

    @property
    def voices(self) -> Voices:
        """How each review is read: asked for where the reviews are."""
        if not self._is_told:
            found = self._step(listen, self._told)
            columns = (np.concatenate([getattr(one, field.name) for one in found]) for field in fields(Voices))
            self._voices, self._told, self._is_told = Voices(*columns), None, True
        return self._voices

    @voices.setter
    def voices(self, voices: Voices) -> None:
        self._voices = voices

    @property
    def push(self) -> Floats:
        return self.items.crowds.push

    @push.setter
    def push(self, push: Floats) -> None:
        self.items = replace(self.items, crowds=replace(self.items.crowds, push=push))
        self._places, _ = self._runner.step(self._places, pushed, [push[a:b] for a, b in pairwise(self.starts)])

    def read(self, population: Population, slope: Floats, noise: Floats) -> tuple[Moments, ItemSums]:
        found = self._step(read, (self._told, population, slope, noise))
        self._told = None
        self.moments = added([moments for moments, _ in found])
        return Moments(*self.moments), ItemSums(*added([sums for _, sums in found]).tolist())

    def square(self, ridge: Posterior, noise: Floats, population: Population) -> Floats:  # noqa: ARG002  (known there)
        return added(self._step(square, self.moments))

    def listen(self, heard: Heard) -> None:
        """The parts hear of it when they are next spoken to."""
        self._told, self._is_told = (heard.new, heard.squares, heard.scale, heard.shift), False

    def _step(self, work: Work, told: Any) -> list[Any]:
        self._places, found = self._runner.step(self._places, work, [told])
        return found


def spread(runner: Runner, n_parts: int) -> Callable[..., Shard]:
    """`Shard.of` whose reviews the runner has in so many parts."""

    def of(*columns: Any) -> Shard:
        return Spread.of(*columns).lay_out(runner, n_parts)

    return of


def added(parts: Sequence[Any]) -> Floats:
    """Σ of the parts, which are whole numbers of one step: exact, so in any order."""
    return np.asarray(np.sum(parts, axis=0))


def _cut(whole: Shard, first: int, last: int, start: Any) -> Shard:
    """The shard of the items from `first` up to before `last`, coded 0.. ; plain, until it is where it belongs."""
    a, b = int(start[first]), int(start[last])
    items, sizes = whole.items, whole.sizes
    code = items.item.code[a:b] - first
    item = Groups.of(code, last - first, sizes.item_bits)
    columns = ("z", "reviewer", "confidence", "eligibility", "is_signed")
    cut = {name: getattr(items, name)[a:b] for name in columns}
    crowds = _cut_crowds(items.crowds, code, last - first, a)
    return Shard(
        items=Items(**cut, item=item, cap_share=items.cap_share, cap_full=items.cap_full[first:last], crowds=crowds),
        reviewer=Groups.of(cut["reviewer"], whole.reviewer.n, sizes.reviewer_bits),
        sizes=sizes,
        voices=Voices(*(getattr(whole.voices, field.name)[a:b] for field in fields(Voices))),
        m=np.zeros(last - first),
    )


def _cut_crowds(crowds: Crowds, item: Any, n_items: int, a: int) -> Crowds:
    """Of rows from `a` on, of these items; groups are coded as their items come (`Crowds.of`)."""
    rows = slice(a, a + len(item))
    mine = slice(*np.searchsorted(crowds.clustered, (rows.start, rows.stop)))
    group = crowds.group[mine]
    least = group.min(initial=crowds.n_groups)
    return Crowds(
        item=item,
        n_items=n_items,
        push=crowds.push[rows],
        clustered=crowds.clustered[mine] - a,
        group=group - least,
        n_groups=int(group.max(initial=least - 1)) - int(least) + 1,
        budget=crowds.budget[mine],
        pooled=crowds.pooled[rows],
    )


def begin(part: Part) -> Part:
    """The part where it is to lie: compiled where `kernels.compiled` there says so."""
    fast, shard = compiled("shard", len(part.shard.items.z)), _own(part.shard)
    columns = {name: getattr(shard, name) for name in ("items", "reviewer", "sizes", "voices", "m")}
    return replace(part, shard=fast.CompiledShard(**columns) if fast else shard)


def read(part: Part, told: tuple[Any, Population, Floats, Floats]) -> tuple[Part, tuple[Floats, Floats]]:
    """`Shard.read`, after what is left to listen to."""
    left, population, slope, noise = told
    part, _ = listen(part, left)
    shard = _own(part.shard)
    moments, sums = shard.read(population, slope, noise)
    answer = np.stack([getattr(moments, field.name) for field in fields(Moments)]), np.array(astuple(sums))
    return Part(shard, part.n_signed, population, noise), answer


def square(part: Part, moments: Floats) -> tuple[Part, Floats]:
    """`Shard.square`, by the moments of all parts."""
    if part.population is None or part.noise is None:
        raise ValueError("part: it has not read")
    shard = _own(part.shard)
    squares = shard.square(posterior(Moments(*moments), part.population), part.noise, part.population)
    return replace(part, shard=shard, moments=moments), squares


def listen(part: Part, told: tuple[Population, Floats, float, float] | None) -> tuple[Part, Voices]:
    """`Shard.listen`; nothing where there is nothing to be told."""
    if told is None or part.population is None or part.moments is None:
        return part, part.shard.voices
    new, squares, scale, shift = told
    shard = _own(part.shard)
    shard.listen(Heard(part.population, new, Moments(*part.moments), squares, part.n_signed, scale, shift))
    return Part(shard, part.n_signed), shard.voices


def pushed(part: Part, push: Floats) -> tuple[Part, None]:
    """The same under these φ_push."""
    shard = copy(part.shard)
    shard.push = push
    return replace(part, shard=shard), None


def _own(shard: Shard) -> Shard:
    """A copy whose readings leave the first as it was; and that may be written to, whatever it came by."""
    own = copy(shard)
    own.voices = Voices(*(np.array(getattr(shard.voices, field.name)) for field in fields(Voices)))
    own.m = np.array(shard.m)
    return own
