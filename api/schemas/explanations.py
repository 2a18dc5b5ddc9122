"""Shapes of a score taken apart."""

import marshmallow as ma

from api.schemas.clusters import ClusterShareOut
from scholarnet.models import DecidedBy, Decision, Tier


class ScoreQuery(ma.Schema):
    """Which version's score."""

    version = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(1, 2**31 - 1),
        metadata={"description": "A published version; the latest unless given"},
    )


class ShareOut(ma.Schema):
    """What one review contributes to the score, in rating units.

    A signed review shows its exact weight, any other the public band (1 to 4) that its weight was rounded to; a faded
    one counts half of its band.
    """

    review_id = ma.fields.String(required=True)
    share = ma.fields.Float(required=True)
    is_faded = ma.fields.Boolean(
        required=True, metadata={"description": "Whether it was addressed, and so counts half in this version"}
    )
    weight = ma.fields.Float(required=True, allow_none=True)
    weight_band = ma.fields.Integer(required=True, allow_none=True)
    capped_by = ma.fields.String(
        required=True,
        allow_none=True,
        validate=ma.validate.OneOf(["budget", "push", "distance", "trust"]),
        metadata={
            "description": "What keeps it from pulling harder: a budget that it shares with other reviews, a push "
            "seen on this post, its distance from the others, its account's trust"
        },
    )
    value_without = ma.fields.Float(
        required=True,
        allow_none=True,
        metadata={
            "description": "The score were this review not there; null where no other counts, and beyond the 200 "
            "reviews that contribute most (fewer on posts of more than 500)"
        },
    )


class PostScoreOut(ma.Schema):
    """A score taken apart, in rating units and in words: the shares and `prior_share` add up to `value`.

    Tier and decision are the post's.
    """

    version = ma.fields.Integer(required=True)
    value = ma.fields.Float(required=True, allow_none=True)
    low = ma.fields.Float(required=True, allow_none=True)
    high = ma.fields.Float(required=True, allow_none=True)
    scale = ma.fields.List(ma.fields.Integer(), required=True, validate=ma.validate.Length(2, 2))
    tier = ma.fields.Enum(Tier, by_value=True, required=True)
    decision = ma.fields.Enum(Decision, by_value=True, required=True)
    decision_by = ma.fields.Enum(DecidedBy, by_value=True, required=True)
    decision_reason = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "An editor's, where an editor decided"}
    )
    community_decision = ma.fields.Enum(
        Decision, by_value=True, required=True, metadata={"description": "The community's, whatever an editor said"}
    )
    n_reviews = ma.fields.Integer(required=True)
    n_effective = ma.fields.Float(required=True)
    epoch = ma.fields.String(required=True)
    prior_share = ma.fields.Float(required=True)
    middle = ma.fields.Float(required=True, metadata={"description": "Where a post stands that nobody has reviewed"})
    plain_mean = ma.fields.Float(
        required=True, allow_none=True, metadata={"description": "The mean of the overall ratings that count"}
    )
    value_without_budgeted = ma.fields.Float(
        required=True,
        allow_none=True,
        metadata={
            "description": "The score without the reviews that are capped by a budget; null where no other counts"
        },
    )
    shares = ma.fields.List(ma.fields.Nested(ShareOut), required=True)
    clusters = ma.fields.List(
        ma.fields.Nested(ClusterShareOut),
        required=True,
        metadata={"description": "For editors, whose token needs the scope admin; empty for everybody else"},
    )
    words = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "The same in sentences, rounded to hundredths"}
    )
