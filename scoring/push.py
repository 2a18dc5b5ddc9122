"""Who pushes a score: ratings at an end of the scale that neither the item nor their authors' habits explain.

An item's ratings are read as what its reviewers say of one θ (H0), and as that with a share ε of them given to move
the score (H(s, ε), s an end of the scale; SCORING.md, section 6). In bins of the scale, of each review

    h(θ) = (1 − η)·normal bin(b + aθ, variance) + η·G     G: the author's other ratings, and everybody's
    H0: Π h(θ)     H(s, ε): Π [(1 − ε)·h(θ) + ε·1{at end s}]     θ ~ N(0, 1) and ε on grids

and φ = 1 − the expected responsibility of the push for the review, where enough speaks for it. Beyond SCORING.md:

- **Two groups** who differ about an item honestly, Π[(1 − ε)h(θ) + εh(θ')], compete with the push: the fans of a split
  item give what is near the end too, pushers the end alone.
- **Accomplices.** Those who push one item push others, or leave the others to their accomplices: in either way, who is
  at the end of one suspect tells who is at the end of another. Honest enthusiasts meet by chance. So in H(s, ε) each
  review's ε has its odds multiplied (or divided) by what its author's reviews of *other* suspects say, and the same
  without that, `fans`, is an honest reading beside it. Where nobody reviewed two suspects, the push keeps its share.

Sums are of whole numbers: the same bits in any order. Items that cannot come to anything are put aside first
(`scoring.suspects`), in a few passes over all reviews; of the rest each rating takes some 2,000 evaluations.

Chosen on seeds 1–20 of `tests/benchmarks/accuracy/push.py`; on 201–205, 1,500 accounts and 1,000 items, everybody
verified, the targets' inflation is .049 (.285 without; five stars: .072 of .287), Spearman on the rest .978 (the mean's
.945). Known limits: an honest taste of the same people for the same items looks like a push; so does a push that who
pushes each item leaves to chance look honest (it takes honest reviews of the other targets to do that); and a push on
items under `push_min_reviews` is not seen.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.bins import ENDS, Bins, Habits
from scoring.mixture import Grid, Side, log_sum, split_evidence, sums
from scoring.parameters import Parameters
from scoring.sums import Groups, total
from scoring.suspects import Suspects

SHARE_ROUNDS = 40  # of the share of pushed items
MESSAGE_MAX = 64.0  # |log| of what one review says about its author


def push_factors(
    reviewer: Ints,
    item: Ints,
    rating: Floats,
    habits: Habits,
    *,
    n_reviewers: int,
    n_items: int,
    step: float,
    parameters: Parameters,
) -> Floats:
    """φ of each review, float64[n] in [push_floor, 1]; 1 where no push is seen.

    rating in [0, 1]; `habits` of each review's author; step of the scale in [0, 1], 0 where it is continuous. The same
    bits in any order of the rows.
    """
    bins, factors = Bins.of(rating, step, parameters), np.ones(len(rating))
    near = np.flatnonzero((np.bincount(item, minlength=n_items) >= parameters.push_min_reviews)[item])
    usual = bins.usual(near, reviewer, n_reviewers, parameters)
    bins = Bins(bins.code[near], bins.n)
    suspects = Suspects.of(item[near], rating[near], bins, habits.take(near), usual, n_items, parameters)
    if len(suspects.rows):
        rows = near[suspects.rows]
        factors[rows] = _Readings.of(suspects, parameters).factors(Groups.of(reviewer[rows], n_reviewers))
    return factors


@dataclass(frozen=True, slots=True)
class _Push:
    """The push to one end, of K kinds.

    odds   float64[K, m], what multiplies the odds of ε of each of the side's reviews
    joint  float64[K, c, E, T], log probability of each item's ratings with the kind, ε and θ
    """

    odds: Floats
    joint: Floats

    @property
    def evidence(self) -> Floats:
        """log probability of each item's ratings, float64[c]."""
        return log_sum(self.joint, (0, 2, 3))

    @property
    def weight(self) -> Floats:
        """Pr(kind, ε, θ | a push), float64[K, c, E, T]."""
        return np.asarray(np.exp(self.joint - self.evidence[:, None, None]))


