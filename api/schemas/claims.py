"""Shapes of claims of authorship."""

from typing import Any, ClassVar

import marshmallow as ma

from api.pagination import PageQuery
from api.schemas.researchers import ReasonIn
from scholarnet.models import ClaimState

MINE, TO_DECIDE = "mine", "to_decide"


class ProfileClaimIn(ma.Schema):
    """What one has to say for it."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"statement": "I published as A. Weil until 2015."}

    statement = ma.fields.String(
        allow_none=True,
        validate=ma.validate.Length(max=2000),
        metadata={"description": "For those who decide; nobody else reads it"},
    )


class ClaimIn(ProfileClaimIn):
    """Which author of the publication one is: by place or by id."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"position": 2, "statement": "It is a chapter of my thesis."}

    position = ma.fields.Integer(validate=ma.validate.Range(1, 100_000), metadata={"description": "From 1"})
    author_id = ma.fields.String(validate=ma.validate.Length(1, 41))


class ClaimDecisionIn(ReasonIn):
    """Whether it is so, and why."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"accepts": True, "reason": "We wrote it together."}

    accepts = ma.fields.Boolean(required=True)


class PersonBrief(ma.Schema):
    """A researcher."""

    id = ma.fields.String(required=True, attribute="public_id")
    name = ma.fields.String(required=True)
    handle = ma.fields.String(required=True, allow_none=True)


class WorkBrief(ma.Schema):
    """A publication."""

    id = ma.fields.String(required=True, attribute="public_id")
    title = ma.fields.String(required=True)


class ClaimOut(ma.Schema):
    """A claim, for its claimant and those who may decide."""

    id = ma.fields.String(required=True, attribute="claim.public_id")
    claimant = ma.fields.Nested(PersonBrief, required=True, attribute="claim.claimant")
    author = ma.fields.Nested(PersonBrief, required=True, attribute="claim.author")
    publication = ma.fields.Nested(
        WorkBrief,
        required=True,
        allow_none=True,
        attribute="claim.publication",
        metadata={"description": "Null where all works of the author are claimed"},
    )
    statement = ma.fields.String(required=True, allow_none=True, attribute="claim.statement")
    state = ma.fields.Enum(ClaimState, by_value=True, required=True, attribute="claim.state")
    needs_editor = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why a co-author's word is not enough; null where it is"},
    )
    reason = ma.fields.String(required=True, allow_none=True, attribute="claim.reason")
    decided_at = ma.fields.DateTime(required=True, allow_none=True, attribute="claim.decided_at")
    created_at = ma.fields.DateTime(required=True, attribute="claim.created_at")


class ClaimsQuery(PageQuery):
    """One's own claims, or those that wait for one's word."""

    whose = ma.fields.String(
        load_default=MINE,
        validate=ma.validate.OneOf([MINE, TO_DECIDE]),
        metadata={
            "description": f"`{MINE}`, or `{TO_DECIDE}`: what a co-author may answer, and for editors whatever is open"
        },
    )
