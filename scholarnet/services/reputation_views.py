"""Reputations as readers see them: the number, its components, and every line that it is the sum of."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import Component, Epoch, Researcher
from scholarnet.models.reputation import UNITS_A_POINT
from scholarnet.services.reputations import Entry, find_reputation, list_entries
from scholarnet.services.withholding import refuse_withheld_ledger


@dataclass(frozen=True, slots=True)
class ShareView:
    """One line: what one thing adds, in points and in units of 1e-4; `id` is missing where it is not public."""

    component: str
    share: float
    units: int
    kind: str
    id: str | None
    title: str | None


@dataclass(frozen=True, slots=True)
class ReputationView:
    """`value` in points, 0 to 100; Σ units of the shares is `units`, exactly."""

    value: float
    units: int
    components: dict[str, float]
    cohort: str | None
    percentile: float | None
    epoch: str | None
    shares: list[ShareView]


KINDS = {Component.PUBLICATIONS: "publication", Component.POSTS: "post", Component.REVIEWING: "review"}


def explain_reputation(session: Session, *, researcher: Researcher, viewer: Researcher | None) -> ReputationView:
    """Return a reputation taken apart; 0 with no shares where no epoch has seen any work. Raises Withheld."""
    refuse_withheld_ledger(session, viewer=viewer, researcher=researcher)
    found = find_reputation(session, researcher=researcher)
    if found is None:
        return ReputationView(0.0, 0, dict.fromkeys(Component, 0.0), None, None, None, [])
    entries = list_entries(session, researcher=researcher, viewer=viewer)
    units = Counter[str](dict.fromkeys(Component, 0))
    for entry in entries:
        units[entry.component] += entry.units
    return ReputationView(
        value=found.units / UNITS_A_POINT,
        units=found.units,
        components={component: count / UNITS_A_POINT for component, count in units.items()},
        cohort=found.cohort,
        percentile=found.percentile,
        epoch=session.scalar(select(Epoch.public_id).where(Epoch.id == found.epoch_id)),
        shares=[_share(entry) for entry in entries],
    )


def _share(entry: Entry) -> ShareView:
    kind = KINDS[entry.component]
    public_id: str | None = getattr(entry, f"{kind}_id")
    return ShareView(entry.component, entry.units / UNITS_A_POINT, entry.units, kind, public_id, entry.title)
