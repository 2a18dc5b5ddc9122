"""What became of entries of imports."""

import factory

from scholarnet.models import ImportResult, Outcome
from tests.factories.import_job import ImportJobFactory
from tests.factories.row import RowFactory, key_of


class ImportResultFactory(RowFactory[ImportResult]):
    """An entry that was refused."""

    class Meta:
        model = ImportResult

    job_id = key_of(ImportJobFactory)
    position = factory.Sequence(lambda n: n + 1)
    line = factory.SelfAttribute("position")
    key = "untitled"
    outcome = Outcome.REFUSED
    reason = "has no title"
