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
  without that, `fans`, is an honest reading beside it. Where nobody reviewed two suspects, nothing changes.

Sums are of whole numbers: the same bits in any order. Items that cannot come to anything are put aside first
(`scoring.suspects`), in a few passes over all reviews; the rest takes some 2,000 evaluations of each rating.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from scoring.arrays import Floats, Ints
from scoring.bins import ENDS, Bins, Habits
from scoring.mixture import Grid, Side, split_evidence, sums
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
    bins = Bins.of(rating, step, parameters)
    usual = bins.usual(bins.code, reviewer, n_reviewers, parameters)
    suspects = Suspects.of(item, rating, bins, habits, usual, n_items, parameters)
    factors = np.ones(len(rating))
    if len(suspects.rows):
        authors = Groups.of(reviewer[suspects.rows], n_reviewers)
        factors[suspects.rows] = _Readings.of(suspects, parameters).factors(authors)
    return factors


@dataclass(frozen=True, slots=True)
class _Push:
    """H(s, ·) with each review's odds, at one end: its joint log probability with ε and θ, float64[c, E, T]."""

    odds: Floats
    joint: Floats

    @property
    def log_evidence(self) -> Floats:
        """Of each item, float64[c]."""
        if not len(self.joint):  # which logsumexp cannot reduce
            return np.zeros(0)
        return np.asarray(logsumexp(self.joint, axis=(1, 2)))


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
        one = logsumexp(temper[:, None] * plain + grid.log_prior, axis=1)
        sides = tuple(Side.of(suspects, end) for end in ENDS)
        return cls(suspects, parameters, grid, h, temper, plain, one, sides)

    def factors(self, authors: Groups) -> Floats:
        """φ of the suspects' reviews; `authors` are their authors."""
        flat = [self._push(side, np.ones(len(side.rows))) for side in self.sides]
        basic = self._spread([push.log_evidence for push in flat])
        split = self._split(basic)
        nobody = np.full(basic.shape, -np.inf)
        probable = self._pushed(basic, nobody, split)
        known = self._known(flat, probable, authors)
        kinds = [self._kinds(side, known) for side in self.sides]
        ratios = np.array([*self.parameters.push_kinds, 1.0 - sum(self.parameters.push_kinds)])
        weighed = [
            logsumexp([np.log(w) + kind.log_evidence for w, kind in zip(ratios, pair, strict=False)], axis=0)
            for pair in kinds
        ]
        probable = self._pushed(self._spread(weighed), basic + np.log(ratios[-1]), split)
        factors = np.ones(len(self.suspects.rows))
        for end, side in enumerate(self.sides):
            seen = probable[end, side.items]
            seen = np.where(seen >= self.parameters.push_probable, seen, 0.0)
            taken = np.zeros(len(side.ends))
            for w, kind in zip(ratios, kinds[end], strict=False):
                share = seen * w
                weight = np.exp(kind.joint - weighed[end][:, None, None]) * share[:, None, None]
                taken += side.responsibility(self.h, kind.odds, weight, self.grid)
            factors[side.rows[side.ends]] = np.maximum(1.0 - taken, self.parameters.push_floor)
        return factors

    def _split(self, push: Floats) -> Floats:
        """The log evidence of two honest groups, float64[c], −∞ where no push is near enough for that to matter."""
        near = (push - self.honest).max(axis=0) >= 0.0
        result = np.full(len(near), -np.inf)
        if near.any():
            evidence = split_evidence(self.suspects.among(near), self.temper[near], self.parameters)
            result[near] = evidence + np.log(self.parameters.split_push_ratio)
        return result

    def _kinds(self, side: Side, known: Floats) -> tuple[_Push, _Push]:
        """Pushers who push together, and who leave the other items to their accomplices."""
        odds = np.exp(known[side.rows])
        return self._push(side, odds), self._push(side, 1.0 / odds)

    def _push(self, side: Side, odds: Floats) -> _Push:
        likelihood = self.plain[side.items][:, None] + side.evidence(self.h, odds, self.grid)
        prior = self.grid.log_prior - np.log(len(self.grid.epsilon) * len(ENDS))
        return _Push(odds, self.temper[side.items][:, None, None] * likelihood + prior)

    def _spread(self, evidence: list[Floats]) -> Floats:
        """What is known of each side's items, float64[2, items]; −∞ where there is no such side."""
        result = np.full((len(ENDS), len(self.plain)), -np.inf)
        for end, side in enumerate(self.sides):
            result[end, side.items] = evidence[end]
        return result

    def _pushed(self, push: Floats, fans: Floats, split: Floats) -> Floats:
        """Pr(push to each end), float64[2, items], by the share of such items that explains all of them best."""
        parameters, share, pushed = self.parameters, self.parameters.push_share_max, push
        for _ in range(SHARE_ROUNDS):
            unusual = np.concatenate([push, fans, split[None]]) + np.log(share / (1.0 - share))
            pushed = np.exp(unusual[: len(ENDS)] - np.logaddexp(logsumexp(unusual, axis=0), self.honest))
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
            joint = flat[end].joint - flat[end].log_evidence[:, None, None]
            usual = (self.h[side.rows] * np.exp(joint).sum(axis=1)[side.owner]).sum(axis=1)
            ratio = np.full(len(side.rows), alone)
            ratio[side.ends] += (1.0 - alone) / usual[side.ends]
            w = probable[end, side.items][side.owner]
            message[side.rows] += np.log(1.0 - w + w * ratio)
        known = authors.sum(message, MESSAGE_MAX)[authors.code] - message
        return np.asarray(np.clip(known, -self.parameters.push_known_max, self.parameters.push_known_max))
