"""A score in words: sentences made from the numbers of its explanation, with reviews named by their ids alone."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scholarnet.services.explanations import Explanation

MOST_TOLD = 5  # reviews that are spoken of one by one: those that contribute most
LEAST = 0.005  # what is smaller reads 0.00
NO_SCORE = "No review counts yet, so there is no score."
START = "A post that nobody has reviewed stands at {middle:.2f}; by {reviews} it is {moved}: the score is {value:.2f}."
LIFTED = "lifted by {up:.2f}"
LOWERED = "pulled down by {down:.2f}"
CUT = "{cut:.2f} of what the reviews say lies beyond the end of the scale and is cut off."
INTERVAL = "How sure that is: such an interval, here from {low:.2f} to {high:.2f}, is made to hold in 80 cases of 100."
SAME_MEAN = "The plain mean of the overall ratings is {mean:.2f} too."
MEAN = "The plain mean of the overall ratings is {mean:.2f}: the score is {by:.2f} {side}, {reason}."
BETWEEN = "nearer to where a post starts, which weighs the more the fewer reviews there are"
BEYOND = "as reviews differ in weight, in how severe their reviewers are, and in what they say by criterion"
SOME_CAPPED = "; of these reviews {n} cannot pull as hard as they would"
REVIEW = "Review {review_id} {pulls}; without it the score would be {without}{reason}."
CAPS = {
    "budget": "its pull is bounded by a budget that it shares with others",
    "push": "its weight is lowered as ratings at that end look like a push",
    "distance": "its pull is bounded because it lies far from the score",
    "trust": "its weight is bounded by how far its account is trusted",
}
CAPPED = {
    "budget": "pull no harder because they share a budget",
    "push": "weigh less because ratings at that end look like a push",
    "distance": "pull no harder because they lie far from the score",
    "trust": "weigh no more because of how far their accounts are trusted",
}
BUDGETED = "Without {those} under a budget the score would be {without}."
CLUSTER = (
    "Cluster {cluster_id}, with {reviews}, {pulls}; without it the score would be {without}, "
    "and {value_in_full:.2f} were it counted in full."
)
REMOVED = "What the score would be without one review is told of the {n} that contribute most."


def put_in_words(explanation: "Explanation") -> list[str]:
    """Return the sentences; numbers are rounded to hundredths of a rating."""
    if explanation.value is None:
        return [NO_SCORE]
    return [
        *_whole(explanation),
        *_reviews(explanation.shares),
        *_caps(explanation),
        *(CLUSTER.format_map(one | _told(one)) for one in explanation.clusters),
    ]


def _whole(explanation: "Explanation") -> Iterator[str]:
    value, middle = explanation.value or 0.0, explanation.middle
    shares = [share["share"] for share in explanation.shares]
    up, down = sum(one for one in shares if one > 0), -sum(one for one in shares if one < 0)
    sides = [LIFTED.format(up=up)] * (up >= LEAST) + [LOWERED.format(down=down)] * (down >= LEAST)
    moved = " and ".join(sides) or "left there"
    yield START.format(middle=middle, reviews=_count(len(shares)), moved=moved, value=value)
    cut = abs(explanation.prior_share - middle)
    if cut >= LEAST:
        yield CUT.format(cut=cut)
    yield INTERVAL.format(low=explanation.low, high=explanation.high)
    yield _beside_mean(explanation, value, explanation.plain_mean or 0.0)


def _beside_mean(explanation: "Explanation", value: float, mean: float) -> str:
    by, middle = value - mean, explanation.middle
    if abs(by) < LEAST:
        return SAME_MEAN.format(mean=mean)
    is_between = min(middle, mean) <= value <= max(middle, mean)
    n_capped = sum(share["capped_by"] is not None for share in explanation.shares)
    reason = (BETWEEN if is_between else BEYOND) + (SOME_CAPPED.format(n=n_capped) if n_capped else "")
    return MEAN.format(mean=mean, by=abs(by), side="above" if by > 0 else "below", reason=reason)


def _reviews(shares: list[dict[str, Any]]) -> Iterator[str]:
    for share in sorted(shares, key=lambda one: -abs(one["share"]))[:MOST_TOLD]:
        reason = f"; {CAPS[share['capped_by']]}" if share["capped_by"] else ""
        yield REVIEW.format_map(share | _told(share) | {"reason": reason})
    n_removed = sum(share["value_without"] is not None for share in shares)
    if len(shares) > 1 and n_removed < len(shares):
        yield REMOVED.format(n=n_removed)


def _caps(explanation: "Explanation") -> Iterator[str]:
    counts = Counter(share["capped_by"] for share in explanation.shares if share["capped_by"])
    for name, said in CAPPED.items():
        if counts[name] > 1:
            yield f"{counts[name]} reviews {said}."
    if counts["budget"] > 1:
        yield BUDGETED.format(
            those=f"the {counts['budget']} reviews", without=_value(explanation.value_without_budgeted)
        )


def _told(part: dict[str, Any]) -> dict[str, str]:
    """What a part of the score does to it, in words."""
    share = part["share"]
    pulls = "lifts the score" if share > 0 else "pulls the score down"
    return {
        "pulls": f"{pulls} by {abs(share):.2f}" if abs(share) >= LEAST else "moves the score by less than 0.01",
        "without": _value(part["value_without"]),
        "reviews": _count(part.get("n_reviews", 1)),
    }


def _value(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"


def _count(n: int) -> str:
    return "1 review" if n == 1 else f"{n} reviews"
