"""Attachments of a post's versions; those of a published version never change."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Conflict, NotFound
from scholarnet.media.uploads import Upload
from scholarnet.models import Attachment, ImportJob, Post, PostVersion, Researcher
from scholarnet.permissions import permit
from scholarnet.services import scores
from scholarnet.services.post_versions import (
    draft_version,
    get_version,
    list_versions,
    next_draft,
    refuse_withdrawn,
    shown_version,
    take_back,
)
from scholarnet.services.posts import get_post
from scholarnet.storage import Storage, owner_of

MOST = 50  # of a version


def list_attachments(
    session: Session, *, post: Post, viewer: Researcher | None, version: int | None = None
) -> list[Attachment]:
    """Return what belongs to the version that readers see, or to another one that `viewer` may read."""
    number = shown_version(post).number if version is None else version
    found = get_version(post, number, viewer=viewer)
    query = select(Attachment).where(Attachment.version_id == found.id).order_by(Attachment.position)
    return list(session.scalars(query))


def get_attachment(session: Session, *, post: Post, viewer: Researcher | None, public_id: str) -> Attachment:
    """Return an attachment of a version that `viewer` may read."""
    readable = [version.id for version in list_versions(post, viewer=viewer)]
    query = select(Attachment).where(Attachment.public_id == public_id, Attachment.version_id.in_(readable))
    found = session.scalar(query)
    if found is None:
        raise NotFound("attachment", public_id)
    return found


def check_room(session: Session, *, actor: Researcher, post: Post) -> None:
    """Refuse, before anything is received, what could not be attached."""
    permit(actor, "post.edit", post)
    refuse_withdrawn(post)
    _check_number(session, draft_version(post) or shown_version(post))


def add_attachment(session: Session, *, actor: Researcher, post_id: str, upload: Upload) -> Attachment:
    """Attach what was uploaded to the draft; after publication this begins the next version."""
    post = _post_to_change(session, actor, post_id)
    refuse_withdrawn(post)
    draft = draft_version(post) or next_draft(session, post)
    _check_number(session, draft)
    last = session.scalar(select(func.max(Attachment.position)).where(Attachment.version_id == draft.id))
    attachment = Attachment(
        version_id=draft.id,
        position=(last or 0) + 1,
        name=upload.name,
        media_type=upload.media_type,
        size_bytes=upload.file.size,
        sha256=upload.file.sha256,
        object_key=upload.key,
        has_thumbnail=upload.picture is not None,
        width=upload.picture.width if upload.picture else None,
        height=upload.picture.height if upload.picture else None,
    )
    session.add(attachment)
    take_back(post, draft)
    session.flush()
    return attachment


def delete_attachment(session: Session, *, actor: Researcher, post_id: str, public_id: str) -> None:
    """Take an attachment out of the draft; of a published version's, out of the next one."""
    post = _post_to_change(session, actor, post_id)
    found = get_attachment(session, post=post, viewer=actor, public_id=public_id)  # of what was withdrawn there is none
    draft = draft_version(post) or next_draft(session, post)
    mine = select(Attachment).where(Attachment.version_id == draft.id, Attachment.object_key == found.object_key)
    row = session.scalar(mine)
    if row is None:
        msg = "the draft has no such attachment any more"
        raise Conflict(msg)
    session.delete(row)
    take_back(post, draft)
    session.flush()


def collect_orphans(session: Session, storage: Storage, *, older_than: timedelta = timedelta(days=1)) -> int:
    """Remove what no row points to and no upload waits for; return how many files and objects that were."""
    before = now() - older_than
    removed = 0
    for path in storage.incoming_before(before):
        path.unlink(missing_ok=True)
        removed += 1
    for keys in storage.keys_before(before):
        owners = {owner_of(key) for key in keys}
        known = set(session.scalars(select(Attachment.object_key).where(Attachment.object_key.in_(owners))))
        known |= set(session.scalars(select(ImportJob.object_key).where(ImportJob.object_key.in_(owners))))
        for key in keys:
            if owner_of(key) not in known:
                storage.delete(key)
                removed += 1
    return removed


def _post_to_change(session: Session, actor: Researcher, post_id: str) -> Post:
    """The post as the last writer left it: whoever changes a post's attachments waits for the one before."""
    moment = scores.next_moment(session)
    session.expire_all()
    post = get_post(session, post_id, viewer=actor)
    permit(actor, "post.edit", post)
    post.updated_at = moment
    return post


def _check_number(session: Session, version: PostVersion) -> None:
    count = session.scalar(select(func.count()).where(Attachment.version_id == version.id)) or 0
    if count >= MOST:
        msg = f"a post has at most {MOST} attachments"
        raise Conflict(msg)
