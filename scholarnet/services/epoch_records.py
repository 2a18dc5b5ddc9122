"""An epoch as records: what it was computed from, and beside it what it says. The operators' export has all of them.

Nobody has a key here: people, works, posts and reviews are numbered in the order of the snapshot, which is all that
the fit knows of them; posts, reviews and people who sign have their public ids besides. Of an unsigned review there is
no author: to the model each is by somebody of its own.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scholarnet.db import CROCKFORD
from scholarnet.services.acclaim_records import acclaim_records, people_acclaimed
from scholarnet.services.computed import Computed
from scholarnet.services.happenings import SIGNED
from scholarnet.services.record_values import plain
from scholarnet.services.snapshots import Snapshot
from scholarnet.services.works import TYPES

Record: TypeAlias = dict[str, Any]

READ = ("bias", "slope", "variance", "n_reviews", "cluster", "budget")  # of a person who signs
COUNTED = ("n_citations", "n_known")  # of a work: the independent citations among all, so that no graph is needed
STEMS = len(CROCKFORD) ** 2  # beginnings of a public id, by which posts are cut into parts


def part_of(public_id: str, n_parts: int) -> int:
    """The part that a post is in, from 0. Parts are ranges of public ids: one after the other they are sorted."""
    first, second = (max(CROCKFORD.find(letter), 0) for letter in (public_id + "00")[:2])
    return (first * len(CROCKFORD) + second) * n_parts // STEMS


def people_of(snapshot: Snapshot) -> dict[int, int]:
    """The place of everybody who has a part in the epoch: who signs, wrote something, is vouched for, or acclaimed."""
    happened = snapshot.happenings
    found = (
        snapshot.authors[:, 1],
        snapshot.works.publications.author,
        happened.researcher_id[happened.origin == SIGNED],
    )
    there = (np.unique(one).tolist() for one in found)
    people = sorted(set().union(*there, people_acclaimed(snapshot), snapshot.reviewer_ids, snapshot.vouched))
    return {researcher_id: at for at, researcher_id in enumerate(people)}


def person_records(snapshot: Snapshot, computed: Computed) -> Iterator[Record]:
    """Everybody; `trust`, `read` and `ruling` of who signs alone, `units` of who has a reputation."""
    code = {researcher_id: at for at, researcher_id in enumerate(snapshot.reviewer_ids)}
    columns = {name: finite(getattr(computed.fit.reviewers, name)) for name in (*READ, "trust")}
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
            "read": None if signs is None else {name: columns[name][signs] for name in READ},
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


def finite(column: NDArray[Any]) -> list[Any]:
    """JSON has no infinity, which is a budget that there is not, and no NaN, which is a value that there is not."""
    values: list[Any] = column.tolist()
    for at in np.flatnonzero(~np.isfinite(column)).tolist():
        values[at] = None
    return values
