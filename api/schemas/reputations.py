"""Shapes of reputations."""

import marshmallow as ma


class ReputationEntryOut(ma.Schema):
    """What one publication, post, review or accepted answer adds, in points, or all followers, or the unsigned reviews
    of a quarter; of a thing that is not public the id is null."""

    component = ma.fields.String(required=True)
    share = ma.fields.Float(required=True)
    units = ma.fields.Integer(required=True, metadata={"description": "The share in units of 0.0001, exact"})
    amount = ma.fields.Float(required=True, metadata={"description": "x, in the component's own units"})
    kind = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["publication", "post", "review", "unsigned_reviews", "followers", "answer"]),
    )
    id = ma.fields.String(required=True, allow_none=True)
    title = ma.fields.String(required=True, allow_none=True)
    quarter = ma.fields.String(required=True, allow_none=True, metadata={"description": "Of unsigned reviews alone"})
    because = ma.fields.String(required=True, metadata={"description": "What the amount follows from, in words"})
    reason = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Float(), required=True, metadata={"description": "And in numbers"}
    )


class ReputationOut(ma.Schema):
    """A reputation and the ledger it is the exact sum of: Σ units of the shares = units."""

    value = ma.fields.Float(required=True, metadata={"description": "0 to 100"})
    units = ma.fields.Integer(required=True)
    low = ma.fields.Float(
        required=True,
        allow_none=True,
        metadata={
            "description": "Lower end of the 80 % interval: by Poisson's uncertainty of citations, the intervals of "
            "posts' scores and those of reviews' helpfulness, taken to be independent"
        },
    )
    high = ma.fields.Float(required=True, allow_none=True)
    impact = ma.fields.Float(required=True, metadata={"description": "What publications add, 0 to 45"})
    reviewing = ma.fields.Float(required=True, metadata={"description": "What reviews add, 0 to 20"})
    components = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Float(), required=True)
    cohort = ma.fields.String(required=True, allow_none=True)
    percentile = ma.fields.Float(required=True, allow_none=True, metadata={"description": "Within the cohort, 0 to 1"})
    epoch = ma.fields.String(required=True, allow_none=True)
    model_version = ma.fields.String(required=True, allow_none=True)
    shares = ma.fields.List(ma.fields.Nested(ReputationEntryOut), required=True)


class ReputationChangeOut(ma.Schema):
    """A reputation from one epoch on, and what changed in it: by how many points each component rose or fell."""

    epoch = ma.fields.String(required=True)
    as_of = ma.fields.DateTime(required=True)
    model_version = ma.fields.String(required=True)
    value = ma.fields.Float(required=True, metadata={"description": "0 to 100"})
    units = ma.fields.Integer(required=True)
    change = ma.fields.Float(required=True)
    changes = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Float(), required=True)
