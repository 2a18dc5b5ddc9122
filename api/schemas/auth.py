"""Shapes of accounts and tokens."""

from typing import Any, ClassVar

import marshmallow as ma

from api.schemas.passwords import PASSWORD
from api.schemas.researchers import ResearcherOut
from scholarnet.models import Scope


class RegisterIn(ma.Schema):
    """A new account."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "handle": "rosa",
        "name": "Rosa Marín",
        "email": "rosa@uni.edu",
        "password": "low field, high hopes",
    }

    handle = ma.fields.String(required=True, validate=ma.validate.Length(3, 40), metadata={"example": "rosa"})
    name = ma.fields.String(required=True, validate=ma.validate.Length(1, 200), metadata={"example": "Rosa Marín"})
    email = ma.fields.Email(required=True, validate=ma.validate.Length(max=254))
    password = ma.fields.String(required=True, validate=PASSWORD, load_only=True)


class LoginIn(ma.Schema):
    """Handle and password."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"handle": "rosa", "password": "low field, high hopes"}

    handle = ma.fields.String(required=True, validate=ma.validate.Length(1, 40))
    password = ma.fields.String(required=True, validate=ma.validate.Length(1, 256), load_only=True)


class AccountOut(ResearcherOut):
    """One's own account; with a session, `csrf_token` is what a browser sends back as X-CSRFToken with its writes."""

    email = ma.fields.String(required=True, attribute="researcher.email", allow_none=True)
    is_email_verified = ma.fields.Boolean(required=True, attribute="researcher.is_email_verified")
    csrf_token = ma.fields.String()


class VerifyEmailIn(ma.Schema):
    """The address at an institution; the account's own if none is given."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"email": "rosa@uni.edu"}

    email = ma.fields.Email(validate=ma.validate.Length(max=254))


class LinkSentOut(ma.Schema):
    """Where the link went."""

    sent_to = ma.fields.String(required=True)


class LinkQuery(ma.Schema):
    """What the link carries."""

    token = ma.fields.String(required=True)


class TokenIn(ma.Schema):
    """A new token."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"name": "notebook", "scopes": ["read", "review"]}

    name = ma.fields.String(required=True, validate=ma.validate.Length(1, 100), metadata={"example": "notebook"})
    scopes = ma.fields.List(ma.fields.Enum(Scope, by_value=True), required=True, validate=ma.validate.Length(1, 4))
    expires_at = ma.fields.AwareDateTime(allow_none=True, load_default=None)


class TokenOut(ma.Schema):
    """A token without its secret."""

    id = ma.fields.String(required=True, attribute="public_id")
    name = ma.fields.String(required=True)
    scopes = ma.fields.List(ma.fields.String(), required=True)
    expires_at = ma.fields.DateTime(required=True, allow_none=True)
    last_used_on = ma.fields.Date(required=True, allow_none=True, metadata={"description": "A day (UTC)"})
    created_at = ma.fields.DateTime(required=True)


class TokenCreatedOut(TokenOut):
    """A token with its secret, shown this once."""

    token = ma.fields.String(required=True)
