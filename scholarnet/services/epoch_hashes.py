"""What identifies an epoch: a hash over all that it says, and one over its scores that anybody can verify."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import numpy as np

from scholarnet.services.clock import hash_of
from scholarnet.services.computed import Computed
from scholarnet.services.snapshots import Snapshot, State
from scoring.arrays import Floats
from scoring.parameters import MODEL_VERSION
from scoring.population import digest
from scoring.review_table import ReviewTable

ROOTS = ("theta_k", "best_k", "low_k", "high_k")
COUNTS = ("n_reviews", "n_sources")
MOVED = ("kind", "before", "after", "reason", "cause")
MILLION = 1e6


def epoch_hash(snapshot: Snapshot, computed: Computed) -> str:
    """sha256 over everything, in the order of the snapshot.

    No key and no public id enters, so that the same inputs give the same hash in any database. Of numbers that follow
    from others by functions which differ between machines (Φ, log) only what was rounded to whole units does.
    """
    parts = (_moment(snapshot), _fit(computed), _scores(computed), _states(computed), _reputations(computed))
    return hash_of(computed.fit.population, MODEL_VERSION, *parts)


def scores_hash(rows: Iterable[tuple[str, int, int, int, int]]) -> str:
    """sha256 over lines `post theta_k best_k low_k high_k`, each ended by a newline, sorted by the post's public id."""
    state = sha256()
    for row in sorted(rows):
        state.update((" ".join(map(str, row)) + "\n").encode())
    return state.hexdigest()


def roots_of(snapshot: Snapshot, computed: Computed) -> Iterable[tuple[str, int, int, int, int]]:
    """What `scores_hash` is over."""
    names = (snapshot.names.posts[post_id] for post_id in snapshot.post_ids)
    return zip(names, *(getattr(computed.scores, name).tolist() for name in ROOTS), strict=True)


def _moment(snapshot: Snapshot) -> str:
    vouched = list(snapshot.vouched.values())
    return digest(as_text(snapshot.as_of), str(snapshot.log_position), *snapshot.kinds, vouched)


def _fit(computed: Computed) -> str:
    fitted, read = computed.fit, computed.table
    table = [_finite(getattr(read, field.name)) for field in fields(ReviewTable)]
    clusters = [getattr(fitted.clusters, name) for name in ("n_items", "excess", "departure")]
    return digest(fitted.hash, *table, fitted.n_trusted, *clusters)


def _finite(values: Any) -> Floats:
    """A budget that there is not, as a number that none has."""
    return np.asarray(np.where(np.isfinite(values), values, -1.0), dtype=np.float64)


def _scores(computed: Computed) -> str:
    return digest(*(getattr(computed.scores, name) for name in (*ROOTS, *COUNTS)))


def _states(computed: Computed) -> str:
    """Tiers and decisions, the moves to them, and the sort keys, which logarithms are in, to a millionth."""
    states = (as_text(getattr(state, field.name)) for state in computed.moved.states for field in fields(State))
    moves = (as_text(move[name]) for move in computed.moved.moves for name in MOVED)
    keys = [value for row in computed.keys.columns for value in row.values()]
    keys += [*computed.keys.rates.values(), computed.keys.base_rate]
    return digest(*states, *moves, np.rint(_finite(np.array(keys, dtype=np.float64)) * MILLION))


def _reputations(computed: Computed) -> str:
    ledger = computed.ledger
    people = np.array([row["researcher_id"] for row in ledger.totals], dtype=np.int64)
    totals = np.array([(row["units"], row["low"], row["high"]) for row in ledger.totals], dtype=np.int64)
    lines = [f"{one.component} {len(one.amount)}" for one in ledger.lines]
    cohorts = (row["cohort"] for row in ledger.totals)
    return digest(totals, np.searchsorted(people, ledger.researcher), ledger.units, *cohorts, *lines)


def as_text(value: Any) -> str:
    """A value of a record as text that is the same anywhere: moments in UTC, to the microsecond."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value)
