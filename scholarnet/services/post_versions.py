"""Versions of a post: the draft, what is published, and who may read which."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, Invalid, NotFound
from scholarnet.forms import PostKind
from scholarnet.models import Attachment, Post, PostStatus, PostVersion, Researcher
from scholarnet.permissions import is_author, moderates

CONTENT = ("title", "abstract", "body", "lay_summary", "language", "links", "changes")
ATTACHED = (
    "position",
    "name",
    "media_type",
    "size_bytes",
    "sha256",
    "object_key",
    "has_thumbnail",
    "width",
    "height",
    "created_at",
)
LONGEST_MICRO = 280


def shown_version(post: Post) -> PostVersion:
    """The version readers see: the latest published one, and before there is one the draft."""
    return next(version for version in post.versions if version.number == max(post.version_number, 1))


def draft_version(post: Post) -> PostVersion | None:
    """The version its authors are writing, if they are."""
    return next((version for version in post.versions if version.published_at is None), None)


def list_versions(post: Post, *, viewer: Researcher | None) -> list[PostVersion]:
    """The versions that `viewer` may read: the draft is its authors', and a moderator's once it is submitted."""
    if post.status is PostStatus.WITHDRAWN:
        return []
    is_own = viewer is not None and is_author(viewer, post)
    looks_after = viewer is not None and moderates(viewer)
    return [
        version for version in post.versions if version.published_at or is_own or (looks_after and version.submitted_at)
    ]


def get_version(post: Post, number: int, *, viewer: Researcher | None) -> PostVersion:
    """Return one of the versions that `viewer` may read."""
    found = next((one for one in list_versions(post, viewer=viewer) if one.number == number), None)
    if found is None:
        raise NotFound("version", str(number))
    return found


def check_content(kind: PostKind, content: dict[str, Any]) -> None:
    """What a post of any kind must have."""
    if not content["title"].strip():
        raise Invalid("title", "must not be empty")
    if not content["abstract"].strip():
        raise Invalid("abstract", "must not be empty: say in a few sentences what this is")
    length = len(content["abstract"]) + len(content.get("body") or "")
    if kind is PostKind.MICRO and length > LONGEST_MICRO:
        raise Invalid("abstract", f"a short post has at most {LONGEST_MICRO} characters, this has {length}")


def take_back(post: Post, draft: PostVersion) -> None:
    """What is changed has to be submitted again, so that nothing is released that nobody looked at."""
    draft.submitted_at = None
    if post.status is PostStatus.PENDING:
        post.status = PostStatus.DRAFT


def refuse_withdrawn(post: Post) -> None:
    """Nothing changes any more in what was taken back."""
    if post.status is PostStatus.WITHDRAWN:
        msg = "the post was withdrawn"
        raise Conflict(msg)


def next_draft(session: Session, post: Post) -> PostVersion:
    """Begin the version after the last, with what that says and with its attachments."""
    last = shown_version(post)
    content = {field: getattr(last, field) for field in CONTENT if field != "changes"}
    draft = PostVersion(number=last.number + 1, **content)
    post.versions.append(draft)
    session.flush()
    for row in session.scalars(select(Attachment).where(Attachment.version_id == last.id)):
        kept = {name: getattr(row, name) for name in ATTACHED}
        session.add(Attachment(version_id=draft.id, **kept))
    session.flush()
    return draft
