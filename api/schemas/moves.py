"""Shapes of the moves that a post went through."""

import marshmallow as ma

from scholarnet.models import DecidedBy, MoveCause, MoveKind, MoveReason


class MoveOut(ma.Schema):
    """A move of a post's tier or of the decision on it, with its reason and what it rested on, in rating units.

    The tiers, the community's decisions and an editor's are a chain each. While an editor's is in force the community's
    goes on beside it, as `community_decision` of the score.
    """

    kind = ma.fields.Enum(MoveKind, by_value=True, required=True)
    by = ma.fields.Enum(DecidedBy, by_value=True, required=True)
    before = ma.fields.String(required=True)
    after = ma.fields.String(required=True)
    reason = ma.fields.Enum(MoveReason, by_value=True, required=True)
    cause = ma.fields.Enum(
        MoveCause,
        by_value=True,
        required=True,
        metadata={"description": "Why it was judged anew: its reviews, how the epoch reads them, an editor"},
    )
    text = ma.fields.String(required=True, metadata={"description": "Reason and cause in words"})
    note = ma.fields.String(required=True, allow_none=True, metadata={"description": "An editor's own reason"})
    value = ma.fields.Float(required=True, allow_none=True)
    low = ma.fields.Float(required=True, allow_none=True)
    high = ma.fields.Float(required=True, allow_none=True)
    threshold = ma.fields.Float(required=True, allow_none=True)
    probability = ma.fields.Float(
        required=True, allow_none=True, metadata={"description": "That the value is at least `threshold`"}
    )
    n_reviews = ma.fields.Integer(required=True)
    n_effective = ma.fields.Float(required=True)
    moved_on = ma.fields.Date(
        required=True,
        metadata={"description": "A day (UTC), since a time would say when a review came that is not signed"},
    )
