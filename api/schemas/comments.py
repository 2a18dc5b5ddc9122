"""Shapes of comments."""

from typing import Any, ClassVar

import marshmallow as ma

from api.pagination import PageQuery, filter_field, sort_field
from api.schemas.researchers import PersonOut


class CommentPatch(ma.Schema):
    """What a comment says from now on."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"body": "Did both readers see the field map?"}

    body = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 20_000), metadata={"description": "Markdown, with mathematics"}
    )


class CommentIn(CommentPatch):
    """A comment at the top, or in reply to another."""

    parent_id = ma.fields.String(
        load_default=None,
        allow_none=True,
        metadata={"description": "The comment on the same post that this replies to; replies go 5 levels down"},
    )


class CommentOut(ma.Schema):
    """A comment; `author` and `body` are null in the tombstone of a withdrawn one."""

    id = ma.fields.String(required=True, attribute="comment.public_id")
    post_id = ma.fields.String(required=True, attribute="comment.post.public_id")
    parent_id = ma.fields.String(required=True, allow_none=True)
    depth = ma.fields.Integer(required=True, attribute="comment.depth", metadata={"description": "0 at the top"})
    author = ma.fields.Nested(PersonOut, required=True, allow_none=True)
    body = ma.fields.String(required=True, allow_none=True)
    is_accepted = ma.fields.Boolean(
        required=True, metadata={"description": "Whether the authors of the question accept it as the answer"}
    )
    is_withdrawn = ma.fields.Boolean(required=True, attribute="is_tombstone")
    created_at = ma.fields.DateTime(required=True, attribute="comment.created_at")
    updated_at = ma.fields.DateTime(required=True, attribute="comment.updated_at")


class CommentQuery(PageQuery):
    """A list of comments."""

    sort = sort_field("`new`", default="-new")
    filter = filter_field(
        "parent (a comment: its replies), author (an id; of no tombstone), updated_at",
        like="parent:7h2k9m4c1x0qz,updated_at:>2026-01-01",
    )
