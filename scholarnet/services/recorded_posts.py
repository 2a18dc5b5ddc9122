"""Posts, what happened around them and their reviews, from the records of an epoch: so many at a time, by column."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scholarnet.forms import PostKind
from scholarnet.services.epoch_hashes import ROOTS
from scholarnet.services.epoch_records import Record
from scholarnet.services.happening_columns import Happenings
from scholarnet.services.happenings import Happening
from scholarnet.services.observation_columns import Observations, columns_of
from scholarnet.services.observations import Observation
from scholarnet.services.record_values import record_of, typed
from scholarnet.services.snapshots import State
from scholarnet.services.works import microseconds
from scoring.review_table import ReviewTable

ROWS = 20_000  # records that are in memory at a time
SAID = ("x", "p", "phi")
Columns: TypeAlias = dict[str, NDArray[Any]]


@dataclass(slots=True)
class Section:
    """The records of one section by column, in the order in which they come until they are `whole`."""

    name: str
    make: Callable[[Sequence[Record]], Columns]
    records: list[Record] = field(default_factory=list)
    parts: list[Columns] = field(default_factory=list)

    def add(self, record: Record) -> None:
        """Take a record."""
        self.records.append(record)
        if len(self.records) == ROWS:
            self._cut()

    def whole(self) -> tuple[Columns, NDArray[np.int64]]:
        """All columns in the order of the records' places, and what puts them into it."""
        self._cut()
        joined = {name: np.concatenate([part.pop(name) for part in self.parts]) for name in tuple(self.parts[0])}
        order = np.argsort(joined["at"], kind="stable")
        wrong = np.flatnonzero(joined["at"][order] != np.arange(len(order)))
        if len(wrong):
            refuse(f"{self.name} {wrong[0]} is missing, or there twice")
        return {name: column[order] for name, column in joined.items()}, order

    def _cut(self) -> None:
        self.parts.append(self.make(self.records))
        self.records = []


@dataclass(slots=True)
class RecordedPosts:
    """What the records of posts, happenings and reviews hold, each in the order of their places.

    posts    columns: `id`, `kind`, `work` (-1 for none), `is_touched`, `before` (State or None), `state`, `n_trusted`,
             `value` (NaN where nobody reviewed it), `part`, and the ROOTS
    authors, tags  int64[n, 2], the post's place and whose or which it is
    reviews  columns: `id`, `spoken_at`, those of a ReviewTable and SAID
    voted    the reviews that have votes: `at` and `votes`
    """

    posts: Columns
    authors: NDArray[np.int64]
    tags: NDArray[np.int64]
    reviews: Columns
    observations: Observations
    happenings: Happenings
    voted: list[Record]


