"""Runs of the epoch job."""

import factory

from scholarnet.db import now
from scholarnet.models import EpochRun, RunState, Starter
from tests.factories.row import RowFactory


class EpochRunFactory(RowFactory[EpochRun]):
    """A run that ended well just now; `ended_at` moves all of its moments."""

    class Meta:
        model = EpochRun

    class Params:
        ended_at = factory.LazyFunction(now)

    state = RunState.SUCCEEDED
    started_by = Starter.WORKER
    host = "elsewhere"
    pid = 7
    started_at = factory.SelfAttribute("ended_at")
    heartbeat_at = factory.SelfAttribute("ended_at")
    finished_at = factory.LazyAttribute(lambda row: None if row.state is RunState.RUNNING else row.ended_at)
