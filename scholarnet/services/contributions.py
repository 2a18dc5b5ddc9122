"""What everybody contributed up to an epoch, and the reputation that it adds up to (SCORING.md section 8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scholarnet.models import Component
from scholarnet.services.snapshots import Snapshot
from scholarnet.services.works import Profile, Work
from scoring.arrays import Ints
from scoring.impact import post_amounts, publication_amounts
from scoring.item import Scores
from scoring.parameters import Parameters
from scoring.population import Population
from scoring.reputation import COMPONENTS, Contributions, reputations, saturations
from scoring.review_table import ReviewTable
from scoring.reviewing import Timeline, reviewing_amounts
from scoring.root import ONE
from scoring.standards import standardise
from scoring.weight import weigh

BAND_YEARS = 5
LONGEST_FIELD = 100  # characters of a field in the name of a cohort
UNKNOWN = "unknown"
SOURCES = {
    Component.PUBLICATIONS: "publication_id",
    Component.POSTS: "post_id",
    Component.REVIEWING: "review_id",
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """`amount` (in the component's own units, above 0) that one publication, post or review adds to one person."""

    researcher_id: int
    component: Component
    source_id: int
    amount: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """Rows of `reputation` and `reputation_entry` but for their epoch, and the cohorts that they were held against."""

    totals: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    cohorts: dict[str, Any]


def count(snapshot: Snapshot, *, scores: Scores, population: Population, table: ReviewTable, n_trusted: Ints) -> Ledger:
    """Count publications, posts and reviews, and take the reputations apart to them, to the last unit.

    `table` and `n_trusted` are what `scores` were computed with.
    """
    found = [
        *_publications(snapshot.works.publications, year=snapshot.as_of.year, parameters=population.parameters),
        *_posts(snapshot, scores, population.parameters),
        *_reviews(snapshot, scores, population, table, n_trusted),
    ]
    profiles, year = snapshot.works.profiles, snapshot.as_of.year
    return _ledger(found, profiles=profiles, year=year, parameters=population.parameters)


def cohort_of(profile: Profile, *, year: int) -> str:
    """Name the field and the five years of career that a person is compared within, as of `year`."""
    field = (profile.field or UNKNOWN)[:LONGEST_FIELD]
    if profile.career_start is None:
        return f"{field}, career age {UNKNOWN}"
    start = max(year - profile.career_start, 0) // BAND_YEARS * BAND_YEARS
    return f"{field}, {start}–{start + BAND_YEARS - 1} years"


def _publications(works: Sequence[Work], *, year: int, parameters: Parameters) -> Iterable[Contribution]:
    if not works:
        return
    amounts = publication_amounts(
        citations=np.array([work.n_citations for work in works], dtype=np.float64),
        cell=_codes([(work.field, work.year, work.type) for work in works]),
        venue=_venues(works),
        age_years=np.array([year - work.year for work in works], dtype=np.float64),
        n_authors=np.array([max(len(work.author_ids), 1) for work in works], dtype=np.int64),
        parameters=parameters,
    )
    for work, amount in zip(works, amounts.tolist(), strict=True):
        for researcher_id in work.author_ids:
            yield Contribution(researcher_id, Component.PUBLICATIONS, work.id, amount)


def _venues(works: Sequence[Work]) -> NDArray[np.int64]:
    known = np.array([work.venue_id is not None for work in works])
    return np.where(known, _codes([work.venue_id for work in works]), -1)


def _posts(snapshot: Snapshot, scores: Scores, parameters: Parameters) -> Iterable[Contribution]:
    place = {post_id: at for at, post_id in enumerate(snapshot.post_ids)}
    item = np.array([place[post_id] for post_id, _ in snapshot.authors], dtype=np.int64)
    n_authors = np.bincount(item, minlength=len(place))
    amounts = post_amounts(scores.best_k / ONE, np.maximum(n_authors, 1), parameters)[item]
    for (post_id, researcher_id), amount in zip(snapshot.authors, amounts.tolist(), strict=True):
        if amount > 0:
            yield Contribution(researcher_id, Component.POSTS, post_id, amount)


def _reviews(
    snapshot: Snapshot, scores: Scores, population: Population, table: ReviewTable, n_trusted: Ints
) -> Iterable[Contribution]:
    counted, rows = snapshot.reviews.counted()
    z = standardise(counted, population.forms, population.standards, population.parameters)
    weights = weigh(counted, z, table.take(rows), n_trusted, population)
    said = [snapshot.observations[row] for row in rows]
    whole = np.array([one.eligibility / one.counted for one in said])  # who agrees to fade loses no foresight by it
    spoken_at = snapshot.works.spoken_at
    timeline = Timeline(
        item=counted.item,
        time=np.array([spoken_at[one.id].timestamp() for one in said], dtype=np.float64),
        reading=weights.reading,
        precision=weights.precision * scores.factor[rows] * whole,
        is_signed=counted.is_signed,
    )
    amounts = reviewing_amounts(timeline, snapshot.as_of.timestamp(), population.parameters)
    for one, amount in zip(said, amounts.tolist(), strict=True):
        if amount > 0:
            yield Contribution(one.reviewer_id, Component.REVIEWING, one.id, amount)


def _ledger(found: list[Contribution], *, profiles: dict[int, Profile], year: int, parameters: Parameters) -> Ledger:
    people = sorted({one.researcher_id for one in found})
    place = {researcher_id: at for at, researcher_id in enumerate(people)}
    cohorts = [cohort_of(profiles[researcher_id], year=year) for researcher_id in people]
    names = sorted(set(cohorts))
    cohort = np.array([names.index(name) for name in cohorts], dtype=np.int64)
    contributions = Contributions(
        researcher=np.array([place[one.researcher_id] for one in found], dtype=np.int64),
        component=np.array([COMPONENTS.index(one.component) for one in found], dtype=np.int64),
        amount=np.array([one.amount for one in found], dtype=np.float64),
        key=np.array([one.source_id for one in found], dtype=np.int64),
        n_researchers=len(people),
    )
    frozen = saturations(contributions, cohort, len(names), parameters)
    standing = reputations(contributions, cohort, frozen, parameters)
    totals = zip(people, standing.total.tolist(), cohorts, standing.percentile.tolist(), strict=True)
    return Ledger(
        totals=[
            {"researcher_id": researcher_id, "units": units, "cohort": name, "percentile": percentile}
            for researcher_id, units, name, percentile in totals
        ],
        entries=[_entry(one, units) for one, units in zip(found, standing.ledger.tolist(), strict=True)],
        cohorts={"names": names, **frozen.as_dict()},
    )


def _entry(one: Contribution, units: int) -> dict[str, Any]:
    sources = dict.fromkeys(SOURCES.values())
    return {
        "researcher_id": one.researcher_id,
        "component": one.component,
        "amount": one.amount,
        "units": units,
        **sources,
        SOURCES[one.component]: one.source_id,
    }


def _codes(values: Sequence[object]) -> NDArray[np.int64]:
    """Number the values in the order in which they come."""
    known: dict[object, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)
