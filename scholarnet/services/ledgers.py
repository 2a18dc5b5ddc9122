"""Lines of what people contributed, added up to reputations to the last unit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scholarnet.models import Component
from scholarnet.services.works import Profile
from scoring.arrays import Floats, Ints
from scoring.parameters import Parameters
from scoring.reputation import COMPONENTS, Contributions, intervals, reputations, saturations

BAND_YEARS = 5
LONGEST_FIELD = 100  # characters of a field in the name of a cohort
UNKNOWN = "unknown"
SOURCES = ("publication_id", "post_id", "review_id", "comment_id", "quarter")
REVIEWS_FROM = 1_000_000  # above the number of every quarter: of two equal remainders the quarter's gets the unit


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one component and kind of source, arrays of one length.

    `source` is the column that `source_id` is in: none of followers, and a number such as 20261 of a quarter. `low`
    and `high` are the ends of each amount; `reason` the numbers that it follows from.
    """

    component: Component
    source: str
    researcher: Ints
    source_id: Ints
    amount: Floats
    low: Floats
    high: Floats
    reason: Mapping[str, Ints | Floats]

    def positive(self) -> "Lines":
        """Those that add anything, or might."""
        return self.take(np.flatnonzero((self.amount > 0.0) | (self.high > 0.0)))

    def take(self, rows: Ints) -> "Lines":
        """Those in these rows."""
        names = ("researcher", "source_id", "amount", "low", "high")
        arrays: dict[str, Any] = {name: getattr(self, name)[rows] for name in names}
        return replace(self, **arrays, reason={name: one[rows] for name, one in self.reason.items()})

    @property
    def key(self) -> Ints:
        """Which of two equal remainders gets the unit: the lower."""
        return self.source_id + REVIEWS_FROM * (self.source not in {"", "quarter"})

    def rows(self, units: Ints) -> Iterator[dict[str, Any]]:
        """Rows of `reputation_entry` but for their epoch, with what each earned."""
        reasons = zip(*(column.tolist() for column in self.reason.values()), strict=True) if self.reason else None
        columns = (self.researcher.tolist(), self.source_id.tolist(), self.amount.tolist(), units.tolist())
        for researcher_id, source_id, amount, earned in zip(*columns, strict=True):
            row = {"researcher_id": researcher_id, "component": self.component, "amount": amount, "units": earned}
            row |= dict.fromkeys(SOURCES)
            if self.source:
                row[self.source] = f"{source_id // 10}-Q{source_id % 10}" if self.source == "quarter" else source_id
            yield row | {"reason": dict(zip(self.reason, next(reasons), strict=True)) if reasons else {}}


@dataclass(frozen=True, slots=True)
class Ledger:
    """Rows of `reputation` and `reputation_entry` but for their epoch, the cohorts that they were held against, and
    the credits that are due from now on. `units` are those of all `lines`, one after the other."""

    totals: list[dict[str, Any]]
    lines: tuple[Lines, ...]
    units: Ints
    cohorts: dict[str, Any]
    credits: list[dict[str, Any]]

    @property
    def entries(self) -> Iterator[dict[str, Any]]:
        """The rows of all lines, made as they are asked for: there may be millions."""
        first = 0
        for one in self.lines:
            yield from one.rows(self.units[first : first + len(one.amount)])
            first += len(one.amount)

    @property
    def researcher(self) -> Ints:
        """Whose each line is."""
        return np.concatenate([one.researcher for one in self.lines])


def cohort_of(profile: Profile, *, year: int) -> str:
    """Name the field and the five years of career that a person is compared within, as of `year`."""
    field = (profile.field or UNKNOWN)[:LONGEST_FIELD]
    if profile.career_start is None:
        return f"{field}, career age {UNKNOWN}"
    start = max(year - profile.career_start, 0) // BAND_YEARS * BAND_YEARS
    return f"{field}, {start}–{start + BAND_YEARS - 1} years"


def add_up(
    found: Sequence[Lines],
    *,
    profiles: Mapping[int, Profile],
    year: int,
    credits: list[dict[str, Any]],  # noqa: A002
    parameters: Parameters,
) -> Ledger:
    """Take everybody's reputation apart to the lines that add anything."""
    lines = tuple(one.positive() for one in found)
    people, researcher = np.unique(np.concatenate([one.researcher for one in lines]), return_inverse=True)
    cohorts = [cohort_of(profiles[one], year=year) for one in people.tolist()]
    names, cohort = np.unique(np.array(cohorts, dtype=np.str_), return_inverse=True)
    codes = [np.full(len(one.amount), COMPONENTS.index(one.component)) for one in lines]
    amount, low, high, key = (
        np.concatenate([getattr(one, name) for one in lines]) for name in ("amount", "low", "high", "key")
    )
    contributions = Contributions(
        researcher.astype(np.int64), np.concatenate(codes).astype(np.int64), amount, key, len(people)
    )
    frozen = saturations(contributions, cohort, len(names), parameters)
    standing = reputations(contributions, cohort, frozen, parameters)
    columns: dict[str, Any] = {
        "researcher_id": people.tolist(),
        "units": standing.total.tolist(),
        **{name: standing.components[:, at].tolist() for at, name in enumerate(COMPONENTS)},
        "cohort": cohorts,
        "percentile": standing.percentile.tolist(),
    }
    columns["low"], columns["high"] = (
        ends.tolist() for ends in intervals(contributions, low, high, cohort, frozen, standing)
    )
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return Ledger(rows, lines, standing.ledger, {"names": names.tolist(), **frozen.as_dict()}, credits)
