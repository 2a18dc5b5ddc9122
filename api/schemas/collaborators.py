"""Shapes of whom somebody works with, and could work with."""

import marshmallow as ma

from scholarnet.shared_things import Shared
from scholarnet.suggested_collaborators import EXAMPLES, MOST_SUGGESTED


class SuggestedCollaboratorsQuery(ma.Schema):
    """How many."""

    limit = ma.fields.Integer(load_default=25, validate=ma.validate.Range(1, MOST_SUGGESTED))


class SharedThingOut(ma.Schema):
    """A person, work, tag or venue that two share."""

    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)


class ReasonOut(ma.Schema):
    """What two people share of one kind."""

    kind = ma.fields.Enum(
        Shared,
        by_value=True,
        required=True,
        metadata={
            "description": "coauthor: both wrote with them; cited_together: a work cites both; tag: both have posts "
            "with it; venue: both published in it"
        },
    )
    n = ma.fields.Integer(required=True, metadata={"description": "How many such things they share"})
    weight = ma.fields.Float(
        required=True,
        metadata={
            "description": "The sum of 1/ln(how many share it) over them; of co-authors, Adamic and Adar's index"
        },
    )
    examples = ma.fields.List(
        ma.fields.Nested(SharedThingOut),
        required=True,
        metadata={"description": f"The weightiest {EXAMPLES} of them at most"},
    )


class SuggestedCollaboratorOut(ma.Schema):
    """A person near this one in the public graph who has not written with them yet."""

    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    handle = ma.fields.String(required=True, allow_none=True)
    score = ma.fields.Float(required=True, metadata={"description": "The sum of the reasons' weights"})
    reasons = ma.fields.List(ma.fields.Nested(ReasonOut), required=True)


class SuggestedCollaboratorsOut(ma.Schema):
    """Those people, the nearest first."""

    results = ma.fields.List(ma.fields.Nested(SuggestedCollaboratorOut), required=True)