class PostReader:
    """Reads the parts of an epoch's posts."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.part = 0
        self.voted: list[Record] = []
        self.pairs: dict[str, list[NDArray[np.int64]]] = {"authors": [], "tags": []}
        self.said: list[Columns] = []
        self.happened: list[Happenings] = []
        makers = {"post": self._posts, "review": self._reviews, "happening": self._happenings}
        self.sections = {name: Section(name, make) for name, make in makers.items()}

    def read(self, parts: Iterable[Iterable[Record]]) -> RecordedPosts:
        """Read all parts; each post knows the number of its own."""
        for number, part in enumerate(parts):
            self.part = number
            for record in part:
                if record["section"] == "post":
                    record["part"] = number
                self.sections[record["section"]].add(record)
        (posts, _), (reviews, order), (events, events_order) = (one.whole() for one in self.sections.values())
        place = {name: at for at, name in enumerate(posts["id"].tolist())}
        observations = replace(
            Observations.joined(self.said, self.names).take(order), post_id=_places(reviews.pop("post"), place)
        )
        observations = replace(observations, id=np.arange(len(order)))
        happenings = replace(
            Happenings.joined(self.happened).take(events_order), post_id=_places(events["post"], place)
        )
        authors, tags = (_by_post(np.concatenate(pairs)) for pairs in self.pairs.values())
        return RecordedPosts(posts, authors, tags, reviews, observations, happenings, self.voted)

    def _posts(self, records: Sequence[Record]) -> Columns:
        for name, pairs in self.pairs.items():
            found = [(post["at"], typed(int, one)) for post in records for one in post[name]]
            pairs.append(np.array(found, dtype=np.int64).reshape(-1, 2))
        values = [np.nan if post["value"] is None else post["value"] for post in records]
        before = [None if post["before"] is None else record_of(State, post["before"]) for post in records]
        return {
            "at": _integers(records, "at"),
            "id": _names(records, "id"),
            "kind": _objects([PostKind(post["kind"]) for post in records]),
            "work": np.array([_place(post["work"]) for post in records], dtype=np.int64),
            "is_touched": np.array([bool(post["is_touched"]) for post in records], dtype=np.bool_),
            "before": _objects(before),
            "state": _objects([record_of(State, post) for post in records]),
            "n_trusted": np.array([post["n_trusted"] for post in records], dtype=np.int64),
            "value": np.array(values, dtype=np.float64),
            "part": _integers(records, "part"),
            **{name: np.array([post[name] for post in records], dtype=np.int64) for name in ROOTS},
        }

    def _reviews(self, records: Sequence[Record]) -> Columns:
        self.said.append(columns_of([_observation(one) for one in records], self.names))
        self.voted += [{"at": one["at"], "votes": one["votes"]} for one in records if one["votes"]]
        moments = [microseconds(typed(datetime, one["spoken_at"])) for one in records]
        return {
            "at": _integers(records, "at"),
            "id": _names(records, "id"),
            "post": _names(records, "post"),
            "spoken_at": np.array(moments, dtype=np.int64),
            **{name: np.array([one[name] for one in records], dtype=np.float64) for name in SAID},
            **_read(records),
        }

    def _happenings(self, records: Sequence[Record]) -> Columns:
        self.happened.append(Happenings.of([[_happening(one) for one in records]]))
        return {"at": _integers(records, "at"), "post": _names(records, "post")}


def _observation(review: Record) -> Observation:
    """Whoever wrote an unsigned review is somebody of their own: below 0, where no person's place is."""
    by = review["by"]
    who = -1 - review["at"] if by is None else typed(int, by)
    return record_of(Observation, review, id=review["at"], post_id=-1, reviewer_id=who)


def _happening(record: Record) -> Happening:
    """Somebody who is not told is nobody that any cluster knows."""
    who = -1 if record["by"] is None else typed(int, record["by"])
    return record_of(Happening, record, post_id=-1, researcher_id=who)


def _read(reviews: Sequence[Record]) -> Columns:
    columns: dict[str, list[Any]] = {
        one.name: [review["read"][one.name] for review in reviews] for one in fields(ReviewTable)
    }
    columns["budget"] = [np.inf if budget is None else budget for budget in columns["budget"]]
    floats: Columns = {name: np.array(column, dtype=np.float64) for name, column in columns.items()}
    return floats | {"cluster": np.array(columns["cluster"], dtype=np.int64)}


def _places(names: NDArray[Any], place: dict[bytes, int]) -> NDArray[np.int64]:
    return np.fromiter((place[name] for name in names.tolist()), dtype=np.int64, count=len(names))


def _by_post(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    return pairs[np.argsort(pairs[:, 0], kind="stable")]


def _names(records: Sequence[Record], name: str) -> NDArray[Any]:
    return np.array([one[name] for one in records], dtype=np.bytes_)


def _integers(records: Sequence[Record], name: str) -> NDArray[np.int64]:
    return np.array([typed(int, one[name]) for one in records], dtype=np.int64)


def _objects(values: Sequence[object]) -> NDArray[Any]:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _place(value: int | None) -> int:
    if value is None:
        return -1
    place: int = typed(int, value)
    return place if place >= 0 else refuse("a post became a work that is not there")


def refuse(message: str) -> NoReturn:
    """Say what is not as an epoch has it."""
    raise ValueError(message)
