"""Shapes of clusters and rulings on them."""

from typing import Any, ClassVar

import marshmallow as ma

from api.schemas.researchers import ReasonIn


class RulingIn(ReasonIn):
    """What an editor decides about a budget, and why."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"budget": None, "reason": "A reading group that says who it is."}

    budget = ma.fields.Float(
        required=True,
        allow_none=True,
        validate=ma.validate.Range(min=0, max=100),
        metadata={"description": "Σφ√P that they have on one post together, in 1/θ; null lifts the bound"},
    )


class RulingOut(ma.Schema):
    """An editor's word; it holds from the next epoch on."""

    id = ma.fields.String(required=True, attribute="public_id")
    budget = ma.fields.Float(required=True, allow_none=True)
    reason = ma.fields.String(required=True)
    actor_id = ma.fields.String(required=True, attribute="actor.public_id")
    created_at = ma.fields.DateTime(required=True)


class MemberOut(ma.Schema):
    """One of the accounts."""

    id = ma.fields.String(required=True, attribute="researcher.public_id")
    name = ma.fields.String(required=True, attribute="researcher.name")
    handle = ma.fields.String(required=True, allow_none=True, attribute="researcher.handle")
    trust = ma.fields.Float(required=True)
    n_reviews = ma.fields.Integer(required=True)


class EffectOut(ma.Schema):
    """What bounding them does to one post, in rating units."""

    post_id = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    n_reviews = ma.fields.Integer(required=True, metadata={"description": "By the cluster"})
    value = ma.fields.Float(required=True)
    value_in_full = ma.fields.Float(
        required=True, metadata={"description": "Were their reviews counted in full, under no budget and as no push"}
    )


class ClusterOut(ma.Schema):
    """Accounts that review together, with the evidence: `excess` of shared posts over chance, and `departure` of their
    ratings from outsiders', both in standard deviations."""

    id = ma.fields.String(required=True)
    members = ma.fields.List(ma.fields.Nested(MemberOut), required=True)
    n_posts = ma.fields.Integer(required=True, metadata={"description": "That two or more of them reviewed"})
    excess = ma.fields.Float(required=True)
    departure = ma.fields.Float(required=True)
    budget = ma.fields.Float(
        required=True, allow_none=True, metadata={"description": "In this epoch; null where they have no bound"}
    )
    effects = ma.fields.List(ma.fields.Nested(EffectOut), required=True)
    ruling = ma.fields.Nested(RulingOut, required=True, allow_none=True)


class ClusterShareOut(ma.Schema):
    """What a cluster that has a budget contributes to one score, in rating units.

    `value_without` is the score without its reviews (null where no other counts), `value_in_full` the score were they
    under no budget and no suspicion of a push.
    """

    cluster_id = ma.fields.String(required=True)
    n_reviews = ma.fields.Integer(required=True)
    share = ma.fields.Float(required=True)
    value_without = ma.fields.Float(required=True, allow_none=True)
    value_in_full = ma.fields.Float(required=True)
