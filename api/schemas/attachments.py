"""Shapes of attachments."""

import marshmallow as ma


class AttachmentQuery(ma.Schema):
    """What the file is called."""

    name = ma.fields.String(
        required=True,
        metadata={
            "description": "The plain name of the file, whose ending says what it is; at most 200 characters",
            "example": "knees.csv",
        },
    )


class VersionQuery(ma.Schema):
    """Which version."""

    version = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(min=1, max=1_000_000),
        metadata={"description": "Of the post; the one that readers see, unless given"},
    )


class AttachmentOut(ma.Schema):
    """An attachment; its bytes are at `…/content`."""

    id = ma.fields.String(required=True, attribute="public_id")
    name = ma.fields.String(required=True)
    media_type = ma.fields.String(required=True)
    size = ma.fields.Integer(required=True, attribute="size_bytes", metadata={"description": "In bytes"})
    sha256 = ma.fields.String(required=True, metadata={"description": "Of what `…/content` gives"})
    has_thumbnail = ma.fields.Boolean(required=True)
    width = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "Of an image, in pixels"})
    height = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "Of an image, in pixels"})
    created_at = ma.fields.DateTime(required=True)


class AttachmentsOut(ma.Schema):
    """The attachments of one version."""

    results = ma.fields.List(ma.fields.Nested(AttachmentOut), required=True)
