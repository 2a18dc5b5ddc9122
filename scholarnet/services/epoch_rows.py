"""The rows that an epoch keeps, from what was computed of a snapshot."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from scholarnet.db import insert_rows
from scholarnet.models import AccountTrust, Cluster, ClusterEffect, PostScore, ReviewerFit, ReviewFit, TopicRate
from scholarnet.services.epoch_writing import ROWS, Writing
from scholarnet.services.readings import PAIR
from scholarnet.services.rescores import columns_of
from scholarnet.services.snapshots import Snapshot, State
from scholarnet.services.sort_keys import Keys
from scoring.arrays import Ints
from scoring.effects import cluster_effects
from scoring.epoch import Fit
from scoring.item import Scores
from scoring.review_table import ReviewTable

AUTHOR = ("bias", "slope", "variance", "trust", "n_reviews")


def add_fit(writing: Writing, snapshot: Snapshot, fitted: Fit, table: ReviewTable) -> None:
    """Write what the epoch learned of accounts, their clusters and their reviews; of unsigned ones the push alone."""
    clusters = _add_clusters(writing, snapshot, fitted)
    _add_effects(writing.session, snapshot, fitted, table, clusters)
    writing.add(ReviewerFit, _reviewer_rows(snapshot, fitted, clusters))
    writing.add(ReviewFit, _review_rows(snapshot, fitted, table))
    trusts = [{"researcher_id": who, "trust": trust} for who, trust in snapshot.vouched.items()]
    writing.add(AccountTrust, trusts)


def add_scores(
    writing: Writing, snapshot: Snapshot, scores: Scores, n_trusted: Ints, states: list[State], keys: Keys
) -> None:
    """Write the score of every post with the tier and decision it stands at."""
    names = [field.name for field in fields(State)]
    posts = zip(snapshot.post_ids, snapshot.kinds, _columns(scores, keys), n_trusted.tolist(), states, strict=True)
    rows = (
        {
            "post_id": post_id,
            "kind": kind,
            "n_trusted": trusted,
            **columns,
            **{name: getattr(state, name) for name in names},
            "community_decision": state.decision,
        }
        for post_id, kind, columns, trusted, state in posts
    )
    writing.add(PostScore, rows)
    writing.add(TopicRate, [{"tag_id": tag, "rate": rate} for tag, rate in keys.rates.items()])


def _columns(scores: Scores, keys: Keys) -> Iterator[dict[str, Any]]:
    for start in range(0, len(keys.columns), ROWS):
        part = slice(start, start + ROWS)
        yield from (one | key for one, key in zip(columns_of(scores, part), keys.columns[part], strict=True))


def _add_clusters(writing: Writing, snapshot: Snapshot, fitted: Fit) -> list[Cluster]:
    """By their codes; flushed, so that they have keys."""
    found = fitted.clusters
    clusters = [
        Cluster(epoch_id=writing.epoch_id, n_items=n_items, excess=excess, departure=departure)
        for n_items, excess, departure in zip(
            found.n_items.tolist(), found.excess.tolist(), found.departure.tolist(), strict=True
        )
    ]
    for code, cluster in enumerate(clusters):
        members = np.flatnonzero(found.code == code)
        budget = fitted.reviewers.budget[members[0]]
        cluster.budget = float(budget) if np.isfinite(budget) else None
        cluster.ruling_id = _ruling(snapshot, members.tolist())
    writing.session.add_all(clusters)
    writing.session.flush()
    return clusters


def _ruling(snapshot: Snapshot, members: list[int]) -> int | None:
    """The ruling that a cluster is under: that of most members, where half of them or more are under one."""
    under = [snapshot.rulings.get(snapshot.reviewer_ids[code]) for code in members]
    named = Counter(one.id for one in under if one is not None)
    return named.most_common(1)[0][0] if 2 * named.total() >= len(members) and named else None


def _add_effects(
    session: Session, snapshot: Snapshot, fitted: Fit, table: ReviewTable, clusters: list[Cluster]
) -> None:
    rows = []
    for code, cluster in enumerate(clusters):
        if cluster.budget is None:
            continue
        effects = cluster_effects(snapshot.reviews, fitted.population, table, fitted.n_trusted, code)
        names = ("n_reviews", "value", "value_in_full")
        columns = [getattr(effects, name).tolist() for name in names]
        rows += [
            {"cluster_id": cluster.id, "post_id": snapshot.post_ids[item], **dict(zip(names, values, strict=True))}
            for item, *values in zip(effects.item.tolist(), *columns, strict=True)
        ]
    insert_rows(session, ClusterEffect, rows)


def _reviewer_rows(snapshot: Snapshot, fitted: Fit, clusters: list[Cluster]) -> Iterator[dict[str, Any]]:
    """Of who signs alone."""
    n_signed = len(snapshot.reviewer_ids)
    columns = [getattr(fitted.reviewers, name)[:n_signed].tolist() for name in (*AUTHOR, "cluster")]
    for researcher_id, *values, code in zip(snapshot.reviewer_ids, *columns, strict=True):
        cluster_id = clusters[code].id if code >= 0 else None
        yield {"researcher_id": researcher_id, "cluster_id": cluster_id, **dict(zip(AUTHOR, values, strict=True))}


def _review_rows(snapshot: Snapshot, fitted: Fit, table: ReviewTable) -> Iterator[dict[str, Any]]:
    """Of those that are not read as their author's others are, in full."""
    usual = fitted.reviewers.readings(snapshot.reviews.reviewer)
    differs = table.push != 1.0
    for name in ("bias", "slope", "variance"):
        differs |= snapshot.reviews.is_signed & (getattr(table, name) != getattr(usual, name))
    said, rows = snapshot.observations, np.flatnonzero(differs)
    rows = rows[np.lexsort((said.reviewer_id[rows], said.post_id[rows]))]  # as the table's key is
    columns = {"post_id": said.post_id, "reviewer_id": said.reviewer_id, "is_signed": said.is_signed}
    columns |= {"review_id": said.id, **{name: getattr(table, name) for name in PAIR}}
    for start in range(0, len(rows), ROWS):
        part = [column[rows[start : start + ROWS]].tolist() for column in columns.values()]
        yield from (dict(zip(columns, values, strict=True)) for values in zip(*part, strict=True))
