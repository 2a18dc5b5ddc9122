"""Shapes of what moved between two epochs."""

import marshmallow as ma

from api.pagination import PageQuery


class DiffQuery(PageQuery):
    """Which epoch to compare with."""

    against = ma.fields.String(
        required=True,
        validate=ma.validate.Length(max=13),
        metadata={"description": "The id of the epoch that was before"},
    )


class ReasonsOut(ma.Schema):
    """Why a score moved, in rating units: whole steps of 2⁻⁴⁰ each, so that their sum is the move exactly."""

    reviews = ma.fields.Float(required=True, metadata={"description": "Reviews that came, changed or went"})
    model = ma.fields.Float(required=True, metadata={"description": "Parameters, standards and hyperparameters"})
    reviewers = ma.fields.Float(
        required=True, metadata={"description": "How severe and how careful those who sign were found to be"}
    )
    weights = ma.fields.Float(
        required=True, metadata={"description": "Trust and caps, clusters, the pool, suspicion of a push"}
    )


class ScoreMoveOut(ma.Schema):
    """A post whose score moved, in rating units; `before` and `after` are the prior's where it had no review."""

    post_id = ma.fields.String(required=True)
    before = ma.fields.Float(required=True)
    after = ma.fields.Float(required=True)
    move = ma.fields.Float(required=True)
    reasons = ma.fields.Nested(ReasonsOut, required=True)
