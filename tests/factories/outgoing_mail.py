"""Mail that waits."""

import factory

from scholarnet.db import now
from scholarnet.models import OutgoingMail
from tests.factories.row import RowFactory


class OutgoingMailFactory(RowFactory[OutgoingMail]):
    """A mail that is due and was never tried."""

    class Meta:
        model = OutgoingMail

    recipient = factory.Sequence(lambda n: f"reader{n}@northfield.edu")
    subject = "A subject"
    text = "A text."
    attempts = 0
    next_attempt_at = factory.LazyFunction(now)
