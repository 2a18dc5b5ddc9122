"""Vouches."""

import factory

from scholarnet.models import Vouch
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory


class VouchFactory(RowFactory[Vouch]):
    class Meta:
        model = Vouch

    voucher = factory.SubFactory(ResearcherFactory)
    vouchee = factory.SubFactory(ResearcherFactory)
    reason = "We trained in the same department."
