"""Tiers and decisions: states that the epoch job moves, by probabilities (SCORING.md, section 7)."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from scoring.arrays import Bools, Floats, Ints, floats
from scoring.item import Scores
from scoring.parameters import DEFAULT, Parameters
from scoring.reviews import Reviews
from scoring.sums import Groups

TIERS = ("emerging", "weak", "developing", "sound", "strong", "exceptional")
DECISIONS = ("under_review", "accepted", "rejected", "contested")
EMERGING, WEAK = 0, 1
UNDER_REVIEW, ACCEPTED, REJECTED, CONTESTED = range(4)


WEIGHT_MAX = 2.0**10  # bound of one review's P, far above every cap


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Of each form, in rating units.

    tiers       float64[F, 4], ascending: where `developing`, `sound`, `strong` and `exceptional` begin
    acceptance  float64[F]
    """

    tiers: Floats
    acceptance: Floats

    def __post_init__(self) -> None:
        tiers = np.asarray(self.tiers, dtype=np.float64)
        if tiers.ndim != 2 or tiers.shape[1] != len(TIERS) - 2 or not (np.diff(tiers) > 0).all():
            raise ValueError("tiers: expected four ascending thresholds a form")
        object.__setattr__(self, "tiers", tiers)
        object.__setattr__(self, "acceptance", floats(self.acceptance, "acceptance", (len(tiers),)))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of each item when its states are moved; float64[items] in rating units, unless said otherwise.

    value, sd      of the score; NaN and anything without reviews
    n_effective    reviews
    n_clusters     int64[items], independent sources among them: a cluster with a budget is one, else every account
    dispersion     ΣφP(x − θ)²/(n − 1)
    weight_above, weight_below  ΣφP of the reviews at or above, and below, the acceptance threshold
    """

    value: Floats
    sd: Floats
    n_effective: Floats
    n_clusters: Ints
    dispersion: Floats
    weight_above: Floats
    weight_below: Floats

    @classmethod
    def of(cls, scores: Scores, reviews: Reviews, thresholds: Thresholds) -> "Evidence":
        """The evidence in `scores`, which are those of `reviews`."""
        above = scores.reading >= thresholds.acceptance[reviews.item_form][reviews.item]
        heard = Groups.of(reviews.item, reviews.n_items)
        weight = scores.precision * scores.factor
        sides = [heard.sum(np.where(side, weight, 0.0), WEIGHT_MAX) for side in (above, ~above)]
        return cls(scores.value, scores.sd, scores.n_effective, scores.n_sources, scores.dispersion, *sides)

    def is_enough(self, parameters: Parameters) -> Bools:
        """Whether an item has reviews enough, from sources enough, to be judged at all."""
        return (self.n_effective >= parameters.min_n_effective) & (self.n_clusters >= parameters.min_clusters)

    def probability(self, threshold: Floats) -> Floats:
        """Pr(value ≥ threshold), normal; NaN without a value."""
        return np.asarray(ndtr((self.value - threshold) / self.sd))


def move_tiers(
    evidence: Evidence,
    thresholds: Thresholds,
    item_form: Ints,
    previous: Ints,
    hours: Floats,
    parameters: Parameters = DEFAULT,
) -> Ints:
    """The tier of each item, int64[items] into TIERS, given its tier before and the hours it has been there.

    Too little evidence: `emerging`, at once. From `emerging`: the tier that holds the value. Else, after `tier_hours`,
    up to the highest tier that begins at or below the value with Pr ≥ `tier_up`, and down to the highest with Pr ≥
    `tier_down`; between the two the tier stays.
    """
    starts = thresholds.tiers[item_form]
    probability = np.asarray(ndtr((evidence.value[:, None] - starts) / evidence.sd[:, None]))
    holds = WEAK + (evidence.value[:, None] >= starts).sum(axis=1)
    up = WEAK + (probability >= parameters.tier_up).sum(axis=1)
    down = WEAK + (probability >= parameters.tier_down).sum(axis=1)
    moved = np.maximum(up, np.minimum(previous, down))
    moved = np.where(hours >= parameters.tier_hours, moved, previous)
    moved = np.where(previous == EMERGING, holds, moved)
    return np.where(evidence.is_enough(parameters), moved, EMERGING).astype(np.int64)


def move_decisions(
    evidence: Evidence,
    thresholds: Thresholds,
    item_form: Ints,
    previous: Ints,
    parameters: Parameters = DEFAULT,
) -> Ints:
    """The decision on each item, int64[items] into DECISIONS, given the one before.

    Accepted at Pr(value ≥ acceptance) ≥ `decide_at`, rejected at ≤ 1 − `decide_at`; each is left again only at
    `undecide_at` and its complement. Else contested where reviewers are split; else, and on too little evidence, under
    review.
    """
    p = evidence.probability(thresholds.acceptance[item_form])
    accept_at = np.where(previous == ACCEPTED, parameters.undecide_at, parameters.decide_at)
    reject_at = np.where(previous == REJECTED, parameters.undecide_at, parameters.decide_at)
    total = evidence.weight_above + evidence.weight_below
    balance = 4.0 * evidence.weight_above * evidence.weight_below / np.where(total > 0.0, total, 1.0) ** 2
    split = (evidence.dispersion > parameters.contested_dispersion) & (balance >= parameters.contested_balance)
    cases = [~evidence.is_enough(parameters), p >= accept_at, 1.0 - p >= reject_at, split]
    return np.select(cases, [UNDER_REVIEW, ACCEPTED, REJECTED, CONTESTED], UNDER_REVIEW).astype(np.int64)


def quantile_tiers(best: Floats, scored: Bools, parameters: Parameters = DEFAULT) -> Ints:
    """Tiers by rank, int64[items], where no form says what a rating means: the top 5 % are `exceptional`.

    An item's quantile is the share of scored items whose `best` is not above its own; items that are not `scored`
    are `emerging` and count for nothing.
    """
    tier = np.full(len(best), EMERGING, dtype=np.int64)
    ranked = np.sort(best[scored])
    share = np.searchsorted(ranked, best[scored], side="right") / max(len(ranked), 1)
    tier[scored] = WEAK + np.searchsorted(np.array(parameters.quantile_tiers), share, side="left")
    return tier
