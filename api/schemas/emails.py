"""Shapes of a change of address."""

from typing import Any, ClassVar

import marshmallow as ma


class EmailIn(ma.Schema):
    """The address to come, and the password of the account."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"email": "rosa@hospital.org", "password": "a good long password"}

    email = ma.fields.Email(required=True, validate=ma.validate.Length(max=254))
    password = ma.fields.String(required=True, validate=ma.validate.Length(1, 256), load_only=True)
