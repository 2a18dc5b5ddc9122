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
        return f"the score's lower end is {reason['best']:+.2f} sd; an author's share is {reason['author_share']:.2f}"
    if kind == "review":
        return (
            f"it foresaw what reviews after it said by {reason['gain']:.2f} nats; by the lower end of what votes say it"
            f" is {reason['helpfulness']:.2f} helpful"
        )
    return f"followed by {reason['n_followers']:.0f}, each by the trust in them"


def _publication(reason: dict[str, float]) -> str:
    text = (
        f"percentile {100 * reason['percentile']:.1f} among {reason['n_compared']:.0f} works of its field, year and"
        f" type by {reason['n_independent_citations']:.0f} independent citations of {reason['n_citations']:.0f};"
        f" an author's share is {reason['author_share']:.2f}"
    )
    weight = reason["venue_weight"]
    return f"{text}; its venue's other works weigh {weight:.2f} against 1" if weight > 0.005 else text
