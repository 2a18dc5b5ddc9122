"""An epoch from its records: what it was computed from, and what it said, without a database."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import numpy as np

from scholarnet.errors import InputError
from scholarnet.models import PublicationType, Ruling
from scholarnet.services.acclaim_records import recorded_acclaim
from scholarnet.services.epoch_hashes import ROOTS
from scholarnet.services.epoch_records import COUNTED, Record
from scholarnet.services.names import Names
from scholarnet.services.record_values import record_of, typed
from scholarnet.services.recorded_posts import SAID, PostReader, RecordedPosts, refuse
from scholarnet.services.snapshots import Snapshot, State, coded_reviews, trust_by_code
from scholarnet.services.works import TYPES, Profile, Publications, Works
from scoring.arrays import Floats, Ints
from scoring.population import Population
from scoring.review_table import ReviewTable


@dataclass(frozen=True, slots=True)
class Recorded:
    """An epoch as it was kept: the snapshot, in which everything's key is its place, and beside it what it said.

    population  of the fit
    people      the records of everybody, by place
    read        how each review was read
    said        float64[3, n]: x in θ, P in 1/θ² and φ of each review
    roots       int64[4, posts], in the order of ROOTS
    n_trusted   int64[posts]
    values      float64[posts] in rating units, NaN where nobody reviewed it
    states      tier and decision of each post
    part        int64[posts], the file or shard that each post came in
    """

    name: str
    hash: str
    scores_hash: str
    snapshot: Snapshot
    population: Population
    people: tuple[Record, ...]
    read: ReviewTable
    said: Floats
    roots: Ints
    n_trusted: Ints
    values: Floats
    states: tuple[State, ...]
    part: Ints


def recorded(
    name: str, manifest: Record, *, people: Iterable[Record], works: Iterable[Record], parts: Iterable[Iterable[Record]]
) -> Recorded:
    """Put an epoch together; `name` says of what, in errors. InputError where the records are not those of an epoch."""
    try:
        return _recorded(name, manifest, people, works, parts)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, IndexError) as error:
        why = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) and error.args else str(error)
        raise InputError(name, f"these are not the records of an epoch: {why}") from error


def _recorded(
    name: str, manifest: Record, people: Iterable[Record], works: Iterable[Record], parts: Iterable[Iterable[Record]]
) -> Recorded:
    persons, books = _in_order(people, "person"), _in_order(works, "work")
    read = PostReader().read(parts)
    posts, reviews = read.posts, read.reviews
    return Recorded(
        name,
        manifest["hash"],
        manifest["scores_hash"],
        _snapshot(manifest, persons, books, read),
        Population.from_dict(manifest["population"]["model"]),
        tuple(persons),
        ReviewTable(**{one.name: reviews[one.name] for one in fields(ReviewTable)}),
        np.stack([reviews[name] for name in SAID]),
        np.stack([posts[name] for name in ROOTS]),
        posts["n_trusted"],
        posts["value"],
        tuple(posts["state"]),
        posts["part"],
    )


def _in_order(records: Iterable[Record], section: str) -> list[Record]:
    ordered = sorted(records, key=lambda record: record["at"])
    for at, record in enumerate(ordered):
        if record["section"] != section or record["at"] != at:
            refuse(f"{section} {at} is missing, or there twice")
    return ordered


def _snapshot(manifest: Record, people: list[Record], works: list[Record], read: RecordedPosts) -> Snapshot:
    posts, observations = read.posts, read.observations
    signers = {one["at"]: typed(float, one["trust"]) for one in people if one["trust"] is not None}
    post_ids, kinds = tuple(range(len(posts["kind"]))), tuple(posts["kind"])
    return Snapshot(
        as_of=typed(datetime, manifest["as_of"]),
        log_position=typed(int, manifest["log_position"]),
        post_ids=post_ids,
        kinds=kinds,
        authors=read.authors,
        observations=observations,
        reviewer_ids=tuple(signers),
        trust=trust_by_code(observations, signers),
        vouched={one["at"]: typed(float, one["vouched"]) for one in people if one["vouched"] is not None},
        rulings={one["at"]: Ruling(budget=one["ruling"]["budget"]) for one in people if one["ruling"] is not None},
        reviews=coded_reviews(observations, signers, post_ids, kinds),
        states={at: state for at, state in enumerate(posts["before"]) if state is not None},
        works=Works(
            recorded_publications(works),
            {one["at"]: record_of(Profile, one) for one in people},
            read.reviews["spoken_at"],
        ),
        acclaim=recorded_acclaim(people, read.voted),
        touched=frozenset(np.flatnonzero(posts["is_touched"]).tolist()),
        happenings=read.happenings,
        topics=read.tags,
        became=_became(posts["work"], len(works)),
        names=Names(
            dict(enumerate(posts["id"].astype(np.str_).tolist())),
            read.reviews["id"],
            {one["at"]: one["id"] for one in people},
        ),
    )


def _became(work: Ints, n_works: int) -> dict[int, int]:
    if work.max(initial=-1) >= n_works:
        refuse("a post became a work that is not there")
    found = np.flatnonzero(work >= 0)
    return dict(zip(found.tolist(), work[found].tolist(), strict=True))


def recorded_publications(works: list[Record]) -> Publications:
    """The arrays of works, by places; fields and types are numbered as they come."""
    fields: dict[str | None, int] = {}
    rows = [
        (
            work["at"],
            fields.setdefault(typed(str | None, work["field"]), len(fields)),
            typed(int, work["year"]),
            TYPES.index(PublicationType(work["type"])),
            -1 if work["venue_id"] is None else typed(int, work["venue_id"]),
            *(typed(int, work[name]) for name in COUNTED),
        )
        for work in works
    ]
    names = ("id", "field", "year", "type", "venue", *COUNTED)
    columns: dict[str, Any] = dict(zip(names, np.array(rows, dtype=np.int64).reshape(-1, len(names)).T, strict=True))
    pairs = np.array([(work["at"], who) for work in works for who in work["author_ids"]], dtype=np.int64)
    work, author = pairs.reshape(-1, 2).T
    return Publications(**columns, fields=tuple(fields), work=work, author=author)
