"""Shapes of review forms."""

import marshmallow as ma

from scholarnet.forms import PostKind


class CriterionOut(ma.Schema):
    """A question, a wording for each step from `low` to `high`, and its public weight."""

    name = ma.fields.String(required=True)
    question = ma.fields.String(required=True)
    steps = ma.fields.List(ma.fields.String(), required=True)
    low = ma.fields.Integer(required=True)
    high = ma.fields.Integer(required=True)
    weight = ma.fields.Float(required=True)


class FormOut(ma.Schema):
    """By what a kind of post is reviewed, and what the ratings lead to."""

    kind = ma.fields.Enum(PostKind, by_value=True, required=True)
    label = ma.fields.String(required=True)
    overall = ma.fields.Nested(CriterionOut, required=True)
    criteria = ma.fields.List(ma.fields.Nested(CriterionOut), required=True)
    acceptance = ma.fields.Float(required=True, metadata={"description": "The value from which a post is accepted"})
    tiers = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Float(),
        required=True,
        metadata={"description": "The value from which each tier begins"},
    )
    checklist = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.String(),
        required=True,
        metadata={"description": "What authors confirm before a case is published, by item; empty for other kinds"},
    )


class FormsOut(ma.Schema):
    """The forms of all kinds."""

    results = ma.fields.List(ma.fields.Nested(FormOut), required=True)