@dataclass(frozen=True, slots=True)
class _Readings:
    """The suspects, and what honest readings have to say: `plain` is H0's log-likelihood at each θ, float64[c, T]."""

    suspects: Suspects
    parameters: Parameters
    grid: Grid
    h: Floats
    temper: Floats
    plain: Floats
    honest: Floats
    sides: tuple[Side, ...]

    @classmethod
    def of(cls, suspects: Suspects, parameters: Parameters) -> "_Readings":
        grid = Grid.of(parameters.push_points, parameters.push_shares, parameters)
        h = suspects.probability(grid.theta, parameters)
        temper = np.minimum(1.0, parameters.push_temper / suspects.length)
        plain = sums(np.log(h), suspects.start)
        one = log_sum(temper[:, None] * plain + grid.log_prior, 1)
        sides = tuple(Side.of(suspects, end) for end in ENDS)
        return cls(suspects, parameters, grid, h, temper, plain, one, sides)

    def factors(self, authors: Groups) -> Floats:
        """φ of the suspects' reviews; `authors` are their authors."""
        shares = np.array(self.parameters.push_kinds)
        flat = [self._push(side, np.ones((1, len(side.rows))), np.ones(1)) for side in self.sides]
        basic = self._spread(flat)
        split = self._split(basic)
        known = self._known(flat, self._pushed(basic, np.full(basic.shape, -np.inf), split), authors)
        together = [np.exp(known[side.rows]) for side in self.sides]
        odds = [np.stack([one, 1.0 / one]) for one in together]
        pushes = [self._push(side, one, shares) for side, one in zip(self.sides, odds, strict=True)]
        by_chance = basic + np.log(1.0 - shares.sum())
        probable = self._pushed(self._spread(pushes), by_chance, split)
        return self._taken(pushes, self._counted(probable))

    def _taken(self, pushes: list[_Push], counted: Floats) -> Floats:
        factors = np.ones(len(self.suspects.rows))
        for end, (side, push) in enumerate(zip(self.sides, pushes, strict=True)):
            weight = push.weight * counted[end, side.items][:, None, None]
            pairs = zip(push.odds, weight, strict=True)
            taken = np.sum([side.responsibility(self.h, odds, one, self.grid) for odds, one in pairs], axis=0)
            factors[side.rows[side.ends]] = np.maximum(1.0 - taken, self.parameters.push_floor)
        return factors

    def _counted(self, probable: Floats) -> Floats:
        """Pr(push) as it counts: not at all up to `push_probable`, in full from `push_certain`, without a jump."""
        low, high = self.parameters.push_probable, self.parameters.push_certain
        return np.asarray(probable * np.clip((probable - low) / (high - low), 0.0, 1.0))

    def _split(self, push: Floats) -> Floats:
        """The log evidence of two honest groups, float64[c], −∞ where no push is near enough for that to matter."""
        near = (push - self.honest).max(axis=0) >= 0.0
        result = np.full(len(near), -np.inf)
        if near.any():
            evidence = split_evidence(self.suspects.among(near), self.temper[near], self.parameters)
            result[near] = evidence + np.log(self.parameters.split_push_ratio)
        return result

    def _push(self, side: Side, odds: Floats, shares: Floats) -> _Push:
        """The push to a side, of kinds that have `shares`, float64[K], and each their odds, float64[K, m]."""
        rare = 1.0 - self.grid.epsilon  # the more accounts it takes, the harder they are to have
        prior = self.grid.log_prior + np.log(rare / rare.sum() / len(ENDS))[:, None]
        temper, plain = self.temper[side.items][:, None, None], self.plain[side.items][:, None]
        joint = [temper * (plain + side.evidence(self.h, one, self.grid)) + prior for one in odds]
        return _Push(odds, np.stack(joint) + np.log(shares)[:, None, None, None])

    def _spread(self, pushes: list[_Push]) -> Floats:
        """The evidence for each side's push, float64[2, items]; −∞ where the item is not of that side."""
        result = np.full((len(ENDS), len(self.plain)), -np.inf)
        for end, (side, push) in enumerate(zip(self.sides, pushes, strict=True)):
            result[end, side.items] = push.evidence
        return result

    def _pushed(self, push: Floats, fans: Floats, split: Floats) -> Floats:
        """Pr(push to each end), float64[2, items], by the share of such items that explains all of them best."""
        parameters, share, pushed = self.parameters, self.parameters.push_share_max, push
        for _ in range(SHARE_ROUNDS):
            unusual = np.concatenate([push, fans, split[None]]) + np.log(share / (1.0 - share))
            pushed = np.exp(unusual[: len(ENDS)] - np.logaddexp(log_sum(unusual, 0), self.honest))
            share = total(pushed.ravel(), 1.0) / self.suspects.n_judged
            share = min(max(share, parameters.push_share_min), parameters.push_share_max)
        return np.asarray(pushed)

    def _known(self, flat: list[_Push], probable: Floats, authors: Groups) -> Floats:
        """log odds that each review's author pushes, by the author's reviews of *other* suspects; float64[rows].

        A review of an item pushed with probability w: 1 − w + w(δ + (1 − δ)·1{at the end}/h), δ the probability that
        who pushes something leaves this item alone.
        """
        message, alone = np.zeros(len(authors.code)), self.parameters.push_alone
        for end, side in enumerate(self.sides):
            theta = flat[end].weight[0].sum(axis=1)[side.owner]
            usual = (self.h[side.rows] * theta).sum(axis=1)
            ratio = np.full(len(side.rows), alone)
            ratio[side.ends] += (1.0 - alone) / usual[side.ends]
            w = probable[end, side.items][side.owner]
            message[side.rows] += np.log(1.0 - w + w * ratio)
        known = authors.sum(message, MESSAGE_MAX)[authors.code] - message
        return np.asarray(np.clip(known, -self.parameters.push_known_max, self.parameters.push_known_max))
