"""Shapes of what is counted of citations."""

import marshmallow as ma

from scholarnet.models import PublicationType
from scholarnet.services.citation_metrics import MOST_WORKS


class ImpactFactorOut(ma.Schema):
    """An impact factor with what it is the ratio of."""

    year = ma.fields.Integer(required=True)
    value = ma.fields.Float(required=True, metadata={"description": "numerator / denominator"})
    numerator = ma.fields.Integer(
        required=True, metadata={"description": "Citations in this year to works of the two years before"}
    )
    denominator = ma.fields.Integer(required=True, metadata={"description": "How many works those are, at least 1"})


class YearCitationsOut(ma.Schema):
    """A year in which something was cited."""

    year = ma.fields.Integer(required=True)
    citations = ma.fields.Integer(required=True)


class WorkMetricsOut(ma.Schema):
    """How often a work is cited by works entered here. Information: it enters no score, reputation or order."""

    id = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    field = ma.fields.String(required=True, attribute="cell.field", allow_none=True)
    year = ma.fields.Integer(required=True, attribute="cell.year")
    type = ma.fields.Enum(PublicationType, by_value=True, required=True, attribute="cell.type")
    citations = ma.fields.Integer(required=True)
    percentile = ma.fields.Float(
        required=True,
        metadata={
            "description": "Of its citations among works of the same field, year and type, (mean rank − ½)/n, in (0, 1)"
        },
    )
    among = ma.fields.Integer(required=True, metadata={"description": "How many works those are, itself included"})


class ResearcherMetricsOut(ma.Schema):
    """How often a researcher is cited by works entered here. Information: it enters no score, reputation or order."""

    h_index = ma.fields.Integer(required=True, metadata={"description": "The most h: h works have h citations each"})
    i10 = ma.fields.Integer(required=True, metadata={"description": "How many works have ten citations or more"})
    n_works = ma.fields.Integer(required=True)
    n_citations = ma.fields.Integer(required=True)
    citations_per_year = ma.fields.List(
        ma.fields.Nested(YearCitationsOut),
        required=True,
        metadata={"description": "By the year of the citing work, in order; years with none are left out"},
    )
    works = ma.fields.List(
        ma.fields.Nested(WorkMetricsOut),
        required=True,
        metadata={"description": f"The most cited first, {MOST_WORKS} at most"},
    )
