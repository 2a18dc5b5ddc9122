"""Answers kept for repeated writes."""

import factory

from scholarnet.models import IdempotencyKey
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class IdempotencyKeyFactory(RowFactory[IdempotencyKey]):
    """The key of a write that was answered."""

    class Meta:
        model = IdempotencyKey

    researcher_id = key_of(ResearcherFactory)
    key = factory.Sequence(lambda n: f"write-{n}")
    fingerprint = "0" * 64
    status = 201
    body = "{}"
