"""The stored sort keys of posts: of one on the fast clock and of all in the epoch job, to the same bits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from scholarnet.services.happening_columns import to_events
from scholarnet.services.happenings import day_number
from scholarnet.services.observations import KINDS
from scholarnet.services.snapshots import Snapshot
from scholarnet.services.tier_moves import thresholds_table
from scoring.arrays import Floats, Ints, places
from scoring.decision import Evidence
from scoring.epoch import Fit
from scoring.item import Scores
from scoring.parameters import DEFAULT
from scoring.population import Population
from scoring.reviews import Reviews
from scoring.root import ONE
from scoring.scale import Scale
from scoring.sort_keys import average_precision, controversial, needs_review
from scoring.trending import Events, base_rates, trending


@dataclass(frozen=True, slots=True)
class Keys:
    """Columns by post in the snapshot's order, and what the epoch froze of topics: B of each tag, and of all posts."""

    columns: list[dict[str, float]]
    rates: dict[int, float]
    base_rate: float


def compute_keys(snapshot: Snapshot, *, fitted: Fit, scores: Scores) -> Keys:
    """Return the keys of all posts, and the rates of their topics as of the snapshot's day. No database."""
    events = to_events(snapshot.happenings, post_ids=snapshot.post_ids, clusters=clusters_of_fit(snapshot, fitted))
    rates, base_rate = rates_of(snapshot.post_ids, snapshot.topics, events, as_of=snapshot.as_of)
    of_post = _post_rates(snapshot, rates, base_rate)
    columns = keys_of(scores, snapshot.reviews, KINDS, fitted.population, events, of_post)
    return Keys(columns, rates, base_rate)


def rates_of(
    post_ids: Sequence[int], topics: Ints, events: Events, *, as_of: datetime
) -> tuple[dict[int, float], float]:
    """Return B of each tag in `topics`, pairs of post and tag, and of all posts, from the days before `as_of`."""
    today = day_number(as_of.date())
    recent = events.take((events.day <= today) & (events.day > today - DEFAULT.trend_base_days))
    tags, topic = np.unique(topics[:, 1], return_inverse=True)
    item = places(topics[:, 0], np.array(post_ids, dtype=np.int64))
    rates, overall = base_rates(recent, item, topic, len(tags))
    return dict(zip(tags.tolist(), rates.tolist(), strict=True)), overall


def _post_rates(snapshot: Snapshot, rates: Mapping[int, float], base_rate: float) -> Floats:
    """The rate of each post's busiest topic, so that nobody gains by adding a quiet one."""
    item = places(snapshot.topics[:, 0], np.array(snapshot.post_ids, dtype=np.int64))
    tag = places(snapshot.topics[:, 1], np.array(list(rates), dtype=np.int64))
    found = np.full(len(snapshot.post_ids), -1.0)
    np.maximum.at(found, item, np.array(list(rates.values()), dtype=np.float64)[tag])
    return np.where(found < 0.0, base_rate, found)


def clusters_of_fit(snapshot: Snapshot, fitted: Fit) -> dict[int, int]:
    """The clusters with a budget, by the researchers in them, as `clusters_of` reads them once they are written."""
    n = len(snapshot.reviewer_ids)
    codes, bounded = fitted.clusters.code[:n].tolist(), np.isfinite(fitted.reviewers.budget[:n]).tolist()
    people = zip(snapshot.reviewer_ids, codes, bounded, strict=True)
    return {researcher_id: code for researcher_id, code, is_bounded in people if code >= 0 and is_bounded}


def keys_of(
    scores: Scores,
    reviews: Reviews,
    kinds: Sequence[str],
    population: Population,
    events: Events,
    rates: Floats,
) -> list[dict[str, float]]:
    """Return the keys of these items, of what happened around them and how busy their busiest topics are."""
    thresholds = thresholds_table(kinds)
    evidence = Evidence.of(scores, reviews, thresholds)
    scale = Scale.of(reviews.item_form, population)
    line = (thresholds.acceptance[reviews.item_form] - scale.middle) / scale.step
    keys = {
        "trending": trending(events, scores.best_k / ONE, rates),
        "controversial": controversial(evidence.weight_above, evidence.weight_below, scores.dispersion),
        "needs_review": needs_review(
            scores.theta_k / ONE - line, scores.sd / scale.step, average_precision(population)
        ),
    }
    rows = zip(*(column.tolist() for column in keys.values()), strict=True)
    return [dict(zip(keys, row, strict=True)) for row in rows]
