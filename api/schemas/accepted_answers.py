"""Shapes of accepted answers."""

from typing import Any, ClassVar

import marshmallow as ma


class AcceptedAnswerIn(ma.Schema):
    """Which comment it is."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"comment_id": "7h2k9m4c1x0qz"}

    comment_id = ma.fields.String(required=True)
