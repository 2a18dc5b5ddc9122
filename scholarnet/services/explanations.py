"""A score taken apart, review by review."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.forms import form_of
from scholarnet.models import Epoch, Post, Researcher, Review
from scholarnet.services.clock import clock_of
from scholarnet.services.observations import Observation
from scholarnet.services.overrides import live_override
from scholarnet.services.readings import read_table
from scholarnet.services.scores import columns_of, find_score, observe, score_posts
from scholarnet.services.version_scores import observe_version
from scholarnet.services.withholding import refuse_withheld
from scoring.item import Scores
from scoring.review_table import ReviewTable


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score taken apart: the shares and the prior's share add up to `value`."""

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
    shares: list[dict[str, Any]]


def explain(
    session: Session, *, post: Post, viewer: Researcher | None, version: int | None = None
) -> Explanation | None:
    """Return the post's score with what each review contributes; None where a post has no score. Raises Withheld.

    With `version` it is the score of that version; the tier and the decision are the post's. NotFound without it.

    A review that is not signed shows the public band of its weight and nothing of its author.
    """
    refuse_withheld(session, viewer=viewer, post=post)
    stored = find_score(session, post=post)
    if stored is None:
        return None
    clock = clock_of(session, stored.epoch_id)
    observations = (
        observe(session, [post.id]) if version is None else observe_version(session, post=post, number=version)
    )
    table = read_table(session, clock=clock, observations=observations)
    scores = score_posts(clock, observations, table, [post.id], [post.kind], [stored.n_trusted])
    override = live_override(session, post_id=post.id)
    overall = form_of(post.kind).overall
    public_ids = dict(
        session.execute(
            select(Review.id, Review.public_id).where(Review.id.in_([one.id for one in observations]))
        ).all()
    )
    shares = [
        _share(scores, table, row, one) | {"review_id": public_ids[one.id], "is_faded": one.faded_in is not None}
        for row, one in enumerate(observations)
        if one.eligibility
    ]
    columns = columns_of(scores)[0]
    return Explanation(
        **{name: columns[name] for name in ("value", "low", "high", "n_reviews", "n_effective", "prior_share")},
        scale=(overall.low, overall.high),
        tier=stored.tier,
        decision=stored.decision,
        decision_by=stored.decision_by,
        decision_reason=override.reason if override else None,
        community_decision=stored.community_decision,
        version=version or post.version_number,
        epoch=session.scalar(select(Epoch.public_id).where(Epoch.id == stored.epoch_id)),
        shares=sorted(shares, key=lambda share: str(share["review_id"])),
    )


def _share(scores: Scores, table: ReviewTable, row: int, one: Observation) -> dict[str, Any]:
    share = float(scores.share[row])
    if one.is_signed:
        weight = float(scores.precision[row] * scores.factor[row])
        return {"share": share, "weight": weight, "weight_band": None, "capped_by": _limit(scores, table, row)}
    capped_by = "distance" if scores.is_pull_capped[row] else None
    return {"share": share, "weight": None, "weight_band": int(scores.band[row]) + 1, "capped_by": capped_by}


def _limit(scores: Scores, table: ReviewTable, row: int) -> str | None:
    """What keeps a signed review from pulling harder: what is shared comes before what is the account's own."""
    if scores.factor[row] < table.push[row]:
        return "budget"
    if table.push[row] < 1.0:
        return "push"
    if scores.is_pull_capped[row]:
        return "distance"
    return "trust" if scores.is_weight_capped[row] else None
