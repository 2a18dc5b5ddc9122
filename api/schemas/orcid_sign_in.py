"""Shapes of signing in at ORCID."""

import marshmallow as ma


class SignInOut(ma.Schema):
    """Where the browser goes."""

    url = ma.fields.Url(required=True, require_tld=False, metadata={"description": "At ORCID; good for ten minutes"})


class CallbackQuery(ma.Schema):
    """What ORCID sends a browser back with: a code, or an error."""

    state = ma.fields.String(required=True, validate=ma.validate.Length(1, 1000))
    code = ma.fields.String(validate=ma.validate.Length(1, 1000))
    error = ma.fields.String(validate=ma.validate.Length(max=200))
    error_description = ma.fields.String(validate=ma.validate.Length(max=2000))
