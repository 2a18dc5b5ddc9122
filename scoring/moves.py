"""When items are judged anew, and what moves then: never by a refit alone that changed next to nothing.

The tables of moves (`decision.py`) have hysteresis, but one item in many always stands just beside a threshold, where a
refit of the reviewers moves it across and the next one back. So an item of which no review came, changed or went since
it was last judged is judged again only once its value is further than `refit_margin` from what it was then: slow drift
adds up until it counts. A move that had to wait, because the item was new in its tier, stays due.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Bools, Floats, Ints
from scoring.decision import REASONS, TOO_SOON, Evidence, Moved, Thresholds, move_decisions, move_tiers
from scoring.parameters import DEFAULT, Parameters

CAUSES = ("", "reviews", "refit")  # of a judgement: none, reviews came, changed or went, the epoch reads them otherwise
NO_CAUSE, REVIEWS, REFIT = range(3)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where items stood before this epoch.

    tier, decision  int64[items] into TIERS, DECISIONS
    hours           float64[items] ≥ 0, in that tier
    judged_value    float64[items], when it was last judged; NaN if it never was
    is_touched      bool[items], whether a review of it came, changed or went since then
    due             int64[items] into CAUSES: what caused a change of its tier that had to wait; NO_CAUSE without one
    """

    tier: Ints
    decision: Ints
    hours: Floats
    judged_value: Floats
    is_touched: Bools
    due: Ints


@dataclass(frozen=True, slots=True)
class Judgement:
    """Where they stand now; a reason other than 0 says that an item moved.

    cause      int64[items] into CAUSES, why its tier was judged; NO_CAUSE where it was not
    is_judged  bool[items], whether both tier and decision were
    due        as in Standing, for the next epoch
    """

    tier: Moved
    decision: Moved
    cause: Ints
    is_judged: Bools
    due: Ints


def judge(
    evidence: Evidence, thresholds: Thresholds, item_form: Ints, standing: Standing, parameters: Parameters = DEFAULT
) -> Judgement:
    """Move tiers and decisions of those items that are to be judged anew; a pure function of what it is given."""
    with np.errstate(invalid="ignore"):
        has_drifted = np.abs(evidence.value - standing.judged_value) > parameters.refit_margin
    is_new = np.isnan(standing.judged_value) & ~np.isnan(evidence.value)
    is_judged = standing.is_touched | is_new | has_drifted
    cause = np.where(is_judged, np.where(standing.is_touched | is_new, REVIEWS, REFIT), standing.due)
    cause = np.where(is_judged & (standing.due == REVIEWS), REVIEWS, cause)
    tier = move_tiers(evidence, thresholds, item_form, standing.tier, standing.hours, parameters)
    decision = move_decisions(evidence, thresholds, item_form, standing.decision, parameters)
    waits = tier.reason == REASONS.index(TOO_SOON)
    due = np.where(waits, cause, NO_CAUSE)
    tier = _only(cause != NO_CAUSE, standing.tier, tier, ~waits)
    return Judgement(tier, _only(is_judged, standing.decision, decision), cause, is_judged, due)


def _only(where: Bools, before: Ints, moved: Moved, moves: Bools | None = None) -> Moved:
    """`moved` where it is so; elsewhere items stay where they were, for no reason."""
    says = where if moves is None else where & moves
    return Moved(np.where(where, moved.state, before), np.where(says, moved.reason, 0))
