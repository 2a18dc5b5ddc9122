"""Observations by column: there may be millions, of which an object each would take gigabytes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scholarnet.forms import CRITERION_HIGH, CRITERION_LOW, all_forms
from scholarnet.models import Identity
from scholarnet.services.observations import Observation, coarse_trust
from scoring.arrays import Bools, Floats, Ints, places
from scoring.grouping import Grouping
from scoring.parameters import DEFAULT
from scoring.reviews import Reviews

IDENTITIES = tuple(Identity)
PLAIN = {"id": np.int64, "post_id": np.int64, "reviewer_id": np.int64, "overall": np.float64}
PLAIN |= {"eligibility": np.float64, "trust": np.float64}
OF_RATINGS = ("rating", "criterion", "end", "names")
ROWS = 50_000  # that are objects at a time
Columns: TypeAlias = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """n of them, in the order in which they were given; arrays of n but for the ratings.

    Row r's ratings are `rating`[end[r - 1]:end[r]], those of the criteria `names`[`criterion`] there. `identity` are
    places in IDENTITIES; `confidence` and `faded_in` are 0 where there is none.
    """

    id: Ints
    post_id: Ints
    reviewer_id: Ints
    overall: Floats
    confidence: NDArray[np.int8]
    eligibility: Floats
    identity: NDArray[np.int8]
    trust: Floats
    faded_in: Ints
    rating: Floats
    criterion: NDArray[np.uint16]
    end: Ints
    names: tuple[str, ...]

    @classmethod
    def of(cls, parts: Iterable[Sequence[Sequence[Any]]]) -> "Observations":
        """From rows of the fields of :class:`Observation`, a part of them at a time."""
        names: dict[str, int] = {}
        return cls.joined([columns_of(part, names) for part in parts if len(part)], names)

    @classmethod
    def joined(cls, found: Sequence[Columns], names: dict[str, int]) -> "Observations":
        """From the columns of parts, each of which `columns_of` made with the same names."""
        empty = columns_of((), {})
        whole = {name: np.concatenate([empty[name], *(one[name] for one in found)]) for name in empty}
        end = np.cumsum(whole.pop("n_ratings"))
        return cls(**whole, end=end, names=tuple(names))

    def __len__(self) -> int:
        return len(self.id)

    def __iter__(self) -> Iterator[Observation]:
        for start in range(0, len(self), ROWS):
            yield from self.listed(np.arange(start, min(start + ROWS, len(self))))

    @property
    def is_signed(self) -> Bools:
        """Which carry their authors' names."""
        return np.asarray(self.identity == IDENTITIES.index(Identity.SIGNED))

    @property
    def counted(self) -> Floats:
        """The share of each one's weight that counts (`Observation.counted`)."""
        return self.eligibility * np.where(self.faded_in > 0, DEFAULT.faded_share, 1.0)

    @property
    def trust_read(self) -> Floats:
        """The trust that each is read with (`Observation.trust_read`)."""
        return np.where(self.is_signed, self.trust, coarse(self.trust))

    def take(self, rows: Ints) -> "Observations":
        """Those in these rows."""
        ratings, counts = Grouping(np.arange(len(self.rating)), self.end).rows(rows)
        columns: dict[str, Any] = {
            one.name: getattr(self, one.name)[rows] for one in fields(self) if one.name not in OF_RATINGS
        }
        columns |= {"rating": self.rating[ratings], "criterion": self.criterion[ratings]}
        return Observations(**columns, end=np.cumsum(counts), names=self.names)

    def rated(self) -> tuple[Ints, NDArray[np.uint16], Floats]:
        """Every rating: its row, the place of its criterion in `names`, and what it is."""
        row = np.repeat(np.arange(len(self)), np.diff(self.end, prepend=0))
        return row, self.criterion, self.rating

    def listed(self, rows: Ints) -> list[Observation]:
        """Those in these rows, as objects."""
        first, last = np.concatenate([[0], self.end])[rows].tolist(), self.end[rows].tolist()
        ratings = (
            {
                self.names[at]: value
                for at, value in zip(self.criterion[start:end].tolist(), self.rating[start:end].tolist(), strict=True)
            }
            for start, end in zip(first, last, strict=True)
        )
        whole = {name: getattr(self, name)[rows].tolist() for name in PLAIN}
        made = zip(
            *(whole[name] for name in ("id", "post_id", "reviewer_id", "overall")),
            ratings,
            (one or None for one in self.confidence[rows].tolist()),
            whole["eligibility"],
            (IDENTITIES[one] for one in self.identity[rows].tolist()),
            whole["trust"],
            (one or None for one in self.faded_in[rows].tolist()),
            strict=True,
        )
        return [Observation._make(one) for one in made]


def to_reviews(
    observations: Observations,
    *,
    criteria: Sequence[str],
    reviewer: Ints,
    n_reviewers: int,
    post_ids: Sequence[int],
    forms: Ints,
) -> Reviews:
    """Return the arrays of `observations` with given reviewer codes; items are `post_ids`, reviewed by `forms`."""
    return Reviews(
        reviewer=reviewer,
        item=places(observations.post_id, np.array(post_ids, dtype=np.int64)),
        ratings=_ratings(observations, criteria),
        confidence=observations.confidence,
        eligibility=observations.counted,
        is_signed=observations.is_signed,
        n_reviewers=n_reviewers,
        item_form=forms,
    )


def _ratings(observations: Observations, criteria: Sequence[str]) -> Floats:
    overall = next(iter(all_forms().values())).overall
    ratings = np.full((len(observations), len(criteria)), np.nan)
    ratings[:, 0] = (observations.overall - overall.low) / (overall.high - overall.low)
    row, criterion, rating = observations.rated()
    column = np.array([criteria.index(name) if name in criteria else -1 for name in observations.names], dtype=np.int64)
    known = column[criterion] >= 0  # a criterion that came after the epoch waits for the next one
    of_unit = (rating[known] - CRITERION_LOW) / (CRITERION_HIGH - CRITERION_LOW)
    ratings[row[known], column[criterion[known]]] = of_unit
    return ratings


def coarse(trust: Floats) -> Floats:
    """`coarse_trust` of each."""
    return np.where(trust >= DEFAULT.trusted_at, coarse_trust(DEFAULT.trusted_at), coarse_trust(0.0))


def columns_of(part: Sequence[Sequence[Any]], names: dict[str, int]) -> Columns:
    """The columns of rows of the fields of :class:`Observation`; `names` grows by the criteria that are new."""
    given: dict[str, Sequence[Any]] = dict(
        zip(Observation._fields, zip(*part, strict=True) if part else [()] * len(Observation._fields), strict=True)
    )
    ratings = given["ratings"]
    said = chain.from_iterable(ratings)
    return {
        **{name: np.array(given[name], dtype=kind) for name, kind in PLAIN.items()},
        "confidence": np.array([one or 0 for one in given["confidence"]], dtype=np.int8),
        "identity": np.array([IDENTITIES.index(one) for one in given["identity"]], dtype=np.int8),
        "faded_in": np.array([one or 0 for one in given["faded_in"]], dtype=np.int64),
        "criterion": np.array([names.setdefault(name, len(names)) for name in said], dtype=np.uint16),
        "rating": np.array(list(chain.from_iterable(one.values() for one in ratings)), dtype=np.float64),
        "n_ratings": np.array([len(one) for one in ratings], dtype=np.int64),
    }
