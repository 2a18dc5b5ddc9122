"""Shapes of runs of the epoch job."""

import marshmallow as ma

from scholarnet.models import EpochRun, RunState, RunStep, Starter


class EpochRunOut(ma.Schema):
    """A run: how far it is or how it ended, and why; `epoch` is the one that it switched to."""

    id = ma.fields.String(required=True, attribute="public_id")
    state = ma.fields.Enum(RunState, by_value=True, required=True)
    step = ma.fields.Enum(RunStep, by_value=True, required=True)
    n_sweeps = ma.fields.Integer(required=True, metadata={"description": "Of the fit, until the last sign of life"})
    started_by = ma.fields.Enum(Starter, by_value=True, required=True)
    epoch = ma.fields.Function(lambda run: _switched_to(run), required=True, metadata={"type": ["string", "null"]})
    error = ma.fields.String(required=True, allow_none=True, metadata={"description": "Why it failed or stopped"})
    started_at = ma.fields.DateTime(required=True)
    heartbeat_at = ma.fields.DateTime(required=True, metadata={"description": "Its last sign of life"})
    finished_at = ma.fields.DateTime(required=True, allow_none=True)


def _switched_to(run: EpochRun) -> str | None:
    return run.epoch.public_id if run.epoch is not None and run.epoch.is_complete else None
