"""Tiers and decisions: states that the epoch job moves, by probabilities (SCORING.md, section 7)."""

from dataclasses import dataclass

import numpy as np
from scipy import special

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

    def is_enough(self, is_judged: Bools, parameters: Parameters) -> Bools:
        """Whether an item has reviews enough, from sources enough, to be judged at all; to be so still, fewer do."""
        least = np.where(is_judged, parameters.keep_n_effective, parameters.min_n_effective)
        return (self.n_effective >= least) & (self.n_clusters >= parameters.min_clusters)

    def probability(self, threshold: Floats) -> Floats:
        """Pr(value ≥ threshold), normal; NaN without a value."""
        return np.asarray(special.ndtr((self.value - threshold) / self.sd))


def balance_of(weight_above: Floats, weight_below: Floats) -> Floats:
    """4W₊W₋/W², float64[items]: 1 where both sides weigh the same, 0 where all are of a mind."""
    total = weight_above + weight_below
    return np.asarray(4.0 * weight_above * weight_below / np.where(total > 0.0, total, 1.0) ** 2)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table of moves: from one of these states, where the condition holds, to that state, for that reason.

    The first line that holds counts. `to` is a state's code, or the name of the condition's own target; a line whose
    target is where the item is already says why it stays.
    """

    states: frozenset[int]
    condition: str
    to: int | str
    reason: str = ""


STAYS = ""  # the reason of an item that no line moves
TOO_SOON = "too_soon"
REASONS = (
    STAYS,
    TOO_SOON,
    "too_few_reviews",
    "enough_reviews",
    "surely_higher",
    "hardly_there",
    "acceptable",
    "unacceptable",
    "split",
    "unsettled",
)
ALL_TIERS = frozenset(range(len(TIERS)))
RATED = ALL_TIERS - {EMERGING}
TIER_MOVES = (
    Line(ALL_TIERS, "thin", EMERGING, "too_few_reviews"),
    Line(frozenset({EMERGING}), "always", "holding", "enough_reviews"),
    Line(RATED, "new in its tier and about to leave it", "same", TOO_SOON),
    Line(RATED, "above", "above", "surely_higher"),
    Line(RATED, "below", "below", "hardly_there"),
)
ALL_DECISIONS = frozenset(range(len(DECISIONS)))
DECISION_MOVES = (
    Line(ALL_DECISIONS, "thin", UNDER_REVIEW, "too_few_reviews"),
    Line(ALL_DECISIONS, "acceptable", ACCEPTED, "acceptable"),
    Line(ALL_DECISIONS, "unacceptable", REJECTED, "unacceptable"),
    Line(frozenset({ACCEPTED}), "still acceptable", ACCEPTED),
    Line(frozenset({REJECTED}), "still unacceptable", REJECTED),
    Line(ALL_DECISIONS, "split", CONTESTED, "split"),
    Line(frozenset({CONTESTED}), "still split", CONTESTED),
    Line(ALL_DECISIONS, "always", UNDER_REVIEW, "unsettled"),
)


@dataclass(frozen=True, slots=True)
class Moved:
    """Where each item stands now, int64[items], and why, int64[items] into REASONS; 0 where it stays.

    TOO_SOON is the reason of an item that stays only because it is new in its tier.
    """

    state: Ints
    reason: Ints


def move_tiers(
    evidence: Evidence,
    thresholds: Thresholds,
    item_form: Ints,
    previous: Ints,
    hours: Floats,
    parameters: Parameters = DEFAULT,
) -> Moved:
    """The tier of each item by TIER_MOVES, states into TIERS, given its tier before and the hours it has been there.

    Too little evidence: `emerging`, at once. From `emerging`: the tier that holds the value. Else, after `tier_hours`,
    up to the highest tier that begins at or below the value with Pr ≥ `tier_up`, and down to the highest with Pr ≥
    `tier_down`; between the two the tier stays.
    """
    starts = thresholds.tiers[item_form]
    probability = np.asarray(special.ndtr((evidence.value[:, None] - starts) / evidence.sd[:, None]))
    targets = {
        "holding": WEAK + (evidence.value[:, None] >= starts).sum(axis=1),
        "above": WEAK + (probability >= parameters.tier_up).sum(axis=1),
        "below": WEAK + (probability >= parameters.tier_down).sum(axis=1),
        "same": previous,
    }
    above, below = targets["above"] > previous, targets["below"] < previous
    conditions = {
        "thin": ~evidence.is_enough(previous != EMERGING, parameters),
        "above": above,
        "below": below,
        "new in its tier and about to leave it": (above | below) & (hours < parameters.tier_hours),
    }
    return _follow(TIER_MOVES, previous, conditions, targets)


def move_decisions(
    evidence: Evidence,
    thresholds: Thresholds,
    item_form: Ints,
    previous: Ints,
    parameters: Parameters = DEFAULT,
) -> Moved:
    """The decision on each item by DECISION_MOVES, states into DECISIONS, given the one before.

    Accepted at Pr(value ≥ acceptance) ≥ `decide_at`, rejected at ≤ 1 − `decide_at`; each is left again only at
    `undecide_at` and its complement. Else contested where reviewers are split; else, and on too little evidence, under
    review.
    """
    p = evidence.probability(thresholds.acceptance[item_form])
    balance = balance_of(evidence.weight_above, evidence.weight_below)
    d = evidence.dispersion
    conditions = {
        "thin": ~evidence.is_enough(previous != UNDER_REVIEW, parameters),
        "acceptable": p >= parameters.decide_at,
        "unacceptable": 1.0 - p >= parameters.decide_at,
        "still acceptable": p >= parameters.undecide_at,
        "still unacceptable": 1.0 - p >= parameters.undecide_at,
        "split": (d > parameters.contested_dispersion) & (balance >= parameters.contested_balance),
        "still split": (d > parameters.uncontested_dispersion) & (balance >= parameters.uncontested_balance),
    }
    return _follow(DECISION_MOVES, previous, conditions, {})


def _follow(table: tuple[Line, ...], previous: Ints, conditions: dict[str, Bools], targets: dict[str, Ints]) -> Moved:
    state, reason = previous.astype(np.int64), np.zeros(len(previous), dtype=np.int64)
    is_open = np.ones(len(previous), dtype=bool)
    conditions = conditions | {"always": is_open}
    for line in table:
        here = is_open & np.isin(previous, list(line.states)) & conditions[line.condition]
        to = targets[line.to] if isinstance(line.to, str) else np.full(len(previous), line.to)
        state = np.where(here, to, state)
        says = here & ((to != previous) | (line.reason == TOO_SOON))
        reason = np.where(says, REASONS.index(line.reason), reason)
        is_open &= ~here
    return Moved(state.astype(np.int64), reason)


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
