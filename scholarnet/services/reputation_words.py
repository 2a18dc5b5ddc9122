"""Why a line of a ledger has its amount, in words."""

from scholarnet.models import Component
from scholarnet.services.reputations import Entry

GONE = "it is not public any more, or kept from you while you review it; the line stays, so that the sum does"


def kind_of(entry: Entry) -> str:
    """Name what a line is about: publication, post, review, unsigned_reviews, followers or answer."""
    if entry.component is Component.PUBLICATIONS:
        return "publication"
    if entry.component is Component.POSTS:
        return "post"
    if entry.component is Component.REVIEWING:
        return "review" if entry.quarter is None else "unsigned_reviews"
    return "followers" if "n_followers" in entry.reason else "answer"


def because(entry: Entry) -> str:
    """Say what the amount follows from."""
    kind, reason = kind_of(entry), entry.reason
    if kind == "answer":
        return GONE if entry.comment_id is None else "accepted as the answer to a question"
    if kind == "unsigned_reviews":
        return f"unsigned reviews of {entry.quarter}: as many average ones of that quarter, the same for everybody"
    if not reason:
        return GONE
    if kind == "publication":
        return _publication(reason)
    if kind == "post":
        return _post(reason)
    if kind == "review":
        return (
            f"later reviews bore it out, by {reason['gain']:.2f} of at most 1; of those who vote on such a review, at"
            f" least {100 * reason['helpfulness']:.0f} % find it helpful, by the lower end of what the votes say"
        )
    return f"followed by {reason['n_followers']:.0f}, each by the trust in them"


def _post(reason: dict[str, float]) -> str:
    best = reason["best"]
    side = "above" if best >= 0 else "below"
    text = f"even the lower end of its score is {abs(best):.2f} standard deviations {side} the usual"
    return (
        f"{text}; {_share(reason)}" if best > 0 else f"the lower{text.removeprefix('even the lower')}: it adds nothing"
    )


def _publication(reason: dict[str, float]) -> str:
    text = (
        f"{reason['n_independent_citations']:.0f} of {reason['n_citations']:.0f} citations are independent: percentile"
        f" {100 * reason['percentile']:.0f} of {reason['n_compared']:.0f} in its field, year and type; {_share(reason)}"
    )
    weight = reason["venue_weight"]
    return f"{text}; while it is new, its venue counts too, {weight:.2f} beside 1" if weight > 0.005 else text


def _share(reason: dict[str, float]) -> str:
    return f"an author's share is {reason['author_share']:.2f}"
