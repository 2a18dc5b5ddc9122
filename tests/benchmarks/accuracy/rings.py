"""Communities with a ring in them, and honest ones that look like one. Ratings on [0, 1]; the same seed, the same bits.

Seeds 1..20 chose the constants of `scoring.rings`; report on others.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from scoring.arrays import Bools, Floats, Ints

Rings = list[Ints]


@dataclass(frozen=True, slots=True)
class Case:
    """Reviews, one row each, at most one for each reviewer and item; `members` bool[n_reviewers] of the rings.

    targets  int64[..], items pushed (or held down), ascending
    group    int64[..], the accounts of an honest group that might be taken for a ring
    """

    reviewer: Ints
    item: Ints
    rating: Floats
    members: Bools
    targets: Ints
    group: Ints
    truth: Floats

    @property
    def n_reviewers(self) -> int:
        return len(self.members)

    @property
    def n_items(self) -> int:
        return len(self.truth)


class Draft:
    """A community under construction: people with a bias and a care of their own, items with a merit."""

    def __init__(self, seed: int, n_reviewers: int = 600, n_items: int = 800) -> None:
        self.random: Generator = np.random.default_rng(seed)
        self.truth = np.clip(self.random.normal(0.55, 0.15, n_items), 0.05, 0.95)
        self.bias = self.random.normal(0.0, 0.06, n_reviewers)
        self.care = self.random.uniform(0.05, 0.2, n_reviewers)
        self.rows: dict[tuple[int, int], float] = {}

    def honest(self, who: int, items: Ints) -> None:
        noise = self.care[who] * self.random.standard_normal(len(items))
        self.rate(who, items, self.truth[items] + self.bias[who] + noise)

    def rate(self, who: int, items: Ints, ratings: Floats) -> None:
        for p, y in zip(items, np.clip(ratings, 0.0, 1.0), strict=True):
            self.rows[who, int(p)] = float(y)

    def everybody(self, each: float = 20.0, popularity: float = 0.0) -> None:
        """About `each` honest reviews a person; items drawn with weight rank^−popularity in random order."""
        n_items = len(self.truth)
        weight = (1.0 + self.random.permutation(n_items)) ** -popularity
        for who in range(len(self.bias)):
            n = min(1 + self.random.poisson(each - 1), n_items // 2)
            self.honest(who, self.random.choice(n_items, n, replace=False, p=weight / weight.sum()))

    def weak(self, n: int) -> Ints:
        """`n` items of the worst third."""
        return np.sort(self.random.choice(np.argsort(self.truth)[: len(self.truth) // 3], n, replace=False))

    def case(self, members: Ints | None = None, targets: Ints | None = None, group: Ints | None = None) -> Case:
        none = np.zeros(0, np.int64)
        is_member = np.zeros(len(self.bias), np.bool_)
        is_member[none if members is None else members] = True
        pair = np.array(list(self.rows), np.int64)
        return Case(
            pair[:, 0],
            pair[:, 1],
            np.array(list(self.rows.values())),
            is_member,
            none if targets is None else np.unique(targets),
            none if group is None else group,
            self.truth,
        )


def camouflaged(seed: int) -> Case:
    """12 copy the consensus on 40 items each, exactly, then push their own 10."""
    draft = Draft(seed)
    draft.everybody()
    ring, targets = np.arange(12), draft.weak(10)
    draft.care[ring] = 0.02
    draft.bias[ring] = 0.0
    for who in ring:
        draft.honest(who, draft.random.choice(len(draft.truth), 40, replace=False))
        _push(draft, who, targets)
    return draft.case(ring, targets)


def mostly_honest(seed: int) -> Case:
    """12 who review honestly nine times in ten: 90 reviews like everybody's, 10 pushes."""
    draft = Draft(seed)
    draft.everybody()
    ring, targets = np.arange(12), draft.weak(10)
    for who in ring:
        draft.honest(who, draft.random.choice(len(draft.truth), 90, replace=False))
        _push(draft, who, targets)
    return draft.case(ring, targets)


def overlapping(seed: int) -> Case:
    """Two rings of 10 that share 3 members, with 10 targets each."""
    draft = Draft(seed)
    draft.everybody()
    one, two = draft.weak(10), draft.weak(10)
    for who in range(10):
        _push(draft, who, one)
    for who in range(7, 17):
        _push(draft, who, two)
    return draft.case(np.arange(17), np.r_[one, two])


def diluted(seed: int) -> Case:
    """Over months: 15 members, 20 targets, each member gets round to a random 12 of them."""
    draft = Draft(seed)
    draft.everybody()
    ring, targets = np.arange(15), draft.weak(20)
    for who in ring:
        _push(draft, who, np.sort(draft.random.choice(targets, 12, replace=False)))
    return draft.case(ring, targets)


