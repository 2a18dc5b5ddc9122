"""Shapes of passwords."""

from typing import Any, ClassVar

import marshmallow as ma

from scholarnet.services.passwords import LONGEST, SHORTEST

PASSWORD = ma.validate.Length(SHORTEST, LONGEST)


class PasswordIn(ma.Schema):
    """The password there is, and the one to come."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "current_password": "a good long password",
        "new_password": "a better and longer password",
    }

    current_password = ma.fields.String(required=True, validate=ma.validate.Length(1, 256), load_only=True)
    new_password = ma.fields.String(required=True, validate=PASSWORD, load_only=True)


class ResetRequestIn(ma.Schema):
    """Whose password: a handle, or the verified address of an account."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"handle": "rosa"}

    handle = ma.fields.String(validate=ma.validate.Length(1, 40))
    email = ma.fields.Email(validate=ma.validate.Length(max=254))

    @ma.validates_schema
    def need_one(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse both and neither."""
        if len(data) != 1:
            msg = "give a handle or an email, one of them"
            raise ma.ValidationError(msg, "handle")


class PasswordResetIn(ma.Schema):
    """The token of the mail, and the new password."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"token": "as it stands in the mail", "password": "a better, longer password"}

    token = ma.fields.String(required=True, validate=ma.validate.Length(1, 2000))
    password = ma.fields.String(required=True, validate=PASSWORD, load_only=True)


class PasswordResetOut(ma.Schema):
    """What is said to everybody."""

    detail = ma.fields.String(required=True)
