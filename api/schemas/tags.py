"""Shapes of tags."""

from typing import Any, ClassVar

import marshmallow as ma

from scholarnet.models import TagStatus


class TagOut(ma.Schema):
    """An entry of the lexicon."""

    name = ma.fields.String(required=True)
    label = ma.fields.String(required=True)
    description = ma.fields.String(required=True, allow_none=True)
    synonyms = ma.fields.List(ma.fields.String(), required=True)
    status = ma.fields.Enum(TagStatus, by_value=True, required=True)
    created_at = ma.fields.DateTime(required=True)


class TagIn(ma.Schema):
    """A proposal for the lexicon."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"label": "Low-field MRI"}

    label = ma.fields.String(required=True, validate=ma.validate.Length(1, 80))
    description = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.Length(max=2000))
    synonyms = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 80)), load_default=list, validate=ma.validate.Length(max=50)
    )
    parent = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.Length(max=80))
