"""Shapes of epochs."""

import marshmallow as ma


class EpochOut(ma.Schema):
    """One frozen fit; `hash` covers its parameters, the model's version and the log position it read."""

    id = ma.fields.String(required=True, attribute="public_id")
    hash = ma.fields.String(required=True)
    model_version = ma.fields.String(required=True)
    log_position = ma.fields.Integer(required=True)
    as_of = ma.fields.DateTime(required=True)
    n_posts = ma.fields.Integer(required=True)
    n_reviews = ma.fields.Integer(required=True)
    n_reviewers = ma.fields.Integer(required=True)
    created_at = ma.fields.DateTime(required=True)


class EpochDetailOut(EpochOut):
    """An epoch with the parameters of its population."""

    population = ma.fields.Dict(required=True)
