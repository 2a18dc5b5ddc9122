"""Shapes of declarations, the queue and what moderators decided."""

from typing import Any, ClassVar

import marshmallow as ma

from scholarnet.identifiers import checklist
from scholarnet.models import Consent, ModerationOutcome


class DeclarationIn(ma.Schema):
    """What the author of a case answers for."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "consent": "written",
        "checklist": list(checklist()),
        "not_identifying": ["Smith Jones fracture"],
    }

    consent = ma.fields.Enum(Consent, by_value=True, required=True)
    reference = ma.fields.String(
        allow_none=True,
        validate=ma.validate.Length(max=2000),
        metadata={"description": "The number of the waiver, or why no consent is required"},
    )
    checklist = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 40)),
        required=True,
        validate=ma.validate.Length(max=20),
        metadata={
            "description": "The items that were checked: " + "; ".join(f"{k}: {v}" for k, v in checklist().items())
        },
    )
    not_identifying = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 300)),
        load_default=list,
        validate=ma.validate.Length(max=50),
        metadata={
            "description": "Excerpts that the automatic check found and that identify nobody; a moderator reads them"
        },
    )


class DeclarationOut(ma.Schema):
    """What was declared for a version."""

    consent = ma.fields.Enum(Consent, by_value=True, required=True)
    reference = ma.fields.String(required=True, allow_none=True)
    checklist = ma.fields.List(ma.fields.String(), required=True)
    not_identifying = ma.fields.List(ma.fields.String(), required=True)
    created_at = ma.fields.DateTime(required=True)
    updated_at = ma.fields.DateTime(required=True)


class DecisionOut(ma.Schema):
    """What a moderator decided about a version; who it was is not told."""

    version = ma.fields.Integer(required=True)
    outcome = ma.fields.Enum(ModerationOutcome, by_value=True, required=True)
    reason = ma.fields.String(required=True)
    created_at = ma.fields.DateTime(required=True)


class DecisionsOut(ma.Schema):
    """All decisions about a post, oldest first."""

    results = ma.fields.List(ma.fields.Nested(DecisionOut), required=True)


class WaitingOut(ma.Schema):
    """A post in the queue."""

    post_id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    authors = ma.fields.List(ma.fields.String(), required=True, metadata={"description": "Their names"})
    submitted_at = ma.fields.DateTime(required=True)
    declaration = ma.fields.Nested(DeclarationOut, required=True, allow_none=True)
    decisions = ma.fields.List(
        ma.fields.Nested(DecisionOut),
        required=True,
        metadata={"description": "What was decided about this post before, of any version, oldest first"},
    )
