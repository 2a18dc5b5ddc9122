"""Signs of life of workers."""

import factory

from scholarnet.db import now
from scholarnet.models import WorkerSign
from tests.factories.row import RowFactory


class WorkerSignFactory(RowFactory[WorkerSign]):
    """A worker that was at work just now."""

    class Meta:
        model = WorkerSign

    host = factory.Sequence(lambda n: f"engine-room-{n}")
    seen_at = factory.LazyFunction(now)
