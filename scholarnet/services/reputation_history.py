"""How reputations came to be what they are, epoch by epoch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from scholarnet.models import Component, Epoch, ReputationChange, Researcher
from scholarnet.models.reputation import UNITS_A_POINT
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.withholding import refuse_withheld_ledger


@dataclass(frozen=True, slots=True)
class ChangeView:
    """The reputation from one epoch on: `value` in points, and by how many each component rose."""

    epoch: str
    as_of: datetime
    model_version: str
    value: float
    units: int
    change: float
    changes: dict[str, float]


def list_changes(session: Session, *, researcher: Researcher, viewer: Researcher | None) -> Select[ReputationChange]:
    """The epochs in which a reputation moved, newest first; in those between it stood still. Raises Withheld."""
    refuse_withheld_ledger(session, viewer=viewer, researcher=researcher)
    return (
        select(ReputationChange)
        .join(ReputationChange.epoch)
        .options(contains_eager(ReputationChange.epoch))
        .where(
            ReputationChange.researcher_id == researcher.id,
            Epoch.is_complete,
            ReputationChange.epoch_id <= current_epoch_id(),
        )
        .order_by(ReputationChange.epoch_id.desc())
    )


def view_changes(changes: Sequence[ReputationChange]) -> list[ChangeView]:
    """Show them in points."""
    return [_view(one) for one in changes]


def _view(one: ReputationChange) -> ChangeView:
    moved = {name.value: getattr(one, name) / UNITS_A_POINT for name in Component}
    total = sum(getattr(one, name) for name in Component)
    epoch = one.epoch
    return ChangeView(
        epoch.public_id,
        epoch.as_of,
        epoch.model_version,
        one.units / UNITS_A_POINT,
        one.units,
        total / UNITS_A_POINT,
        moved,
    )
