"""Attachments: files that belong to a version of a post."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import Response, request

from api import ranges
from api.auth import actor, viewer
from api.blueprint import IF_NONE_MATCH, UNCHANGED, Blueprint, header_parameters
from api.config import current_config
from api.database import db
from api.schemas.attachments import AttachmentOut, AttachmentQuery, AttachmentsOut, VersionQuery
from scholarnet.errors import NotFound
from scholarnet.media.kinds import KINDS
from scholarnet.media.streams import CHUNK
from scholarnet.media.uploads import uploading
from scholarnet.models import Attachment
from scholarnet.services import attachments, posts
from scholarnet.storage import Storage, open_storage, thumbnail_of

BYTES = {"type": "string", "format": "binary"}
ANY_BODY = {
    "required": True,
    "content": {"application/octet-stream": {"schema": BYTES, "example": "knee,grade\n1,2\n"}},
}
RANGE = header_parameters(
    {
        "Range": "One part, such as `bytes=0-1023` or `bytes=-500`",
        "If-Range": "The ETag that the part must be of; all of it comes if it is not",
        **IF_NONE_MATCH,
    }
)
CONTENTS = {kind.media_type.partition(";")[0]: {"schema": BYTES} for kind in KINDS.values()}
CONTENTS["application/json"] = {"schema": {}}  # whatever stands in the file

blueprint = Blueprint("attachments", "/posts", "Files that belong to a version of a post")


@blueprint.route("/<post_id>/attachments", permission="public.read")
@blueprint.arguments(VersionQuery, location="query")
@blueprint.response(200, AttachmentsOut)
def list_attachments(query: dict[str, Any], post_id: str) -> dict[str, Any]:
    """List the attachments of a version."""
    post = posts.get_post(db.session(), post_id, viewer=viewer())
    return {"results": attachments.list_attachments(db.session(), post=post, viewer=viewer(), **query)}


@blueprint.route("/<post_id>/attachments", methods=["POST"], permission="post.edit", takes_bytes=True)
@blueprint.arguments(AttachmentQuery, location="query")
@blueprint.response(201, AttachmentOut)
@blueprint.doc(requestBody=ANY_BODY)
def add_attachment(query: dict[str, Any], post_id: str) -> Attachment:
    """Attach a file, whose bytes are the body, to the draft; after publication this begins the next version.

    Taken are PDF, PNG, JPEG, TIFF, plain data in UTF-8 (txt, csv, tsv, json, md), ZIP, MP4 and MP3, judged by their
    content. Images are drawn anew without what else was in the file.
    """
    session, config = db.session(), current_config()
    attachments.check_room(session, actor=actor(), post=posts.get_post(session, post_id, viewer=actor()))
    db.session.commit()  # no lock is held while bytes are waited for
    request.max_content_length = config.largest_attachment
    with uploading(_storage(), _body(), name=query["name"], most=config.largest_attachment) as upload:
        attachment = attachments.add_attachment(session, actor=actor(), post_id=post_id, upload=upload)
        db.session.commit()
    return attachment


@blueprint.route("/<post_id>/attachments/<attachment_id>", permission="public.read")
@blueprint.response(200, AttachmentOut)
def get_attachment(post_id: str, attachment_id: str) -> Attachment:
    """Return what is known of an attachment."""
    return _find(post_id, attachment_id)


@blueprint.route("/<post_id>/attachments/<attachment_id>", methods=["DELETE"], permission="post.edit")
@blueprint.response(204)
def delete_attachment(post_id: str, attachment_id: str) -> None:
    """Take an attachment out of the draft; of a published version's, out of the next one."""
    attachments.delete_attachment(db.session(), actor=actor(), post_id=post_id, public_id=attachment_id)
    db.session.commit()


@blueprint.route("/<post_id>/attachments/<attachment_id>/content", permission="public.read")
@blueprint.response(200, description="All of it")
@blueprint.alt_response(206, description="The part asked for")
@blueprint.alt_response(416, "REQUESTED_RANGE_NOT_SATISFIABLE")
@blueprint.doc(parameters=RANGE, responses=UNCHANGED | {200: {"content": CONTENTS}, 206: {"content": CONTENTS}})
def read_attachment(post_id: str, attachment_id: str) -> Response:
    """Return the bytes, or a part of them."""
    found = _find(post_id, attachment_id)
    read = partial(_storage().read, found.object_key)
    return ranges.send(read, size=found.size_bytes, tag=found.sha256, name=found.name, media_type=found.media_type)


@blueprint.route("/<post_id>/attachments/<attachment_id>/thumbnail", permission="public.read")
@blueprint.response(200, BYTES, content_type="image/jpeg")
@blueprint.alt_response(206, schema=BYTES, content_type="image/jpeg", description="The part asked for")
@blueprint.alt_response(416, "REQUESTED_RANGE_NOT_SATISFIABLE")
@blueprint.doc(parameters=RANGE, responses=UNCHANGED)
def read_thumbnail(post_id: str, attachment_id: str) -> Response:
    """Return the image, its longer edge at most 320 pixels, as JPEG."""
    found = _find(post_id, attachment_id)
    if not found.has_thumbnail:
        raise NotFound("thumbnail of attachment", attachment_id)
    key = thumbnail_of(found.object_key)
    read, size = partial(_storage().read, key), _storage().size(key)
    tag, name = f"{found.sha256}-thumbnail", f"{found.name}.jpg"
    return ranges.send(read, size=size, tag=tag, name=name, media_type="image/jpeg")


def _find(post_id: str, attachment_id: str) -> Attachment:
    post = posts.get_post(db.session(), post_id, viewer=viewer())
    return attachments.get_attachment(db.session(), post=post, viewer=viewer(), public_id=attachment_id)


def _body() -> Iterator[bytes]:
    while chunk := request.stream.read(CHUNK):
        yield chunk


def _storage() -> Storage:
    return open_storage(current_config().attachments_place())
