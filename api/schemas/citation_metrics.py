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


class CitationRatioOut(ma.Schema):
    """A relative citation ratio (after Hutchins et al. 2016) with what it is the ratio of, in citations a year."""

    value = ma.fields.Float(required=True, metadata={"description": "numerator / denominator; 1 as expected"})
    numerator = ma.fields.Float(
        required=True, metadata={"description": "Citations a year since the year after the one of publication"}
    )
    denominator = ma.fields.Float(
        required=True,
        metadata={
            "description": "What is expected: the field's rate, scaled so that works of its year have 1 on the whole"
        },
    )
    field_rate = ma.fields.Float(
        required=True, metadata={"description": "The mean of that of the works which are cited beside it"}
    )


class _RankOut(ma.Schema):
    graph = ma.fields.String(required=True, metadata={"description": "Which reading of all citations this is of"})
    as_of = ma.fields.DateTime(required=True)
    pagerank = ma.fields.Float(required=True)
    co_rank = ma.fields.Float(required=True, metadata={"description": "By co-ranking works and authors; sum 1"})


class WorkRankOut(_RankOut):
    """Where a work stands among all: `pagerank` (damping .85) sums to 1 over them."""

    pagerank_scaled = ma.fields.Float(required=True, metadata={"description": "PageRank over its mean; 1 is the mean"})
    percentile = ma.fields.Float(required=True, metadata={"description": "Hazen's, of the PageRank, in (0, 1)"})
    relative_citation_ratio = ma.fields.Nested(
        CitationRatioOut,
        required=True,
        allow_none=True,
        metadata={"description": "null where nothing can be expected: not cited, of this year, or cited with nothing"},
    )


class PersonRankOut(_RankOut):
    """Where a person stands: `pagerank` is that of their works, each shared out among its authors."""

    percentile = ma.fields.Float(required=True, metadata={"description": "Hazen's, of the co-rank, in (0, 1)"})
    mean_ratio = ma.fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "The mean relative citation ratio, a work that nobody cites having 0"},
    )
    n_ratios = ma.fields.Integer(required=True, metadata={"description": "Of how many works"})


RANK = {
    "description": "As of the last time all citations were ranked, at the end of an epoch run; null before the first"
}


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


class PublicationMetricsOut(WorkMetricsOut):
    """What is counted of one work. Information: it enters no score, reputation or order."""

    rank = ma.fields.Nested(WorkRankOut, required=True, allow_none=True, metadata=RANK)


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
    rank = ma.fields.Nested(PersonRankOut, required=True, allow_none=True, metadata=RANK)
