"""Shapes of reputations."""

import marshmallow as ma


class ReputationEntryOut(ma.Schema):
    """What one work, post or review adds, in points; of a thing that is not public the id is null."""

    component = ma.fields.String(required=True)
    share = ma.fields.Float(required=True)
    units = ma.fields.Integer(required=True, metadata={"description": "The share in units of 0.0001, exact"})
    kind = ma.fields.String(required=True)
    id = ma.fields.String(required=True, allow_none=True)
    title = ma.fields.String(required=True, allow_none=True)


class ReputationOut(ma.Schema):
    """A reputation and the ledger it is the exact sum of: Σ units of the shares = units."""

    value = ma.fields.Float(required=True, metadata={"description": "0 to 100"})
    units = ma.fields.Integer(required=True)
    components = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Float(), required=True)
    cohort = ma.fields.String(required=True, allow_none=True)
    percentile = ma.fields.Float(required=True, allow_none=True, metadata={"description": "Within the cohort, 0 to 1"})
    epoch = ma.fields.String(required=True, allow_none=True)
    shares = ma.fields.List(ma.fields.Nested(ReputationEntryOut), required=True)
