"""Shapes of merges of profiles."""

from typing import Any, ClassVar

import marshmallow as ma

from api.schemas.claims import PersonBrief
from api.schemas.researchers import ReasonIn
from scholarnet.models import Confirmation


class ResearcherMergeIn(ReasonIn):
    """Which unclaimed profile is the same person, and why."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"duplicate_id": "0123456789abc", "reason": "One address on both papers."}

    duplicate_id = ma.fields.String(required=True, validate=ma.validate.Length(1, 41))


class ResearcherMergeOut(ma.Schema):
    """What went from one profile to the other."""

    id = ma.fields.String(required=True, attribute="public_id")
    kept = ma.fields.Nested(PersonBrief, required=True)
    duplicate = ma.fields.Nested(PersonBrief, required=True)
    confirmed_by = ma.fields.Enum(Confirmation, by_value=True, required=True)
    reason = ma.fields.String(required=True, allow_none=True)
    is_whole = ma.fields.Boolean(
        required=True, metadata={"description": "Whether nothing was left, so that the duplicate disappeared"}
    )
    publications = ma.fields.List(ma.fields.String(), required=True, attribute="moved.publications")
    posts = ma.fields.List(ma.fields.String(), required=True, attribute="moved.posts")
    created_at = ma.fields.DateTime(required=True)
    undone_at = ma.fields.DateTime(required=True, allow_none=True)
