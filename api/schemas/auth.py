"""Shapes of accounts and tokens."""

from typing import Any, ClassVar

import marshmallow as ma

from api.schemas.passwords import PASSWORD
from api.schemas.researchers import ResearcherOut
from scholarnet.models import Scope, Verification


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


class VouchShareOut(ma.Schema):
    """What one who vouches adds to the trust."""

    id = ma.fields.String(required=True, attribute="researcher.public_id")
    name = ma.fields.String(required=True, attribute="researcher.name")
    share = ma.fields.Float(required=True)


class AccountWeightOut(ma.Schema):
    """What one's reviews weigh: a signed one the lesser of `precision` and `cap`, in 1/θ², before any budget."""

    trust = ma.fields.Float(required=True, metadata={"description": "0 to 1; it sets the cap"})
    verification = ma.fields.Enum(Verification, by_value=True, required=True)
    by_verification = ma.fields.Float(required=True, metadata={"description": "The part of trust that it gives"})
    by_vouches = ma.fields.List(ma.fields.Nested(VouchShareOut), required=True)
    bias = ma.fields.Float(required=True, metadata={"description": "Above others, in standard deviations of ratings"})
    slope = ma.fields.Float(required=True, metadata={"description": "Stretch of one's scale; 1 is the average"})
    precision = ma.fields.Float(required=True, metadata={"description": "By agreement with others, in 1/θ²"})
    cap = ma.fields.Float(required=True, metadata={"description": "Most that one review weighs on a new post"})
    n_reviews = ma.fields.Integer(required=True, metadata={"description": "Signed, that this was fitted on"})
    n_members = ma.fields.Integer(
        required=True, metadata={"description": "Accounts that share the budget, oneself among them"}
    )
    budget = ma.fields.Float(
        required=True, allow_none=True, metadata={"description": "Σφ√P that they have on one post; null: no bound"}
    )


class AccountOut(ResearcherOut):
    """One's own account; with a session, `csrf_token` is what a browser sends back as X-CSRFToken with its writes."""

    email = ma.fields.String(required=True, attribute="researcher.email", allow_none=True)
    is_email_verified = ma.fields.Boolean(required=True, attribute="researcher.is_email_verified")
    csrf_token = ma.fields.String()
    weight = ma.fields.Nested(AccountWeightOut, metadata={"description": "At /auth/me alone"})


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
