"""Shapes of votes on the helpfulness of reviews."""

from typing import Any, ClassVar

import marshmallow as ma


class VoteIn(ma.Schema):
    """What one says of a review."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"is_helpful": True}

    is_helpful = ma.fields.Boolean(required=True)


class VoteOut(ma.Schema):
    """What one has said of a review; null for nothing."""

    is_helpful = ma.fields.Boolean(required=True, allow_none=True)
