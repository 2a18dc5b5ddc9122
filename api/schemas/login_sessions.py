"""Shapes of login sessions."""

import marshmallow as ma


class LoginSessionOut(ma.Schema):
    """A session without its secret."""

    id = ma.fields.String(required=True, attribute="session.public_id")
    user_agent = ma.fields.String(
        required=True,
        allow_none=True,
        attribute="session.user_agent",
        metadata={"description": "What the browser said of itself when it signed in"},
    )
    is_current = ma.fields.Boolean(required=True, metadata={"description": "Whether this request came by it"})
    created_at = ma.fields.DateTime(required=True, attribute="session.created_at")
    last_used_on = ma.fields.Date(
        required=True, attribute="session.last_used_on", metadata={"description": "A day (UTC)"}
    )
    expires_at = ma.fields.DateTime(required=True, attribute="session.expires_at")
