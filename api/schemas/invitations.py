"""Shapes of invitations to review."""

from typing import Any, ClassVar

import marshmallow as ma


class InvitationIn(ma.Schema):
    """Whom to invite, by when."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"researcher_id": "@ada", "message": "You know this sequence best."}

    researcher_id = ma.fields.String(required=True, metadata={"description": "An id, or @handle"})
    message = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=5000))
    due_at = ma.fields.AwareDateTime(allow_none=True, metadata={"description": "Three weeks from now, unless given"})


class AcceptIn(ma.Schema):
    """A yes."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"tells_inviter": False}

    tells_inviter = ma.fields.Boolean(
        load_default=False,
        metadata={
            "description": "Whether the inviter sees the answer. Say no if the review may be anonymous: who knows "
            "that you accepted may guess whose it is"
        },
    )


class DeclineIn(AcceptIn):
    """A no."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"reason": "Not my field.", "tells_inviter": True}

    reason = ma.fields.String(allow_none=True, load_default=None, validate=ma.validate.Length(max=2000))


class InvitationOut(ma.Schema):
    """An invitation, as far as who looks may know it."""

    id = ma.fields.String(required=True, attribute="invitation.public_id")
    post_id = ma.fields.String(required=True, attribute="invitation.post.public_id")
    title = ma.fields.String(required=True, metadata={"description": "Of the post"})
    inviter_id = ma.fields.String(required=True, attribute="invitation.inviter.public_id")
    invited_id = ma.fields.String(required=True, attribute="invitation.invited.public_id")
    message = ma.fields.String(required=True, allow_none=True, attribute="invitation.message")
    status = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["open", "accepted", "declined", "expired", "withdrawn"]),
        metadata={"description": "`open` also where the invited has answered and did not let the inviter know"},
    )
    decline_reason = ma.fields.String(required=True, allow_none=True)
    due_at = ma.fields.DateTime(required=True, attribute="invitation.due_at")
    created_at = ma.fields.DateTime(required=True, attribute="invitation.created_at")


class LoadOut(ma.Schema):
    """How much somebody is asked to review; what they do about it moves nothing here."""

    n_open = ma.fields.Integer(required=True, metadata={"description": "Invitations that are not due yet"})
    n_last_year = ma.fields.Integer(required=True, metadata={"description": "Invitations of the last 365 days"})
