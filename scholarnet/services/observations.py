"""Rows of reviews as the arrays that `scoring` takes: every rating mapped to [0, 1] on a common list of criteria."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Row, Select, select

from scholarnet.forms import PostKind, all_forms
from scholarnet.models import Identity, Review
from scoring.parameters import DEFAULT
from scoring.reviews import Forms

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
