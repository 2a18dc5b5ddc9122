"""Venues."""

import factory

from scholarnet.models import Venue, VenueKind
from tests.factories.row import RowFactory


class VenueFactory(RowFactory[Venue]):
    class Meta:
        model = Venue

    name = factory.Sequence(lambda n: f"Journal of Imaging {n}")
    kind = VenueKind.JOURNAL
