"""Posts, what happened around them and their reviews, as records of an epoch: so many posts at a time, by column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scholarnet.services.acclaim_records import vote_records
from scholarnet.services.computed import Computed
from scholarnet.services.epoch_hashes import ROOTS
from scholarnet.services.epoch_records import Record, finite, people_of
from scholarnet.services.happening_columns import UNIX_DAY
from scholarnet.services.happenings import SIGNED, UNSIGNED
from scholarnet.services.record_values import plain
from scholarnet.services.snapshots import Snapshot, State
from scholarnet.services.sort_keys import clusters_of_fit
from scoring.arrays import Bools, Floats, Ints, places
from scoring.budgets import Crowds
from scoring.grouping import Grouping
from scoring.review_table import ReviewTable
from scoring.standards import standardise
from scoring.weight import weigh

SCORED = (*ROOTS, "n_reviews", "n_effective", "value", "low", "high")
POSTS = 5_000  # whose records are made together
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class PostRecords:
    """Makes the records of posts and of their reviews."""

    snapshot: Snapshot
    states: list[State]
    people: Ints
    scored: Columns
    read: Columns
    said: Columns
    authors: Grouping
    tags: Grouping
    reviews: Grouping
    happenings: Grouping
    tag: Ints
    source: Ints
    is_told: Bools
    votes: dict[int, list[Record]]
    works: dict[int, int]

    @classmethod
    def of(cls, snapshot: Snapshot, computed: Computed) -> "PostRecords":
        """From a snapshot and what was computed of it."""
        people, scores, happened = people_of(snapshot), computed.scores, snapshot.happenings
        clusters = clusters_of_fit(snapshot, computed.fit)
        known = places(happened.researcher_id, np.array(list(clusters), dtype=np.int64)) >= 0
        ids, n_posts = np.array(snapshot.post_ids, dtype=np.int64), len(snapshot.post_ids)
        return cls(
            snapshot,
            computed.moved.states,
            np.array(list(people), dtype=np.int64),
            {name: getattr(scores, name) for name in SCORED}
            | {"n_trusted": computed.fit.n_trusted, "q": _stretch(snapshot, computed)},
            {field.name: getattr(computed.table, field.name) for field in fields(ReviewTable)},
            {"x": _reading(snapshot, computed), "p": scores.precision, "phi": scores.factor},
            Grouping.of(places(snapshot.authors[:, 0], ids), n_posts),
            Grouping.of(places(snapshot.topics[:, 0], ids), n_posts),
            Grouping.of(snapshot.reviews.item, n_posts),
            Grouping.of(places(happened.post_id, ids), n_posts),
            np.unique(snapshot.topics[:, 1], return_inverse=True)[1],
            happened.sources(),
            (happened.origin == SIGNED) | ((happened.origin != UNSIGNED) & known),
            vote_records(snapshot, people=people, clusters=clusters),
            _works(snapshot),
        )

    def of_posts(self, items: Sequence[int]) -> Iterator[Record]:
        """Of each post it, what happened around it, then its reviews in the order of their public ids."""
        for start in range(0, len(items), POSTS):
            yield from self._of_part(np.array(items[start : start + POSTS], dtype=np.int64))

    def _of_part(self, items: Ints) -> Iterator[Record]:
        names = [self.snapshot.names.posts[self.snapshot.post_ids[item]] for item in items.tolist()]
        happenings, n_happenings = self._happenings(items, names)
        reviews, n_reviews = self._reviews(items, names)
        for post, n_happened, n_reviewed in zip(self._posts(items, names), n_happenings, n_reviews, strict=True):
            yield post
            yield from islice(happenings, n_happened)
            yield from islice(reviews, n_reviewed)

    def _posts(self, items: Ints, names: list[str]) -> Iterator[Record]:
        snapshot = self.snapshot
        authors, n_authors = self.authors.rows(items)
        tags, n_tags = self.tags.rows(items)
        by = iter(places(snapshot.authors[authors, 1], self.people).tolist())
        topics = iter(self.tag[tags].tolist())
        scored = _dicts({name: column[items] for name, column in self.scored.items()})
        each = zip(items.tolist(), names, scored, n_authors.tolist(), n_tags.tolist(), strict=True)
        for item, name, numbers, n_by, n_topics in each:
            post_id = snapshot.post_ids[item]
            before = snapshot.states.get(post_id)
            yield {
                "section": "post",
                "at": item,
                "id": name,
                "kind": snapshot.kinds[item].value,
                "authors": list(islice(by, n_by)),
                "tags": list(islice(topics, n_topics)),
                "work": self.works.get(post_id),
                "is_touched": post_id in snapshot.touched,
                "before": None if before is None else plain(before),
                **numbers,
                **plain(self.states[item]),
            }

    def _happenings(self, items: Ints, names: list[str]) -> tuple[Iterator[Record], list[int]]:
        """Whose an event is that is not public is told where a cluster's budget makes it count less, not else."""
        rows, counts = self.happenings.rows(items)
        happened = self.snapshot.happenings
        columns = {
            "section": ["happening"] * len(rows),
            "at": rows.tolist(),
            "post": _repeated(names, counts),
            "day": _days(happened.day[rows] - UNIX_DAY),
            "origin": happened.origin[rows].tolist(),
            "source_id": self.source[rows].tolist(),
            "trust": happened.trust_read[rows].tolist(),
            "weight": happened.weight[rows].tolist(),
            "by": self._places(happened.researcher_id[rows], self.is_told[rows]),
        }
        return _records(columns), counts.tolist()

    def _reviews(self, items: Ints, names: list[str]) -> tuple[Iterator[Record], list[int]]:
        snapshot = self.snapshot
        rows, counts = self.reviews.rows(items)
        rows = rows[np.lexsort((snapshot.names.reviews[rows], np.repeat(np.arange(len(items)), counts)))]
        said = snapshot.observations
        listed = said.listed(rows)
        moments = np.datetime_as_string(snapshot.works.spoken_at[rows].astype("datetime64[us]"), unit="us")
        columns = {
            "section": ["review"] * len(rows),
            "at": rows.tolist(),
            "id": snapshot.names.reviews[rows].astype(np.str_).tolist(),
            "post": _repeated(names, counts),
            "by": self._places(said.reviewer_id[rows], said.is_signed[rows]),
            "overall": [one.overall for one in listed],
            "ratings": [one.ratings for one in listed],
            "confidence": [one.confidence for one in listed],
            "eligibility": [one.eligibility for one in listed],
            "identity": [one.identity.value for one in listed],
            "trust": [one.trust_read for one in listed],
            "faded_in": [one.faded_in for one in listed],
            "votes": [self.votes.get(one.id, []) for one in listed],
            "spoken_at": [f"{moment}+00:00" for moment in moments.tolist()],
            "read": list(_dicts({name: column[rows] for name, column in self.read.items()})),
            **{name: column[rows].tolist() for name, column in self.said.items()},
        }
        return _records(columns), counts.tolist()

    def _places(self, researcher_id: Ints, is_told: Bools) -> list[int | None]:
        at = places(researcher_id, self.people).tolist()
        return [one if told else None for one, told in zip(at, is_told.tolist(), strict=True)]


