"""Happenings by column: there may be millions, of which an object each would take gigabytes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scholarnet.services.happenings import ORIGIN, SAVED, SIGNED, UNSIGNED, Happening
from scholarnet.services.observation_columns import coarse
from scoring.arrays import Floats, Ints, by_appearance, places
from scoring.parameters import DEFAULT
from scoring.trending import Events, trust_weight

UNIX_DAY = date(1970, 1, 1).toordinal() - ORIGIN  # day 0 of NumPy's dates


@dataclass(frozen=True, slots=True, eq=False)
class Happenings:
    """n of them, in any order, by the fields of :class:`Happening`: arrays of n; `day` are those since ORIGIN."""

    post_id: Ints
    day: Ints
    origin: NDArray[np.int8]
    source_id: Ints
    researcher_id: Ints
    trust: Floats
    weight: Floats

    @classmethod
    def of(cls, parts: Iterable[Sequence[Sequence[Any]]]) -> "Happenings":
        """From rows of the fields of :class:`Happening`, a part of them at a time."""
        return cls.joined([cls(**_columns(part)) for part in parts if len(part)])

    @classmethod
    def joined(cls, parts: Sequence["Happenings"]) -> "Happenings":
        """One after the other."""
        every = (cls(**_columns(())), *parts)
        return cls(**{name: np.concatenate([getattr(one, name) for one in every]) for name in Happening._fields})

    def take(self, rows: Ints) -> "Happenings":
        """Those in these rows."""
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in Happening._fields}
        return Happenings(**columns)

    def __len__(self) -> int:
        return len(self.post_id)

    @property
    def trust_read(self) -> Floats:
        """The trust that each is weighed by (`Happening.trust_read`)."""
        return np.where(self.origin == SIGNED, self.trust, coarse(self.trust))

    def sources(self) -> Ints:
        """Codes of whose each is, numbered as they come."""
        span = self.source_id - self.source_id.min(initial=0)
        return by_appearance(span * (SAVED + 1) + self.origin)

    def clusters(self, clusters: Mapping[int, int]) -> Ints:
        """The cluster that each one's author is in, -1 in none; an unsigned review is in none."""
        people = np.array(list(clusters), dtype=np.int64)
        at = places(self.researcher_id, people)
        codes = np.array([*clusters.values(), -1], dtype=np.int64)
        return np.where(self.origin == UNSIGNED, -1, codes[at])


def to_events(happenings: Happenings, *, post_ids: Sequence[int], clusters: Mapping[int, int]) -> Events:
    """Return the arrays of what happened around `post_ids`."""
    trust = happenings.trust_read
    is_trusted = trust >= DEFAULT.trusted_at
    return Events(
        item=places(happenings.post_id, np.array(post_ids, dtype=np.int64)),
        day=happenings.day,
        weight=happenings.weight * trust_weight(trust),
        source=happenings.sources(),
        cluster=np.where(is_trusted, happenings.clusters(clusters), -1),
        is_trusted=is_trusted,
        n_items=len(post_ids),
    )


def _columns(part: Sequence[Sequence[Any]]) -> dict[str, NDArray[Any]]:
    given: list[Sequence[Any]] = list(zip(*part, strict=True)) if part else [()] * len(Happening._fields)
    columns = dict(zip(Happening._fields, given, strict=True))
    days = np.array(columns.pop("day"), dtype="datetime64[D]").astype(np.int64) + UNIX_DAY
    kinds = {"origin": np.int8, "trust": np.float64, "weight": np.float64}
    return {"day": days} | {name: np.array(one, dtype=kinds.get(name, np.int64)) for name, one in columns.items()}
