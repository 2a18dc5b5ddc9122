"""A score taken apart, review by review."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.forms import form_of
from scholarnet.models import Epoch, Post, Researcher, Review
from scholarnet.services.cluster_shares import share_of_clusters
from scholarnet.services.overrides import live_override
from scholarnet.services.rescores import columns_of
from scholarnet.services.score_words import put_in_words
from scholarnet.services.scored_items import ScoredItem, read_item
from scholarnet.services.scores import find_score
from scholarnet.services.withholding import refuse_withheld
from scoring.arrays import Bools
from scoring.scale import Scale

MOST_REMOVED = 200  # reviews without each of which a score is computed: those that contribute most
MOST_READ = 100_000  # reviews that this reads, in a fifth of a second: of a post with more than 500, fewer are removed


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score taken apart, in rating units: the shares and the prior's share add up to `value`.

    `middle` is where a post stands that nobody has reviewed, `plain_mean` that of the overall ratings that count.
    `value_without_budgeted` is the score were the reviews not there that a budget keeps from pulling harder. What
    would have no review left is None. `clusters` are for those who may know them, and else empty.
    """

    value: float | None
    low: float | None
    high: float | None
    scale: tuple[int, int]
    tier: str
    decision: str
    decision_by: str
    decision_reason: str | None
    community_decision: str
    n_reviews: int
    n_effective: float
    version: int
    epoch: str | None
    prior_share: float
    middle: float
    plain_mean: float | None
    value_without_budgeted: float | None
    shares: list[dict[str, Any]]
    clusters: list[dict[str, Any]]
    words: list[str]


def explain(
    session: Session,
    *,
    post: Post,
    viewer: Researcher | None,
    version: int | None = None,
    shows_clusters: bool = False,
) -> Explanation | None:
    """Return the post's score with what each review contributes; None where a post has no score. Raises Withheld.

    With `version` it is the score of that version; the tier and the decision are the post's. NotFound without it.
    `shows_clusters` is for who may know the clusters (`cluster.read`), which the caller has asked.

    A review that is not signed shows the public band of its weight and nothing of its author. What the score would be
    without this review or that gives no more away. The model reads an unsigned review by its ratings, its band, and
    what pool and push leave of it, which its share tells already: so every one of these values follows from what is
    public of unsigned reviews and from the parameters of those who sign. And who shares a budget with whom,
    `n_effective` tells already, which counts a cluster as one source of the weights that are shown.
    """
    refuse_withheld(session, viewer=viewer, post=post)
    stored = find_score(session, post=post)
    if stored is None:
        return None
    item = read_item(session, post=post, stored=stored, version=version)
    override = live_override(session, post_id=post.id)
    overall = form_of(post.kind).overall
    columns = columns_of(item.scores)[0]
    explanation = Explanation(
        **{name: columns[name] for name in ("value", "low", "high", "n_reviews", "n_effective", "prior_share")},
        scale=(overall.low, overall.high),
        tier=stored.tier,
        decision=stored.decision,
        decision_by=stored.decision_by,
        decision_reason=override.reason if override else None,
        community_decision=stored.community_decision,
        version=version or post.version_number,
        epoch=session.scalar(select(Epoch.public_id).where(Epoch.id == stored.epoch_id)),
        middle=float(Scale.of(item.reviews.item_form, item.clock.population).middle[0]),
        plain_mean=_plain_mean(item),
        value_without_budgeted=item.values_without(_budgeted(item)[None])[0],
        shares=_shares(session, item),
        clusters=share_of_clusters(session, item) if shows_clusters else [],
        words=[],
    )
    return replace(explanation, words=put_in_words(explanation))


def _plain_mean(item: ScoredItem) -> float | None:
    ratings = [one.overall for one in item.observations if one.eligibility]
    return sum(ratings) / len(ratings) if ratings else None


def _shares(session: Session, item: ScoredItem) -> list[dict[str, Any]]:
    """In the order of public ids, which tells nothing of when a review was written."""
    keys = [one.id for one in item.observations]
    of_post = Review.post_id.in_({one.post_id for one in item.observations})
    public_ids = dict(session.execute(select(Review.id, Review.public_id).where(of_post)).all())
    rows = [row for row, one in enumerate(item.observations) if one.eligibility]
    without = _without_each(item, sorted(rows, key=lambda row: public_ids[keys[row]]))
    shares = [
        {"review_id": public_ids[keys[row]], **_share(item, row), "value_without": without.get(row)} for row in rows
    ]
    return sorted(shares, key=lambda share: str(share["review_id"]))


def _without_each(item: ScoredItem, rows: list[int]) -> dict[int, float | None]:
    """The value without each of the reviews that contribute most; among equals those that `rows` has first."""
    n_removed = min(MOST_REMOVED, MOST_READ // max(1, len(item.observations)))
    most = sorted(rows, key=lambda row: -abs(item.scores.share[row]))[:n_removed]
    left_out = np.zeros((len(most), len(item.observations)), dtype=np.bool_)
    left_out[np.arange(len(most)), most] = True
    return dict(zip(most, item.values_without(left_out), strict=True))


def _share(item: ScoredItem, row: int) -> dict[str, Any]:
    scores = item.scores
    share: dict[str, Any] = {"share": float(scores.share[row]), "capped_by": _limit(item, row)}
    share["is_faded"] = item.observations[row].faded_in is not None
    if item.observations[row].is_signed:
        return share | {"weight": float(scores.precision[row] * scores.factor[row]), "weight_band": None}
    return share | {"weight": None, "weight_band": int(scores.band[row]) + 1}


def _limit(item: ScoredItem, row: int) -> str | None:
    """What keeps a review from pulling harder: what is shared comes before what is the account's own.

    Of one that is not signed its distance alone, which its rating tells.
    """
    scores, is_signed = item.scores, item.observations[row].is_signed
    if is_signed and scores.factor[row] < item.table.push[row]:
        return "budget"
    if is_signed and item.table.push[row] < 1.0:
        return "push"
    if scores.is_pull_capped[row]:
        return "distance"
    return "trust" if is_signed and scores.is_weight_capped[row] else None


def _budgeted(item: ScoredItem) -> Bools:
    """The reviews that `capped_by` says are under a budget, be it a cluster's or that of the unvouched: bool[n]."""
    return np.array([bool(count) and _limit(item, row) == "budget" for row, count in enumerate(item.counts)], np.bool_)
