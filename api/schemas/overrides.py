"""Shapes of editors' overrides of decisions."""

from typing import Any, ClassVar

import marshmallow as ma

from api.schemas.researchers import ReasonIn
from scholarnet.models import DecidedBy, Decision


class OverrideIn(ReasonIn):
    """What an editor decides, and why; everybody reads both."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"decision": "rejected", "reason": "Figure 2 is of another paper."}

    decision = ma.fields.Enum(Decision, by_value=True, required=True)


class OverrideOut(ma.Schema):
    """The decision in force, and what the community's is beside it."""

    decision = ma.fields.Enum(Decision, by_value=True, required=True)
    decision_by = ma.fields.Enum(DecidedBy, by_value=True, required=True)
    decision_reason = ma.fields.String(required=True, allow_none=True)
    community_decision = ma.fields.Enum(Decision, by_value=True, required=True)
