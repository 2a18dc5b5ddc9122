"""When an item is judged anew: by reviews, by drift, because a move of its tier is due; and not otherwise."""

from dataclasses import replace

import numpy as np
import pytest

from scoring.decision import DECISIONS, REASONS, TIERS, Evidence, Thresholds
from scoring.moves import CAUSES, NO_CAUSE, REFIT, REVIEWS, Standing, judge

THRESHOLDS = Thresholds(np.array([[5.0, 6.0, 7.0, 8.0]]), np.array([6.0]))
BEFORE = Standing(
    tier=np.array([TIERS.index("strong")]),
    decision=np.array([DECISIONS.index("accepted")]),
    hours=np.array([48.0]),
    judged_value=np.array([7.0]),
    is_touched=np.array([False]),
    due=np.array([NO_CAUSE]),
)


def now(value, *, sd=0.1, before=BEFORE, n_effective=5.0, **standing):
    """What becomes of an item with that value; `standing` in place of what stands in `before`."""
    numbers = [np.array([float(one)]) for one in (value, sd, n_effective, 5, 1.0, 1.0, 0.0)]
    changed = {name: np.array([one]) for name, one in standing.items()}
    return judge(Evidence(*numbers), THRESHOLDS, np.array([0]), replace(before, **changed))


def told(judgement):
    """The tier, its reason and cause; the decision and its reason."""
    tier, decision = judgement.tier, judgement.decision
    return (
        TIERS[tier.state[0]],
        REASONS[tier.reason[0]],
        CAUSES[judgement.cause[0]],
        DECISIONS[decision.state[0]],
        REASONS[decision.reason[0]],
    )


def test_an_item_when_reviews_came_is_moved_by_them():
    assert told(now(6.9, is_touched=True)) == ("sound", "hardly_there", "reviews", "accepted", "")
    assert told(now(5.9, is_touched=True)) == ("developing", "hardly_there", "reviews", "under_review", "unsettled")


@pytest.mark.parametrize("value", [6.81, 7.0, 7.19])
def test_an_item_when_a_refit_changed_it_within_the_margin_stays(value):
    judgement = now(value)
    assert told(judgement) == ("strong", "", "", "accepted", "")
    assert not judgement.is_judged[0]
    assert told(now(value, n_effective=1.0)) == ("strong", "", "", "accepted", ""), "nor for want of weight alone"


def test_an_item_when_a_refit_changed_it_beyond_the_margin_is_moved_by_it():
    assert told(now(6.79)) == ("sound", "hardly_there", "refit", "accepted", "")


def test_an_item_when_it_is_judged_the_first_time_is_moved_by_its_reviews():
    first = now(7.5, tier=0, decision=0, judged_value=np.nan)
    assert told(first) == ("strong", "enough_reviews", "reviews", "accepted", "acceptable")
    nobody = now(np.nan, n_effective=0, tier=0, decision=0, judged_value=np.nan)
    assert (told(nobody)[:3], nobody.is_judged[0]) == (("emerging", "", ""), False)


@pytest.mark.parametrize(("touched", "value", "cause"), [(True, 6.9, REVIEWS), (False, 6.5, REFIT)])
def test_a_move_of_a_tier_when_it_had_to_wait_is_made_later_though_nothing_came_and_the_decision_is_let_alone(
    touched, value, cause
):
    waiting = now(value, is_touched=touched, hours=23.0)
    assert told(waiting)[:2] == ("strong", "")
    assert (waiting.due[0], waiting.is_judged[0]) == (cause, True)
    later = now(value + 0.01, judged_value=value, due=waiting.due[0], decision=DECISIONS.index("rejected"))
    assert told(later) == ("sound", "hardly_there", CAUSES[cause], "rejected", "")
    assert (later.due[0], later.is_judged[0]) == (NO_CAUSE, False)
    again = now(7.3, judged_value=7.3, due=waiting.due[0])
    assert (told(again)[:2], again.due[0]) == (("strong", ""), NO_CAUSE), "by then it was no move any more"
    assert now(value, judged_value=value, due=waiting.due[0], hours=23.5).due[0] == cause, "still to wait"


def test_a_move_when_it_waited_for_reviews_and_a_refit_came_in_between_is_of_the_reviews():
    assert told(now(6.5, due=REVIEWS))[2] == "reviews"
