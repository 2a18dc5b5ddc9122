"""Audit entries."""

from scholarnet.models import AuditEntry
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class AuditEntryFactory(RowFactory[AuditEntry]):
    class Meta:
        model = AuditEntry

    actor_id = key_of(ResearcherFactory)
    action = "researcher.verify"
    subject = "researcher:0123456789abc"
    reason = "Known from the congress."
