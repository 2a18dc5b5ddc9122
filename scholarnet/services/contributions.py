"""What everybody contributed up to an epoch (SCORING.md section 8), as lines of ledgers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from scholarnet.models import Component
from scholarnet.services.acclaim import Acclaim
from scholarnet.services.ledgers import Ledger, Lines, add_up
from scholarnet.services.snapshots import Snapshot
from scholarnet.services.sort_keys import clusters_of_fit
from scholarnet.services.unsigned_credits import Unsigned, due_credits
from scoring.acclaim import community_amounts
from scoring.arrays import Floats, Ints, numbered, places
from scoring.epoch import Fit
from scoring.helpfulness import Votes
from scoring.impact import best_of_each, post_amounts
from scoring.item import Scores
from scoring.parameters import DEFAULT, Parameters
from scoring.publications import Shelf, publication_amounts
from scoring.review_table import ReviewTable
from scoring.reviewing import Timeline, gains
from scoring.root import ONE
from scoring.standards import standardise
from scoring.weight import weigh

MICROSECONDS = 1e6  # a second


@dataclass(frozen=True, slots=True)
class _Judged:
    """The reviews that count, by the rows of the snapshot: what each gained, and how helpful it is found."""

    rows: Ints
    gain: Floats
    helpful: Floats
    at_most: Floats


def count(snapshot: Snapshot, *, scores: Scores, fitted: Fit, table: ReviewTable) -> Ledger:
    """Count all of it, and take the reputations apart to it, to the last unit.

    `table` is what `scores` were computed with.
    """
    parameters = fitted.population.parameters
    judged = _judge(snapshot, scores, fitted, table)
    lines = (
        _publications(snapshot, parameters),
        _posts(snapshot, scores, parameters),
        _reviews(snapshot, judged, parameters),
        _unsigned(snapshot.acclaim),
        *_community(snapshot.acclaim),
    )
    return add_up(
        lines,
        profiles=snapshot.works.profiles,
        year=snapshot.as_of.year,
        credits=_credits(snapshot, judged, parameters),
        parameters=parameters,
    )


def _publications(snapshot: Snapshot, parameters: Parameters) -> Lines:
    works = snapshot.works.publications
    n_authors, age = works.n_authors, (snapshot.as_of.year - works.year).astype(np.float64)
    shelf = Shelf(works.n_citations, works.cell, works.venue, age, n_authors)
    author = numbered(works.author)
    merits = publication_amounts(shelf, works.work, author, parameters)
    return Lines(
        Component.PUBLICATIONS,
        "publication_id",
        works.author,
        works.id[works.work],
        merits.amount,
        merits.low,
        merits.high,
        {
            "percentile": merits.percentile,
            "n_compared": merits.n_others + 1,
            "n_independent_citations": works.n_citations[works.work],
            "n_citations": works.n_known[works.work],
            "venue_weight": merits.venue_weight,
            "author_share": 1.0 / np.sqrt(n_authors[works.work]),
        },
    )


def _posts(snapshot: Snapshot, scores: Scores, parameters: Parameters) -> Lines:
    """`best` is the lower end of a score's interval; it is uncertain itself by what it lies below the score.

    Posts that became one publication are one work, of which each author's best counts.
    """
    post_ids = np.array(snapshot.post_ids, dtype=np.int64)
    post_id, author = snapshot.authors.T
    item = places(post_id, post_ids)
    n_authors = np.maximum(np.bincount(item, minlength=len(post_ids)), 1)
    theta, best = scores.theta_k / ONE, scores.best_k / ONE
    amount, low, high = (post_amounts(at, n_authors, parameters)[item] for at in (best, 2.0 * best - theta, theta))
    ids = post_ids[item]
    reason = {"best": best[item], "author_share": 1.0 / np.sqrt(n_authors[item])}
    work = np.array([*snapshot.became.values(), -1], dtype=np.int64)
    became = work[places(post_id, np.array(list(snapshot.became), dtype=np.int64))]
    rows = np.flatnonzero(best_of_each(amount, high, author, became, ids))
    return Lines(Component.POSTS, "post_id", author, ids, amount, low, high, reason).take(rows)


def _judge(snapshot: Snapshot, scores: Scores, fitted: Fit, table: ReviewTable) -> _Judged:
    population = fitted.population
    counted, rows = snapshot.reviews.counted()
    z = standardise(counted, population.forms, population.standards, population.parameters)
    weights = weigh(counted, z, table.take(rows), fitted.n_trusted, population)
    said = snapshot.observations
    whole = said.eligibility[rows] / said.counted[rows]  # who agrees to fade loses no foresight by it
    timeline = Timeline(
        item=counted.item,
        time=snapshot.works.spoken_at[rows] / MICROSECONDS,
        reading=weights.reading,
        precision=weights.precision * scores.factor[rows] * whole,
    )
    gain = np.clip(gains(timeline, snapshot.as_of.timestamp(), population.parameters), 0.0, 1.0)
    return _Judged(rows, gain, *_votes(snapshot, rows, fitted).bounds(population.parameters))


def _votes(snapshot: Snapshot, rows: Ints, fitted: Fit) -> Votes:
    """Those on the reviews in these rows. Of an unsigned review nobody is in its author's cluster."""
    said, clusters = snapshot.observations, clusters_of_fit(snapshot, fitted)
    found = places(np.array([vote.review_id for vote in snapshot.acclaim.votes], dtype=np.int64), said.id[rows])
    votes = [vote for vote, at in zip(snapshot.acclaim.votes, found.tolist(), strict=True) if at >= 0]
    at = found[found >= 0]
    is_signed, authors = said.is_signed[rows[at]], said.reviewer_id[rows[at]]
    mine = np.where(is_signed, [clusters.get(one, -1) for one in authors.tolist()], -1)
    cluster = np.array([clusters.get(vote.voter_id, -1) for vote in votes], dtype=np.int64)
    return Votes(
        review=at,
        is_helpful=np.array([vote.is_helpful for vote in votes], dtype=np.bool_),
        is_trusted=np.array([vote.trust >= DEFAULT.trusted_at for vote in votes], dtype=np.bool_),
        is_returned=np.array([vote.is_returned for vote in votes], dtype=np.bool_),
        cluster=cluster,
        is_own=(cluster >= 0) & (cluster == mine),
        n_reviews=len(rows),
    )


