"""Rows of reviews as the arrays that `scoring` takes: every rating mapped to [0, 1] on a common list of criteria."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, select

from scholarnet.forms import CRITERION_HIGH, CRITERION_LOW, PostKind, all_forms
from scholarnet.models import Identity, Review
from scoring.parameters import DEFAULT
from scoring.reviews import Forms, Reviews

KINDS: tuple[str, ...] = tuple(PostKind)
CRITERIA: tuple[str, ...] = (
    "overall",
    *dict.fromkeys(criterion.name for form in all_forms().values() for criterion in form.criteria),
)


def coarse_trust(trust: float) -> float:
    """Of whom nobody is to recognise by it: no more than whether anyone stands for them."""
    return DEFAULT.trust_full if trust >= DEFAULT.trusted_at else 0.0


class Observation(NamedTuple):
    """What the model needs to know of one review; `faded_in` is the version from which on it counts half."""

    id: int
    post_id: int
    reviewer_id: int
    overall: float
    ratings: dict[str, float]
    confidence: int | None
    eligibility: float
    identity: Identity
    trust: float
    faded_in: int | None = None

    @property
    def counted(self) -> float:
        """The share of its weight that counts: its eligibility, and once it has faded half of that.

        An unsigned review is whole or nothing by its eligibility, lest half a weight tell who wrote it. That it has
        faded tells nothing: everybody sees the mark and the answer.
        """
        return self.eligibility if self.faded_in is None else self.eligibility * DEFAULT.faded_share

    @property
    def is_signed(self) -> bool:
        """Whether it carries its author's name."""
        return self.identity is Identity.SIGNED

    @property
    def trust_read(self) -> float:
        """The trust that it is read with: of an unsigned review no more than whether anyone stands for its author."""
        return self.trust if self.is_signed else coarse_trust(self.trust)


def live_observations() -> Select[Any]:
    """Select the columns of :class:`Observation` of the reviews that were not withdrawn."""
    columns = (getattr(Review, name) for name in Observation._fields)
    return select(*columns).where(Review.withdrawn_at.is_(None))


def as_observations(rows: Sequence[Row[Any]]) -> list[Observation]:
    """Name the columns of rows that :func:`live_observations` selected."""
    return [Observation._make(row) for row in rows]


def forms_table() -> Forms:
    """The public weights and scales of all forms, over CRITERIA, in the order of KINDS."""
    forms = all_forms()
    weights = np.zeros((len(KINDS), len(CRITERIA)))
    for row, form in enumerate(forms.values()):
        for criterion in (form.overall, *form.criteria):
            weights[row, CRITERIA.index(criterion.name)] = criterion.weight
    overall = [form.overall for form in forms.values()]
    return Forms(weights, np.array([float(o.low) for o in overall]), np.array([float(o.high) for o in overall]))


def to_reviews(
    observations: Sequence[Observation],
    *,
    criteria: Sequence[str],
    reviewer: NDArray[np.int64],
    n_reviewers: int,
    post_ids: Sequence[int],
    forms: NDArray[np.int64],
) -> Reviews:
    """Return the arrays of `observations` with given reviewer codes; items are `post_ids`, reviewed by `forms`."""
    item_of = {post_id: item for item, post_id in enumerate(post_ids)}
    return Reviews(
        reviewer=reviewer,
        item=np.array([item_of[one.post_id] for one in observations], dtype=np.int64),
        ratings=_ratings(observations, criteria),
        confidence=np.array([one.confidence or 0 for one in observations], dtype=np.int8),
        eligibility=np.array([one.counted for one in observations], dtype=np.float64),
        is_signed=np.array([one.is_signed for one in observations], dtype=np.bool_),
        n_reviewers=n_reviewers,
        item_form=forms,
    )


def _ratings(observations: Sequence[Observation], criteria: Sequence[str]) -> NDArray[np.float64]:
    overall = next(iter(all_forms().values())).overall
    column = {name: at for at, name in enumerate(criteria)}
    given = [one.ratings for one in observations]
    ratings = np.full((len(observations), len(criteria)), np.nan)
    ratings[:, 0] = [overall.to_unit(one.overall) for one in observations]
    for name in {
        name for one in given for name in one
    } & column.keys():  # a criterion that came after the epoch waits for the next one
        said = np.array([one.get(name) for one in given], dtype=np.float64)  # None becomes NaN
        ratings[:, column[name]] = (said - CRITERION_LOW) / (CRITERION_HIGH - CRITERION_LOW)
    return ratings
