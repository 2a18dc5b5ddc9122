"""Reputations as readers see them: the number, its components, and every line that it is the sum of."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from scholarnet.models import Component, Epoch, Researcher
from scholarnet.models.reputation import UNITS_A_POINT
from scholarnet.services.reputation_words import because, kind_of
from scholarnet.services.reputations import Entry, find_reputation, list_entries
from scholarnet.services.withholding import refuse_withheld_ledger


@dataclass(frozen=True, slots=True)
class ShareView:
    """One line: what one thing adds, in points and in units of 1e-4; `id` is missing where it is not public.

    `because` says in words what `amount`, in the component's own units, follows from, and `reason` in numbers.
    """

    component: str
    share: float
    units: int
    amount: float
    kind: str
    id: str | None
    title: str | None
    quarter: str | None
    because: str
    reason: dict[str, float]


@dataclass(frozen=True, slots=True)
class ReputationView:
    """`value` in points, 0 to 100; Σ units of the shares is `units`, exactly.

    `impact` is what publications add, and `reviewing` what reviews do, so that neither hides behind the other.
    `low` and `high` are the ends of the 80 % interval in points.
    """

    value: float
    units: int
    low: float | None
    high: float | None
    impact: float
    reviewing: float
    components: dict[str, float]
    cohort: str | None
    percentile: float | None
    epoch: str | None
    model_version: str | None
    shares: list[ShareView]


def explain_reputation(session: Session, *, researcher: Researcher, viewer: Researcher | None) -> ReputationView:
    """Return a reputation taken apart; 0 with no shares where no epoch has seen any work. Raises Withheld."""
    refuse_withheld_ledger(session, viewer=viewer, researcher=researcher)
    found = find_reputation(session, researcher=researcher)
    if found is None:
        nothing = dict.fromkeys(map(str, Component), 0.0)
        return ReputationView(0.0, 0, None, None, 0.0, 0.0, nothing, None, None, None, None, [])
    entries = list_entries(session, researcher=researcher, viewer=viewer)
    components = {one.value: getattr(found, one) / UNITS_A_POINT for one in Component}
    epoch = session.get_one(Epoch, found.epoch_id)
    return ReputationView(
        value=found.units / UNITS_A_POINT,
        units=found.units,
        low=_points(found.low),
        high=_points(found.high),
        impact=components[Component.PUBLICATIONS],
        reviewing=components[Component.REVIEWING],
        components=components,
        cohort=found.cohort,
        percentile=found.percentile,
        epoch=epoch.public_id,
        model_version=epoch.model_version,
        shares=[_share(entry) for entry in entries],
    )


def _share(entry: Entry) -> ShareView:
    kind = kind_of(entry)
    public_id: str | None = getattr(entry, f"{'comment' if kind == 'answer' else kind}_id", None)
    return ShareView(
        component=entry.component,
        share=entry.units / UNITS_A_POINT,
        units=entry.units,
        amount=entry.amount,
        kind=kind,
        id=public_id,
        title=entry.title,
        quarter=entry.quarter,
        because=because(entry),
        reason=entry.reason,
    )


def _points(units: int | None) -> float | None:
    return None if units is None else units / UNITS_A_POINT
