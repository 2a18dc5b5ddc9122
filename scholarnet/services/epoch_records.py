"""An epoch as records: what it was computed from, and beside it what it says. The operators' export has all of them.

Nobody has a key here: people, works, posts and reviews are numbered in the order of the snapshot, which is all that
the fit knows of them; posts, reviews and people who sign have their public ids besides. Of an unsigned review there is
no author: to the model each is by somebody of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np

from scholarnet.db import CROCKFORD
from scholarnet.services.acclaim_records import acclaim_records, people_acclaimed, vote_records
from scholarnet.services.computed import Computed
from scholarnet.services.epoch_hashes import ROOTS
from scholarnet.services.happenings import SIGNED, UNSIGNED
from scholarnet.services.observations import Observation
from scholarnet.services.record_values import plain
from scholarnet.services.snapshots import Snapshot
from scholarnet.services.sort_keys import clusters_of_fit
from scholarnet.services.works import TYPES
from scoring.arrays import Floats
from scoring.budgets import Crowds
from scoring.review_table import ReviewTable
from scoring.standards import standardise
from scoring.weight import weigh

Record: TypeAlias = dict[str, Any]

KEYS = frozenset({"id", "post_id", "reviewer_id"})  # of an observation: what a place stands for in a record
READ = ("bias", "slope", "variance", "n_reviews", "cluster", "budget")  # of a person who signs
COUNTED = ("n_citations", "n_known")  # of a work: the independent citations among all, so that no graph is needed
SCORED = (*ROOTS, "n_reviews", "n_effective", "value", "low", "high")
STEMS = len(CROCKFORD) ** 2  # beginnings of a public id, by which posts are cut into parts


def part_of(public_id: str, n_parts: int) -> int:
    """The part that a post is in, from 0. Parts are ranges of public ids: one after the other they are sorted."""
    first, second = (max(CROCKFORD.find(letter), 0) for letter in (public_id + "00")[:2])
    return (first * len(CROCKFORD) + second) * n_parts // STEMS


def people_of(snapshot: Snapshot) -> dict[int, int]:
    """The place of everybody who has a part in the epoch: who signs, wrote something, is vouched for, or acclaimed."""
    authors = {researcher_id for _, researcher_id in snapshot.authors}
    wrote = np.unique(snapshot.works.publications.author).tolist()
    marked = {one.researcher_id for one in snapshot.happenings if one.origin == SIGNED}
    acclaimed = people_acclaimed(snapshot)
    people = sorted({*authors, *wrote, *marked, *acclaimed, *snapshot.reviewer_ids, *snapshot.vouched})
    return {researcher_id: at for at, researcher_id in enumerate(people)}


def person_records(snapshot: Snapshot, computed: Computed) -> Iterator[Record]:
    """Everybody; `trust`, `read` and `ruling` of who signs alone, `units` of who has a reputation."""
    code = {researcher_id: at for at, researcher_id in enumerate(snapshot.reviewer_ids)}
    columns = {name: getattr(computed.fit.reviewers, name).tolist() for name in (*READ, "trust")}
    standing = {row["researcher_id"]: row for row in computed.ledger.totals}
    acclaim = acclaim_records(snapshot)
    for researcher_id, at in people_of(snapshot).items():
        signs, ruling = code.get(researcher_id), snapshot.rulings.get(researcher_id)
        yield {
            "section": "person",
            "at": at,
            "id": snapshot.names.people[researcher_id],
            **plain(snapshot.works.profiles[researcher_id]),
            "trust": None if signs is None else columns["trust"][signs],
            "vouched": snapshot.vouched.get(researcher_id),
            "ruling": None if ruling is None or signs is None else {"budget": ruling.budget},
            "read": None if signs is None else {name: _finite(columns[name][signs]) for name in READ},
            "acclaim": acclaim.get(researcher_id),
            "units": standing[researcher_id]["units"] if researcher_id in standing else None,
        }


def work_records(snapshot: Snapshot) -> Iterator[Record]:
    """Every publication; venues are numbered as they come."""
    place, venues, works = people_of(snapshot), dict[int, int](), snapshot.works.publications
    authors = np.split(works.author, np.cumsum(np.bincount(works.work, minlength=len(works)))[:-1])
    columns = [getattr(works, name).tolist() for name in ("field", "year", "type", "venue", *COUNTED)]
    for at, (field, year, kind, venue, *counts) in enumerate(zip(*columns, strict=True)):
        yield {
            "section": "work",
            "at": at,
            "field": works.fields[field],
            "year": year,
            "type": TYPES[kind].value,
            "venue_id": None if venue < 0 else venues.setdefault(venue, len(venues)),
            **dict(zip(COUNTED, counts, strict=True)),
            "author_ids": [place[one] for one in authors[at].tolist()],
        }


@dataclass(frozen=True, slots=True)
class PostRecords:
    """Makes the records of posts and of their reviews, one post after the other."""

    snapshot: Snapshot
    states: list[Record]
    scored: dict[str, list[Any]]
    authors: dict[int, list[int]]
    people: dict[int, int]
    rows: dict[int, list[int]]
    read: dict[str, list[Any]]
    said: dict[str, list[Any]]
    happenings: dict[int, list[Record]]
    votes: dict[int, list[Record]]
    tags: dict[int, list[int]]
    works: dict[int, int]

    @classmethod
    def of(cls, snapshot: Snapshot, computed: Computed) -> "PostRecords":
        """From a snapshot and what was computed of it."""
        people, authors, rows = people_of(snapshot), dict[int, list[int]](), dict[int, list[int]]()
        for post_id, researcher_id in snapshot.authors:
            authors.setdefault(post_id, []).append(people[researcher_id])
        for row, item in enumerate(snapshot.reviews.item.tolist()):
            rows.setdefault(item, []).append(row)
        scores = computed.scores
        columns = {name: getattr(scores, name).tolist() for name in SCORED}
        reading = _reading(snapshot, computed)
        return cls(
            snapshot,
            [plain(state) for state in computed.moved.states],
            columns | {"n_trusted": computed.fit.n_trusted.tolist(), "q": _stretch(snapshot, computed).tolist()},
            authors,
            people,
            rows,
            {field.name: getattr(computed.table, field.name).tolist() for field in fields(ReviewTable)},
            {"x": reading.tolist(), "p": scores.precision.tolist(), "phi": scores.factor.tolist()},
            _happenings(snapshot, computed, people),
            vote_records(snapshot, people=people, clusters=clusters_of_fit(snapshot, computed.fit)),
            _tags(snapshot),
            _works(snapshot),
        )

    def of_post(self, item: int) -> Iterator[Record]:
        """The post, then its reviews in the order of their public ids."""
        snapshot, post_id = self.snapshot, self.snapshot.post_ids[item]
        before = snapshot.states.get(post_id)
        yield {
            "section": "post",
            "at": item,
            "id": snapshot.names.posts[post_id],
            "kind": snapshot.kinds[item].value,
            "authors": self.authors.get(post_id, []),
            "tags": self.tags.get(post_id, []),
            "work": self.works.get(post_id),
            "is_touched": post_id in snapshot.touched,
            "before": None if before is None else plain(before),
            **{name: _finite(column[item]) for name, column in self.scored.items()},
            **self.states[item],
        }
        yield from self.happenings.get(post_id, ())
        names = snapshot.names.reviews
        for row in sorted(self.rows.get(item, ()), key=lambda row: names[snapshot.observations[row].id]):
            yield self._of_review(row)

    def _of_review(self, row: int) -> Record:
        one = self.snapshot.observations[row]
        return {
            "section": "review",
            "at": row,
            "id": self.snapshot.names.reviews[one.id],
            "post": self.snapshot.names.posts[one.post_id],
            "by": self.people[one.reviewer_id] if one.is_signed else None,
            **{name: plain(getattr(one, name)) for name in Observation._fields if name not in KEYS},
            "trust": one.trust_read,
            "votes": self.votes.get(one.id, []),
            "spoken_at": plain(self.snapshot.works.spoken_at[one.id]),
            "read": {name: _finite(column[row]) for name, column in self.read.items()},
            **{name: column[row] for name, column in self.said.items()},
        }


def _happenings(snapshot: Snapshot, computed: Computed, people: dict[int, int]) -> dict[int, list[Record]]:
    """By post. Whose an event is that is not public is told where a cluster's budget makes it count less, not else."""
    clusters, found = clusters_of_fit(snapshot, computed.fit), dict[int, list[Record]]()
    sources: dict[tuple[int, int], int] = {}
    for at, one in enumerate(snapshot.happenings):
        is_told = one.origin == SIGNED or (one.origin != UNSIGNED and one.researcher_id in clusters)
        record = {"section": "happening", "at": at, "post": snapshot.names.posts[one.post_id], **plain(one._asdict())}
        for name in ("post_id", "researcher_id"):
            del record[name]
        record["source_id"] = sources.setdefault((one.origin, one.source_id), len(sources))
        who = people[one.researcher_id] if is_told else None
        found.setdefault(one.post_id, []).append(record | {"day": plain(one.day), "trust": one.trust_read, "by": who})
    return found


def _tags(snapshot: Snapshot) -> dict[int, list[int]]:
    """The topics of posts, numbered in the order of their keys."""
    place = {tag_id: at for at, tag_id in enumerate(sorted({tag_id for _, tag_id in snapshot.topics}))}
    found: dict[int, list[int]] = {}
    for post_id, tag_id in snapshot.topics:
        found.setdefault(post_id, []).append(place[tag_id])
    return found


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


def _finite(value: Any) -> Any:
    """JSON has no infinity, which is a budget that there is not, and no NaN, which is a value that there is not."""
    return None if isinstance(value, float) and not np.isfinite(value) else value
