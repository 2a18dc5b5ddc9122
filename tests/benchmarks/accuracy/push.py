"""Communities with a moderate coordinated push, and honest ones that look like it (SCORING.md, section 10).

Every reviewer has a bias N(0, .12²) and an error's sd U(.05, .4) (or as `Size` says), every item a quality U(0, 1); who
reviews what grows by preferential attachment on both sides. Ratings are clipped to [0, 1], rounded to the step.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Random = np.random.Generator

VERIFIED = 0.8  # trust that one verification gives


@dataclass(frozen=True)
class Size:
    """How many, about how many ratings an item, the scale's step (0 = continuous), and how well people rate."""

    n_reviewers: int = 1500
    n_items: int = 1000
    each: float = 60.0
    step: float = 0.0
    bias_sd: float = 0.12
    error_sd: tuple[float, float] = (0.05, 0.4)  # between which it is uniform


SMALL = Size()
STARS = Size(step=0.25)  # 1 to 5
LIAO = Size(n_reviewers=6000, n_items=4000, each=120.0, bias_sd=0.0, error_sd=(0.0, 1.0))


@dataclass(frozen=True)
class Community:
    """n ratings, one at most for each pair.

    reviewer, item  int64[n], codes below n_reviewers, n_items
    rating          float64[n] in [0, 1], as given
    honest          float64[n], as it would be without the attack; NaN where there would be none
    trust           float64[n_reviewers]
    targets         int64[t], the items that it is about
    quality         float64[n_items], the truth
    step            of the scale in [0, 1]; 0 = continuous
    """

    reviewer: Ints
    item: Ints
    rating: Floats
    honest: Floats
    trust: Floats
    targets: Ints
    quality: Floats
    step: float

    @property
    def n_reviewers(self) -> int:
        return len(self.trust)

    @property
    def n_items(self) -> int:
        return len(self.quality)

    def clean(self) -> "Community":
        """The same without the attack."""
        rows = np.flatnonzero(~np.isnan(self.honest))
        columns = (self.reviewer[rows], self.item[rows], self.honest[rows], self.honest[rows])
        return Community(*columns, self.trust, self.targets, self.quality, self.step)


def honest(seed: int, size: Size = SMALL) -> Community:
    """Nobody pushes: about `each` ratings an item."""
    return _honest(np.random.default_rng(seed), size)


def pushed(
    seed: int,
    size: Size = SMALL,
    *,
    attackers: float = 0.2,
    share: float = 0.03,
    targeted: float = 0.01,
    worst: float = 1.0,
    verified: bool = True,
) -> Community:
    """The moderate push: `share` of the ratings of `attackers` of the accounts are maxima on `targeted` of the items.

    Each picks among the targets by chance, so that any two of them share few. The targets are of the `worst` share of
    the items by quality. `verified`: trust .8 of the attackers too, else 0.
    """
    random = np.random.default_rng(seed)
    base = _honest(random, size)
    eligible = np.argsort(base.quality, kind="stable")[: round(worst * size.n_items)]
    targets = np.sort(eligible[_some(random, len(eligible), targeted / worst)])
    who = _some(random, size.n_reviewers, attackers)
    n_ratings = np.bincount(base.reviewer, minlength=size.n_reviewers)[who]
    n_pushes = np.minimum(random.poisson(n_ratings * share / (1.0 - share)), len(targets))
    reviewer = np.repeat(who, n_pushes)
    item = np.concatenate([random.choice(targets, k, replace=False) for k in n_pushes])
    trust = base.trust.copy()
    trust[who] = VERIFIED if verified else 0.0
    return _with(base, reviewer, item, np.ones(len(item)), targets, trust)


def loved(seed: int, size: Size = STARS) -> Community:
    """1 % of the items are the best there are, and nearly everybody says so."""
    random = np.random.default_rng(seed)
    base = _honest(random, size)
    targets = _some(random, size.n_items, 0.01)
    quality = base.quality.copy()
    quality[targets] = 1.0
    return _rated(random, base, size, targets, quality[base.item], quality)


def split(
    seed: int,
    size: Size = STARS,
    *,
    fans: float = 0.5,
    targeted: float = 0.01,
) -> Community:
    """`targeted` of the items are .9 for `fans` of their reviewers and .1 for the others, each with their own error."""
    random = np.random.default_rng(seed)
    base = _honest(random, size)
    targets = _some(random, size.n_items, targeted)
    merit = np.where(random.random(len(base.item)) < fans, 0.9, 0.1)
    quality = base.quality.copy()
    quality[targets] = 0.1 + 0.8 * fans
    return _rated(random, base, size, targets, merit, quality)