def _records(columns: dict[str, list[Any]]) -> Iterator[Record]:
    names = tuple(columns)
    return (dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True))


def _dicts(columns: Columns) -> Iterator[Record]:
    return _records({name: finite(column) for name, column in columns.items()})


def _repeated(names: list[str], counts: Ints) -> list[str]:
    return [name for name, n in zip(names, counts.tolist(), strict=True) for _ in range(n)]


def _days(days: Ints) -> list[str]:
    return np.datetime_as_string(days.astype("datetime64[D]")).tolist()  # type: ignore[no-any-return]


def _works(snapshot: Snapshot) -> dict[int, int]:
    """The place among the works of what each post became."""
    place = np.searchsorted(snapshot.works.publications.id, list(snapshot.became.values()))
    return dict(zip(snapshot.became, place.tolist(), strict=True))


def _stretch(snapshot: Snapshot, computed: Computed) -> Floats:
    """What each post's interval is stretched by, float64[posts]."""
    counted, rows = snapshot.reviews.counted()
    population = computed.fit.population
    crowds = Crowds.of(counted.item, counted.n_items, computed.table.take(rows), population.parameters)
    return population.stretch(crowds.n_vouched())


def _reading(snapshot: Snapshot, computed: Computed) -> Floats:
    """x of each review in θ, float64[n]; 0 where it does not count."""
    population = computed.fit.population
    counted, rows = snapshot.reviews.counted()
    z = standardise(counted, population.forms, population.standards, population.parameters)
    reading = np.zeros(len(snapshot.reviews))
    reading[rows] = weigh(counted, z, computed.table.take(rows), computed.fit.n_trusted, population).reading
    return reading
