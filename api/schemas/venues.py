"""Shapes of venues."""

import marshmallow as ma

from api.schemas.citation_metrics import ImpactFactorOut
from scholarnet.models import VenueKind


class VenueOut(ma.Schema):
    """A venue. Its impact factors are information: they enter no score, reputation or order."""

    id = ma.fields.String(required=True, attribute="venue.public_id")
    name = ma.fields.String(required=True, attribute="venue.name")
    kind = ma.fields.Enum(VenueKind, by_value=True, required=True, attribute="venue.kind")
    impact_factors = ma.fields.List(
        ma.fields.Nested(ImpactFactorOut),
        required=True,
        metadata={
            "description": "By year, the latest first, in a list of this year and the last; this year's grows until it "
            "is over. Works and citations are those entered here, the venue's own among them"
        },
    )