def rivals(seed: int) -> Case:
    """10 hold down 10 good items of their rivals."""
    draft = Draft(seed)
    draft.everybody()
    targets = np.sort(draft.random.choice(np.argsort(draft.truth)[-len(draft.truth) // 3 :], 10, replace=False))
    for who in range(10):
        draft.rate(who, targets, 0.05 + 0.05 * draft.random.random(len(targets)))
    return draft.case(np.arange(10), targets)


def majority(seed: int) -> Case:
    """12 who outnumber the honest on 10 items of their own, that few others read."""
    draft = Draft(seed)
    draft.everybody()
    ring, targets = np.arange(12), draft.weak(10)
    for p in targets:
        readers = sorted(who for who, q in draft.rows if q == p)
        for who in readers[5:]:
            del draft.rows[who, int(p)]
    for who in ring:
        _push(draft, who, targets)
    return draft.case(ring, targets)


def small_ring(seed: int) -> Case:
    """5 push 6."""
    draft = Draft(seed)
    draft.everybody()
    ring, targets = np.arange(5), draft.weak(6)
    for who in ring:
        _push(draft, who, targets)
    return draft.case(ring, targets)


def timid(seed: int) -> Case:
    """12 who say a fifth of the scale more of their 10 than they think, and what they think of 20 others."""
    draft = Draft(seed)
    draft.everybody()
    ring, targets = np.arange(12), draft.weak(10)
    for who in ring:
        noise = draft.care[who] * draft.random.standard_normal(len(targets))
        draft.rate(who, targets, draft.truth[targets] + 0.2 + noise)
    return draft.case(ring, targets)


def small_field(seed: int) -> Case:
    """Eight experts review the same forty papers, which few others read."""
    draft = Draft(seed, n_items=840)
    draft.everybody(each=21)
    experts = np.arange(8)
    for who in experts:
        draft.honest(who, np.arange(800, 840))
    return draft.case(group=experts)


def good_field(seed: int) -> Case:
    """The small field, where hardly anybody else reads its papers, and these are better than most."""
    draft = Draft(seed, n_items=840)
    draft.truth[800:] = np.clip(draft.random.normal(0.75, 0.1, 40), 0.05, 0.95)
    draft.everybody(each=21)
    for who, p in list(draft.rows):
        if p >= 800 and (who + p) % 10:
            del draft.rows[who, p]
    for who in range(8):
        draft.honest(who, np.arange(800, 840))
    return draft.case(group=np.arange(8))


def reading_list(seed: int) -> Case:
    """A lab of 20 that publishes its reading list of 30 papers: all of it honestly reviewed by most of them."""
    draft = Draft(seed)
    draft.everybody()
    papers = draft.random.choice(len(draft.truth), 30, replace=False)
    for who in range(20):
        draft.honest(who, papers[draft.random.random(30) < 0.8])
    return draft.case(group=np.arange(20))


def friends(seed: int) -> Case:
    """10 friends who like the same 40 good papers, and agree with everybody."""
    draft = Draft(seed)
    draft.everybody()
    papers = draft.random.choice(np.argsort(draft.truth)[-200:], 40, replace=False)
    for who in range(10):
        draft.honest(who, papers[draft.random.random(40) < 0.7])
    return draft.case(group=np.arange(10))


def fields(seed: int) -> Case:
    """Nobody reads outside their own field: 20 fields of 30 people and 40 papers."""
    draft = Draft(seed)
    for who in range(600):
        draft.honest(who, 40 * (who % 20) + draft.random.choice(40, 15, replace=False))
    return draft.case()


def ring_in_a_field(seed: int) -> Case:
    """`fields`, with a ring of 8 in one of them that pushes 8 papers of it."""
    draft = Draft(seed)
    for who in range(600):
        draft.honest(who, 40 * (who % 20) + draft.random.choice(40, 15, replace=False))
    ring, targets = np.arange(0, 160, 20), np.argsort(draft.truth[:40])[:8]
    for who in ring:
        _push(draft, who, targets)
    return draft.case(ring, targets)


def heavy_tailed(seed: int) -> Case:
    """Honest, with popularity ~ 1/rank^.8."""
    draft = Draft(seed)
    draft.everybody(popularity=0.8)
    return draft.case()


def sparse(seed: int) -> Case:
    """Honest, five reviews a person."""
    draft = Draft(seed, n_reviewers=1000)
    draft.everybody(each=5)
    return draft.case()


def _push(draft: Draft, who: int, items: Ints) -> None:
    draft.rate(who, items, 0.9 + 0.1 * draft.random.random(len(items)))


RINGS: dict[str, Callable[[int], Case]] = {
    f.__name__: f
    for f in (camouflaged, mostly_honest, overlapping, diluted, rivals, majority, ring_in_a_field, small_ring, timid)
}
HONEST: dict[str, Callable[[int], Case]] = {
    f.__name__: f for f in (small_field, good_field, reading_list, friends, fields, heavy_tailed, sparse)
}
