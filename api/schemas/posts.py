"""Shapes of posts and their scores."""

from typing import Any, ClassVar

import marshmallow as ma

from api.schemas.publications import AuthorIn
from api.schemas.researchers import PersonOut
from scholarnet.forms import PostKind
from scholarnet.models import Audience, DecidedBy, Decision, PostStatus, Tier


class LinkEntry(ma.Schema):
    """A link to something outside."""

    url = ma.fields.Url(required=True, schemes={"http", "https"}, validate=ma.validate.Length(max=2000))
    label = ma.fields.String(validate=ma.validate.Length(max=200))


class PostPatch(ma.Schema):
    """Changes of a draft; after publication they begin the next version."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "title": "Knee MRI at 0.55 T, with a third reader",
        "changes": "A third reader.",
    }

    title = ma.fields.String(validate=ma.validate.Length(1, 300))
    abstract = ma.fields.String(validate=ma.validate.Length(1, 20_000))
    body = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=500_000))
    lay_summary = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=10_000))
    language = ma.fields.String(validate=ma.validate.Regexp(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$(?!\n)"))
    links = ma.fields.List(ma.fields.Nested(LinkEntry), validate=ma.validate.Length(max=50))
    changes = ma.fields.String(
        allow_none=True,
        validate=ma.validate.Length(max=5000),
        metadata={"description": "What is new against the version before"},
    )
    tags = ma.fields.List(ma.fields.String(validate=ma.validate.Length(1, 80)), validate=ma.validate.Length(max=20))
    audience = ma.fields.Enum(Audience, by_value=True)


class PostIn(PostPatch):
    """A new draft."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "kind": "preprint",
        "title": "Knee MRI at 0.55 T",
        "abstract": "Forty knees, two readers.",
    }

    kind = ma.fields.Enum(PostKind, by_value=True, required=True)
    title = ma.fields.String(required=True, validate=ma.validate.Length(1, 300))
    abstract = ma.fields.String(required=True, validate=ma.validate.Length(1, 20_000))
    authors = ma.fields.List(ma.fields.Nested(AuthorIn), validate=ma.validate.Length(max=200))


class ScoreOut(ma.Schema):
    """A score beside a post, in rating units; `value` is null while nobody has reviewed it."""

    value = ma.fields.Float(required=True, allow_none=True)
    low = ma.fields.Float(required=True, allow_none=True)
    high = ma.fields.Float(required=True, allow_none=True)
    tier = ma.fields.Enum(Tier, by_value=True, required=True)
    decision = ma.fields.Enum(Decision, by_value=True, required=True)
    decision_by = ma.fields.Enum(DecidedBy, by_value=True, required=True)
    n_reviews = ma.fields.Integer(required=True)


EMPTIED = frozenset({"abstract", "body", "lay_summary"})  # of a withdrawn post


class PostSummaryOut(ma.Schema):
    """A post in a list."""

    id = ma.fields.String(required=True, attribute="post.public_id")
    kind = ma.fields.Enum(PostKind, by_value=True, required=True, attribute="post.kind")
    title = ma.fields.String(required=True, attribute="content.title")
    abstract = ma.fields.String(required=True, attribute="content.abstract")
    status = ma.fields.Enum(PostStatus, by_value=True, required=True, attribute="post.status")
    version = ma.fields.Integer(required=True, attribute="content.number")
    authors = ma.fields.List(ma.fields.Nested(PersonOut), required=True)
    tags = ma.fields.List(ma.fields.String(), required=True)
    audience = ma.fields.Enum(Audience, by_value=True, required=True, attribute="post.audience")
    created_at = ma.fields.DateTime(required=True, attribute="post.created_at")
    updated_at = ma.fields.DateTime(required=True, attribute="post.updated_at")
    published_at = ma.fields.DateTime(required=True, attribute="post.published_at", allow_none=True)
    score = ma.fields.Nested(ScoreOut, required=True, allow_none=True)
    is_score_withheld = ma.fields.Boolean(
        required=True, metadata={"description": "Whether you hold an open review of it, and so do not get its score"}
    )

    @ma.post_dump(pass_original=True)
    def empty_tombstone(self, data: dict[str, Any], original: Any, **_options: Any) -> dict[str, Any]:
        """Leave of a withdrawn post its title alone."""
        if getattr(original, "is_tombstone", False):
            data |= {name: "" if name == "abstract" else None for name in data.keys() & EMPTIED}
        return data


class PostOut(PostSummaryOut):
    """A post, whole."""

    n_recommendations = ma.fields.Integer(
        required=True,
        attribute="counts.n_recommendations",
        allow_none=True,
        metadata={"description": "Null while you hold an open review of it"},
    )
    n_saves = ma.fields.Integer(
        required=True,
        attribute="counts.n_saves",
        allow_none=True,
        metadata={"description": "How many keep it; null below 3, so that nobody is made out"},
    )
    n_reads = ma.fields.Integer(required=True, attribute="counts.n_reads", metadata={"description": "In all"})
    accepted_answer_id = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Of a question, the comment that its authors accept"}
    )
    body = ma.fields.String(required=True, attribute="content.body", allow_none=True)
    lay_summary = ma.fields.String(required=True, attribute="content.lay_summary", allow_none=True)
    language = ma.fields.String(required=True, attribute="content.language")
    links = ma.fields.List(ma.fields.Nested(LinkEntry), required=True, attribute="content.links")
    withdrawn_at = ma.fields.DateTime(required=True, attribute="post.withdrawn_at", allow_none=True)
    withdrawal_reason = ma.fields.String(required=True, attribute="post.withdrawal_reason", allow_none=True)
    publication_id = ma.fields.String(
        required=True,
        attribute="publication.public_id",
        allow_none=True,
        dump_default=None,
        metadata={"description": "The publication that it became"},
    )


class VersionScoreOut(ma.Schema):
    """The score of one version, in rating units, from what the reviews said of it; `value` is null without any."""

    value = ma.fields.Float(required=True, allow_none=True)
    low = ma.fields.Float(required=True, allow_none=True)
    high = ma.fields.Float(required=True, allow_none=True)
    n_reviews = ma.fields.Integer(required=True)


class VersionOut(ma.Schema):
    """One version of a post; `published_at` is null in the draft, which its authors alone see."""

    score = ma.fields.Nested(
        VersionScoreOut,
        required=True,
        allow_none=True,
        metadata={"description": "Null in the draft, of a post without a score, and while you hold an open review"},
    )
    number = ma.fields.Integer(required=True, attribute="content.number")
    title = ma.fields.String(required=True, attribute="content.title")
    abstract = ma.fields.String(required=True, attribute="content.abstract")
    body = ma.fields.String(required=True, allow_none=True, attribute="content.body")
    lay_summary = ma.fields.String(required=True, allow_none=True, attribute="content.lay_summary")
    language = ma.fields.String(required=True, attribute="content.language")
    links = ma.fields.List(ma.fields.Nested(LinkEntry), required=True, attribute="content.links")
    changes = ma.fields.String(required=True, allow_none=True, attribute="content.changes")
    published_at = ma.fields.DateTime(required=True, allow_none=True, attribute="content.published_at")


class VersionsOut(ma.Schema):
    """All versions, oldest first."""

    results = ma.fields.List(ma.fields.Nested(VersionOut), required=True)


class WithdrawIn(ma.Schema):
    """Why it is taken back."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"reason": "Two knees were counted twice."}

    reason = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.Length(max=2000))