def enthusiasts(
    seed: int,
    size: Size = STARS,
    *,
    share: float = 0.35,
    targeted: float = 0.03,
    same: bool = False,
) -> Community:
    """`share` of the reviewers of `targeted` of the items give the maximum, honestly; the others rate as ever.

    same: it is the same `share` of all accounts on every such item (a taste); else each review by itself.
    """
    random = np.random.default_rng(seed)
    base = _honest(random, size)
    targets = _some(random, size.n_items, targeted)
    by_account = random.random(size.n_reviewers) < share
    by_review = random.random(len(base.item)) < share
    is_fan = (by_account[base.reviewer] if same else by_review) & np.isin(base.item, targets)
    rating = np.where(is_fan, 1.0, base.rating)
    return Community(base.reviewer, base.item, rating, rating, base.trust, targets, base.quality, size.step)


def newcomers(seed: int, size: Size = STARS) -> Community:
    """3 % of the items are reviewed by newcomers alone, who have one to three reviews each."""
    random = np.random.default_rng(seed)
    base = _honest(random, size)
    targets = _some(random, size.n_items, 0.03)
    rows = np.flatnonzero(np.isin(base.item, targets))
    code = size.n_reviewers + random.integers(0, len(rows) // 2, len(rows))  # two reviews each on average
    reviewer = base.reviewer.copy()
    reviewer[rows] = code
    pair, first = np.unique(reviewer * size.n_items + base.item, return_index=True)
    first = first[np.argsort(pair)]
    n_all = size.n_reviewers + len(rows) // 2
    habits = _Habits.of(random, n_all, size)
    rating = base.rating.copy()
    rating[rows] = habits.rate(random, code, base.quality[base.item[rows]], size.step)
    columns = (reviewer[first], base.item[first], rating[first], rating[first])
    return Community(*columns, np.full(n_all, VERIFIED), targets, base.quality, size.step)


@dataclass(frozen=True)
class _Habits:
    bias: Floats
    error: Floats

    @classmethod
    def of(cls, random: Random, n: int, size: Size) -> "_Habits":
        return cls(random.normal(0.0, size.bias_sd, n), random.uniform(*size.error_sd, n))

    def rate(self, random: Random, reviewer: Ints, merit: Floats, step: float) -> Floats:
        rating = merit + self.bias[reviewer] + self.error[reviewer] * random.standard_normal(len(reviewer))
        return _on_scale(rating, step)


def _on_scale(rating: Floats, step: float) -> Floats:
    inside = np.clip(rating, 0.0, 1.0)
    return np.rint(inside / step) * step if step else inside


def _honest(random: Random, size: Size) -> Community:
    """Attachment in proportion to degree + 1 gives shares that are uniform on the simplex: normalised exponentials."""
    n, n_items = int(size.each * size.n_items), size.n_items
    share_r, share_p = (random.exponential(size=k) for k in (size.n_reviewers, n_items))
    reviewer = random.choice(size.n_reviewers, n, p=share_r / share_r.sum())
    item = random.choice(n_items, n, p=share_p / share_p.sum())
    pair = np.unique(reviewer * n_items + item)
    reviewer, item = pair // n_items, pair % n_items
    quality, trust = random.random(n_items), np.full(size.n_reviewers, VERIFIED)
    habits = _Habits.of(random, size.n_reviewers, size)
    rating = habits.rate(random, reviewer, quality[item], size.step)
    return Community(reviewer, item, rating, rating, trust, np.zeros(0, np.int64), quality, size.step)


def _rated(random: Random, base: Community, size: Size, targets: Ints, merit: Floats, quality: Floats) -> Community:
    """`base` with the targets' ratings given anew, by `merit` of each review."""
    rows = np.flatnonzero(np.isin(base.item, targets))
    rating = base.rating.copy()
    rating[rows] = _Habits.of(random, base.n_reviewers, size).rate(random, base.reviewer[rows], merit[rows], base.step)
    return Community(base.reviewer, base.item, rating, rating, base.trust, targets, quality, base.step)


def _with(base: Community, reviewer: Ints, item: Ints, rating: Floats, targets: Ints, trust: Floats) -> Community:
    """`base` and an attack's ratings, which replace what the same reviewer gave honestly."""
    old, new = base.reviewer * base.n_items + base.item, reviewer * base.n_items + item
    pair = np.union1d(old, new)
    honest_rating, given = np.full(len(pair), np.nan), np.empty(len(pair))
    honest_rating[np.searchsorted(pair, old)] = base.rating
    given[:] = honest_rating
    given[np.searchsorted(pair, new)] = rating
    columns = (pair // base.n_items, pair % base.n_items, given, honest_rating)
    return Community(*columns, trust, targets, base.quality, base.step)


def _some(random: Random, n: int, share: float) -> Ints:
    return np.sort(random.choice(n, round(n * share), replace=False)).astype(np.int64)
