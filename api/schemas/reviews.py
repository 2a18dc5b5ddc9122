"""Shapes of reviews, their revisions and responses."""

from datetime import date
from typing import Any

import marshmallow as ma

from api.schemas.researchers import PersonOut
from scholarnet.models import Identity, Recommendation


class Moment(ma.fields.Field[str]):
    """A time, or a day alone where the time would tell who it was."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_options: Any) -> str | None:  # noqa: ARG002
        return value.isoformat() if isinstance(value, date) else None


def _ratings() -> ma.fields.Dict:
    return ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Float(allow_nan=False),
        metadata={"description": "Criterion → rating, by the form of this kind of post", "example": {"clarity": 4}},
    )


class ReviewPatch(ma.Schema):
    """The next revision; what is left out stays."""

    ratings = _ratings()
    overall = ma.fields.Float(allow_nan=False, validate=ma.validate.Range(1, 10))
    recommendation = ma.fields.Enum(Recommendation, by_value=True, allow_none=True)
    confidence = ma.fields.Integer(allow_none=True, validate=ma.validate.Range(1, 5))
    body = ma.fields.String(validate=ma.validate.Length(1, 100_000))


class ReviewIn(ReviewPatch):
    """A review of the latest version."""

    ratings = _ratings()
    overall = ma.fields.Float(required=True, allow_nan=False, validate=ma.validate.Range(1, 10))
    body = ma.fields.String(required=True, validate=ma.validate.Length(1, 100_000))
    competing_interest = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=2000))
    has_financial_interest = ma.fields.Boolean(
        load_default=False, metadata={"description": "A review with one is shown and does not count"}
    )
    identity = ma.fields.Enum(Identity, by_value=True, load_default=Identity.SIGNED)


class ReviewerOut(PersonOut):
    """Who wrote it: a person, or a pseudonym alone."""

    id = ma.fields.String()
    name = ma.fields.String()
    handle = ma.fields.String(allow_none=True)
    reputation = ma.fields.Float()
    pseudonym = ma.fields.String()


class ResponseOut(ma.Schema):
    """What the authors answer."""

    id = ma.fields.String(required=True, attribute="public_id")
    author_id = ma.fields.String(required=True, attribute="author.public_id")
    body = ma.fields.String(required=True)
    created_at = ma.fields.DateTime(required=True)
    updated_at = ma.fields.DateTime(required=True)


class ResponseIn(ma.Schema):
    """The authors' answer."""

    body = ma.fields.String(required=True, validate=ma.validate.Length(1, 100_000))


class ReviewOut(ma.Schema):
    """A review; of a withdrawn one the dates alone are left."""

    id = ma.fields.String(required=True, attribute="review.public_id")
    post_id = ma.fields.String(required=True, attribute="review.post.public_id")
    version = ma.fields.Integer(required=True, attribute="review.version_number")
    reviewer = ma.fields.Nested(ReviewerOut, required=True, allow_none=True)
    identity = ma.fields.Enum(Identity, by_value=True, required=True, attribute="review.identity")
    ratings = ma.fields.Dict(required=True, attribute="review.ratings")
    overall = ma.fields.Float(required=True, attribute="review.overall", allow_none=True)
    recommendation = ma.fields.Enum(
        Recommendation, by_value=True, required=True, attribute="review.recommendation", allow_none=True
    )
    confidence = ma.fields.Integer(required=True, attribute="review.confidence", allow_none=True)
    body = ma.fields.String(required=True, attribute="review.body", allow_none=True)
    competing_interest = ma.fields.String(required=True, attribute="review.competing_interest", allow_none=True)
    has_financial_interest = ma.fields.Boolean(required=True, attribute="review.has_financial_interest")
    revision = ma.fields.Integer(required=True, attribute="review.revision_number")
    addressed = ma.fields.Function(
        lambda view: view.review.addressed_at is not None, required=True, metadata={"type": "boolean"}
    )
    is_withdrawn = ma.fields.Boolean(required=True, attribute="is_tombstone")
    response = ma.fields.Nested(ResponseOut, required=True, attribute="review.response", allow_none=True)
    created_at = Moment(required=True, metadata={"type": "string", "description": "A day alone, unless signed"})
    updated_at = Moment(required=True, metadata={"type": "string", "description": "A day alone, unless signed"})

    @ma.post_dump(pass_original=True)
    def empty_tombstone(self, data: dict[str, Any], original: Any, **_options: Any) -> dict[str, Any]:
        """Leave of a withdrawn review nothing of what it said."""
        if original.is_tombstone:
            data["ratings"] = {}
            for name in ("overall", "recommendation", "confidence", "body", "competing_interest", "response"):
                data[name] = None
        return data


class RevisionOut(ma.Schema):
    """What a review said at one time."""

    number = ma.fields.Integer(required=True)
    version = ma.fields.Integer(required=True, attribute="version_number")
    ratings = ma.fields.Dict(required=True)
    overall = ma.fields.Float(required=True)
    recommendation = ma.fields.String(required=True, allow_none=True)
    confidence = ma.fields.Integer(required=True, allow_none=True)
    body = ma.fields.String(required=True)


class RevisionsOut(ma.Schema):
    """All revisions, oldest first."""

    results = ma.fields.List(ma.fields.Nested(RevisionOut), required=True)
