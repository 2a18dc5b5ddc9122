"""Shapes of reviews, their revisions and responses."""

from datetime import date
from typing import Any, ClassVar

import marshmallow as ma

from api.pagination import PageQuery, filter_field, sort_field
from api.schemas.researchers import PersonOut
from scholarnet.models import AddressedAnswer, Identity, Recommendation


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

    EXAMPLE: ClassVar[dict[str, Any]] = {"overall": 8.5, "body": "The field map is there now."}

    ratings = _ratings()
    overall = ma.fields.Float(allow_nan=False, validate=ma.validate.Range(1, 10))
    recommendation = ma.fields.Enum(Recommendation, by_value=True, allow_none=True)
    confidence = ma.fields.Integer(allow_none=True, validate=ma.validate.Range(1, 5))
    body = ma.fields.String(validate=ma.validate.Length(1, 100_000))


class ReviewIn(ReviewPatch):
    """A review of the latest version."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"overall": 7, "body": "Careful work; the field map is missing."}

    ratings = _ratings()
    overall = ma.fields.Float(required=True, allow_nan=False, validate=ma.validate.Range(1, 10))
    body = ma.fields.String(required=True, validate=ma.validate.Length(1, 100_000))
    competing_interest = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=2000))
    has_financial_interest = ma.fields.Boolean(
        load_default=False, metadata={"description": "A review with one is shown and does not count"}
    )
    identity = ma.fields.Enum(Identity, by_value=True, load_default=Identity.SIGNED)


class ReviewDraftIn(ReviewPatch):
    """What an open review says so far; nothing is required yet, and the form is held against it on submission."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"overall": 6.5, "body": "So far: careful."}

    body = ma.fields.String(validate=ma.validate.Length(max=100_000))
    competing_interest = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=2000))
    has_financial_interest = ma.fields.Boolean()
    identity = ma.fields.Enum(Identity, by_value=True)


class ReviewDraftOut(ma.Schema):
    """An open review, which its reviewer alone sees."""

    post_id = ma.fields.String(required=True, attribute="post.public_id")
    content = ma.fields.Dict(
        keys=ma.fields.String(),
        required=True,
        metadata={"description": "Those fields of the review that are there so far", "example": {"overall": 7}},
    )
    created_at = ma.fields.DateTime(required=True)
    updated_at = ma.fields.DateTime(required=True)


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

    EXAMPLE: ClassVar[dict[str, Any]] = {"body": "Thank you; the next version has the field map."}

    body = ma.fields.String(required=True, validate=ma.validate.Length(1, 100_000))


class AddressedAnswerIn(ma.Schema):
    """What the reviewer says to the authors' mark; everybody reads the note."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"agrees": True, "note": "Four readers are enough."}

    agrees = ma.fields.Boolean(required=True)
    note = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.Length(1, 2000))


class AddressingOut(ma.Schema):
    """The authors' mark that a version does what the review asks for.

    `answer` is null until the reviewer agrees or disputes, or 30 days have gone by. A faded review counts half for
    the score from that version on.
    """

    in_version = ma.fields.Integer(required=True)
    on = ma.fields.Date(required=True)
    answer = ma.fields.Enum(AddressedAnswer, by_value=True, required=True, allow_none=True)
    answered_on = ma.fields.Date(required=True, allow_none=True)
    note = ma.fields.String(required=True, allow_none=True)
    is_faded = ma.fields.Boolean(required=True)


class HelpfulnessOut(ma.Schema):
    """How many find a review helpful and how many do not, the post's authors left out; who, nobody is told."""

    yes = ma.fields.Integer(required=True)
    no = ma.fields.Integer(required=True)


LEFT = frozenset({"id", "post_id", "version", "is_withdrawn", "created_at", "updated_at"})  # of a withdrawn review


class ReviewOut(ma.Schema):
    """A review; of a withdrawn one its post, version and the days alone are left, and the rest is null."""

    id = ma.fields.String(required=True, attribute="review.public_id")
    post_id = ma.fields.String(required=True, attribute="review.post.public_id")
    version = ma.fields.Integer(required=True, attribute="review.version_number")
    reviewer = ma.fields.Nested(ReviewerOut, required=True, allow_none=True)
    identity = ma.fields.Enum(Identity, by_value=True, required=True, attribute="review.identity", allow_none=True)
    ratings = ma.fields.Dict(required=True, attribute="review.ratings")
    overall = ma.fields.Float(required=True, attribute="review.overall", allow_none=True)
    recommendation = ma.fields.Enum(
        Recommendation, by_value=True, required=True, attribute="review.recommendation", allow_none=True
    )
    confidence = ma.fields.Integer(required=True, attribute="review.confidence", allow_none=True)
    body = ma.fields.String(required=True, attribute="review.body", allow_none=True)
    competing_interest = ma.fields.String(required=True, attribute="review.competing_interest", allow_none=True)
    has_financial_interest = ma.fields.Boolean(
        required=True, attribute="review.has_financial_interest", allow_none=True
    )
    revision = ma.fields.Integer(required=True, attribute="review.revision_number", allow_none=True)
    addressed = ma.fields.Function(
        lambda view: view.addressing is not None, required=True, metadata={"type": ["boolean", "null"]}
    )
    addressing = ma.fields.Nested(AddressingOut, required=True, allow_none=True)
    helpful = ma.fields.Nested(HelpfulnessOut, required=True, allow_none=True)
    is_withdrawn = ma.fields.Boolean(required=True, attribute="is_tombstone")
    response = ma.fields.Nested(ResponseOut, required=True, attribute="review.response", allow_none=True)
    created_at = Moment(required=True, metadata={"type": "string", "description": "A day alone, unless signed"})
    updated_at = Moment(required=True, metadata={"type": "string", "description": "A day alone, unless signed"})

    @ma.post_dump(pass_original=True)
    def empty_tombstone(self, data: dict[str, Any], original: Any, **_options: Any) -> dict[str, Any]:
        """Leave of a withdrawn review nothing of what it said."""
        if original.is_tombstone:
            data |= {name: {} if name == "ratings" else None for name in data.keys() - LEFT}
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


class ReviewQuery(PageQuery):
    """A list of reviews."""

    sort = sort_field("`new` (by day)")
    filter = filter_field(
        "post, kind (of the post), version, identity, recommendation, overall, updated_on (a day, in UTC). "
        "What a withdrawn review said is not found; its tombstone stays in the list",
        like="post:7h2k9m4c1x0qz,overall:>=7,updated_on:>2026-01-01",
    )
