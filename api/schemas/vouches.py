"""Shapes of vouches."""

import marshmallow as ma

from api.schemas.researchers import PersonOut


class VouchOut(ma.Schema):
    """Who stands for somebody, and why."""

    voucher = ma.fields.Nested(PersonOut, required=True)
    reason = ma.fields.String(required=True)
    created_at = ma.fields.DateTime(required=True)