def _reviews(snapshot: Snapshot, judged: _Judged, parameters: Parameters) -> Lines:
    """Of who signs alone. The lower end of helpfulness is what counts, and the upper what it may be."""
    said = snapshot.observations
    signed = said.is_signed[judged.rows]
    share = parameters.gain_share
    amount, high = (share * judged.gain + (1.0 - share) * end for end in (judged.helpful, judged.at_most))
    amount = amount[signed]
    return Lines(
        Component.REVIEWING,
        "review_id",
        said.reviewer_id[judged.rows[signed]],
        said.id[judged.rows[signed]],
        amount,
        amount,
        np.maximum(high[signed], amount),
        {"gain": judged.gain[signed], "helpfulness": judged.helpful[signed]},
    )


def _unsigned(acclaim: Acclaim) -> Lines:
    """One line a quarter, which says which, and nothing else."""
    credits_ = acclaim.credits
    amount = np.array([one.amount for one in credits_], dtype=np.float64)
    return Lines(
        Component.REVIEWING,
        "quarter",
        np.array([one.researcher_id for one in credits_], dtype=np.int64),
        np.array([int(one.quarter[:4]) * 10 + int(one.quarter[-1]) for one in credits_], dtype=np.int64),
        amount,
        amount,
        amount,
        {},
    )


def _community(acclaim: Acclaim) -> Iterator[Lines]:
    """All followers of somebody in one line, and each accepted answer in its own."""
    followers = list(acclaim.followers.items())
    who = np.array([one for one, _ in followers] + [one.researcher_id for one in acclaim.answers], dtype=np.int64)
    weight = [one.weight for _, one in followers] + [one.weight for one in acclaim.answers]
    amount = community_amounts(np.unique(who, return_inverse=True)[1], np.array(weight, dtype=np.float64))
    n = len(followers)
    comment = np.array([one.comment_id for one in acclaim.answers], dtype=np.int64)
    counts = {"n_followers": np.array([one.n for _, one in followers], dtype=np.int64)}
    for source, rows, ids, reason in (
        ("", slice(n), np.zeros(n, dtype=np.int64), counts),
        ("comment_id", slice(n, None), comment, {}),
    ):
        yield Lines(Component.COMMUNITY, source, who[rows], ids, amount[rows], amount[rows], amount[rows], reason)


def _credits(snapshot: Snapshot, judged: _Judged, parameters: Parameters) -> list[dict[str, Any]]:
    said, share = snapshot.observations, parameters.gain_share
    at = np.flatnonzero(~said.is_signed[judged.rows])
    rows = judged.rows[at]
    columns = (
        said.reviewer_id[rows],
        snapshot.works.spoken_at[rows].astype("datetime64[us]").astype("datetime64[D]"),
        said.trust_read[rows] >= parameters.trusted_at,
        share * judged.gain[at] + (1.0 - share) * judged.helpful[at],
    )
    unsigned = map(Unsigned._make, zip(*(column.tolist() for column in columns), strict=True))
    closed = {credit.quarter for credit in snapshot.acclaim.credits}
    return due_credits(unsigned, as_of=snapshot.as_of, closed=closed, parameters=parameters)
