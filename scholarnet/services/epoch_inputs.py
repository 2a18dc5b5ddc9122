"""An epoch from its records: what it was computed from, and what it said, without a database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NoReturn

import numpy as np

from scholarnet.errors import InputError
from scholarnet.forms import PostKind
from scholarnet.models import PublicationType, Ruling
from scholarnet.services.acclaim_records import recorded_acclaim
from scholarnet.services.epoch_hashes import ROOTS
from scholarnet.services.epoch_records import COUNTED, Record
from scholarnet.services.happening_columns import Happenings
from scholarnet.services.happenings import Happening
from scholarnet.services.names import Names
from scholarnet.services.observation_columns import Observations
from scholarnet.services.observations import Observation
from scholarnet.services.record_values import record_of, typed
from scholarnet.services.snapshots import Snapshot, State, coded_reviews, trust_by_code
from scholarnet.services.works import TYPES, Profile, Publications, Works, microseconds
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
    posts, reviews, happenings, part_of = _posts(parts)
    places = [part_of[post["at"]] for post in posts]
    return Recorded(
        name,
        manifest["hash"],
        manifest["scores_hash"],
        _snapshot(manifest, persons, books, posts, reviews, happenings),
        Population.from_dict(manifest["population"]["model"]),
        tuple(persons),
        _table(reviews),
        np.array([[one[name] for one in reviews] for name in ("x", "p", "phi")], dtype=np.float64),
        np.array([[post[name] for post in posts] for name in ROOTS], dtype=np.int64),
        np.array([post["n_trusted"] for post in posts], dtype=np.int64),
        np.array([np.nan if post["value"] is None else post["value"] for post in posts], dtype=np.float64),
        tuple(record_of(State, post) for post in posts),
        np.array(places, dtype=np.int64),
    )


def _posts(parts: Iterable[Iterable[Record]]) -> tuple[list[Record], list[Record], list[Record], dict[int, int]]:
    """Posts, reviews and happenings in their order, and the part that each post came in."""
    found: dict[str, list[Record]] = {"post": [], "review": [], "happening": []}
    part_of: dict[int, int] = {}
    for number, part in enumerate(parts):
        for record in part:
            found[record["section"]].append(record)
            if record["section"] == "post":
                part_of[record["at"]] = number
    posts, reviews, happenings = (_in_order(records, section) for section, records in found.items())
    return posts, reviews, happenings, part_of


def _in_order(records: Iterable[Record], section: str) -> list[Record]:
    ordered = sorted(records, key=lambda record: record["at"])
    for at, record in enumerate(ordered):
        if record["section"] != section or record["at"] != at:
            _refuse(f"{section} {at} is missing, or there twice")
    return ordered


def _snapshot(
    manifest: Record,
    people: list[Record],
    works: list[Record],
    posts: list[Record],
    reviews: list[Record],
    happenings: list[Record],
) -> Snapshot:
    place = {post["id"]: post["at"] for post in posts}
    observations = Observations.of([[_observation(one, place) for one in reviews]])
    signers = {one["at"]: typed(float, one["trust"]) for one in people if one["trust"] is not None}
    post_ids, kinds = tuple(range(len(posts))), tuple(PostKind(post["kind"]) for post in posts)
    spoken_at = np.array([microseconds(typed(datetime, one["spoken_at"])) for one in reviews], dtype=np.int64)
    return Snapshot(
        as_of=typed(datetime, manifest["as_of"]),
        log_position=typed(int, manifest["log_position"]),
        post_ids=post_ids,
        kinds=kinds,
        authors=_pairs(posts, "authors"),
        observations=observations,
        reviewer_ids=tuple(signers),
        trust=trust_by_code(observations, signers),
        vouched={one["at"]: typed(float, one["vouched"]) for one in people if one["vouched"] is not None},
        rulings={one["at"]: Ruling(budget=one["ruling"]["budget"]) for one in people if one["ruling"] is not None},
        reviews=coded_reviews(observations, signers, post_ids, kinds),
        states={post["at"]: record_of(State, post["before"]) for post in posts if post["before"] is not None},
        works=Works(
            recorded_publications(works),
            {one["at"]: record_of(Profile, one) for one in people},
            spoken_at,
        ),
        acclaim=recorded_acclaim(people, reviews),
        touched=frozenset(post["at"] for post in posts if post["is_touched"]),
        happenings=Happenings.of([[_happening(one, place) for one in happenings]]),
        topics=_pairs(posts, "tags"),
        became=_became(posts, len(works)),
        names=Names(
            {one["at"]: one["id"] for one in posts},
            np.array([one["id"] for one in reviews], dtype=np.bytes_),
            {one["at"]: one["id"] for one in people},
        ),
    )


def _pairs(posts: list[Record], name: str) -> Ints:
    return np.array([(post["at"], one) for post in posts for one in post[name]], dtype=np.int64).reshape(-1, 2)


def _became(posts: list[Record], n_works: int) -> dict[int, int]:
    found = {post["at"]: typed(int, post["work"]) for post in posts if post["work"] is not None}
    if not all(0 <= work < n_works for work in found.values()):
        _refuse("a post became a work that is not there")
    return found


def _observation(review: Record, place: dict[str, int]) -> Observation:
    """Whoever wrote an unsigned review is somebody of their own: below 0, where no person's place is."""
    by = review["by"]
    who = -1 - review["at"] if by is None else typed(int, by)
    return record_of(Observation, review, id=review["at"], post_id=place[review["post"]], reviewer_id=who)


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


def _happening(record: Record, place: dict[str, int]) -> Happening:
    """Somebody who is not told is nobody that any cluster knows."""
    who = -1 if record["by"] is None else typed(int, record["by"])
    return record_of(Happening, record, post_id=place[record["post"]], researcher_id=who)


def _table(reviews: Sequence[Record]) -> ReviewTable:
    columns: dict[str, Any] = {
        field.name: [review["read"][field.name] for review in reviews] for field in fields(ReviewTable)
    }
    columns["budget"] = [np.inf if budget is None else budget for budget in columns["budget"]]
    floats: dict[str, Any] = {name: np.array(column, dtype=np.float64) for name, column in columns.items()}
    return ReviewTable(**floats | {"cluster": np.array(columns["cluster"], dtype=np.int64)})


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)
