"""Whether somebody may review a post, and what is judged of them: read in one statement, before anybody has to wait."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, String, bindparam, exists, select
from sqlalchemy.orm import Session

from scholarnet.coauthors import since, wrote_with
from scholarnet.db import Key
from scholarnet.errors import Conflict, ConflictOfInterest, NotFound
from scholarnet.loaded_rows import as_loaded
from scholarnet.models import Post, PostAuthor, PostStatus, Researcher, Vouch
from scholarnet.permissions import moderates, posts_visible_to
from scholarnet.services.eligibility import CONFLICT_YEARS, OWN_WORK, RECIPROCAL, SHARED_WORK, is_in_return
from scholarnet.services.trust import trust_given_by, trust_of

_POST = [column.name for column in Post.__table__.columns]


@dataclass(frozen=True, slots=True)
class Admission:
    """A post that somebody may review; whether that is in return for a review of theirs; how far they are trusted."""

    post: Post
    is_returned: bool
    trust: float


def admit(session: Session, public_id: str, *, reviewer: Researcher, at: datetime) -> Admission:
    """Return what a review written `at` that moment is judged by.

    NotFound if they may not see the post, Conflict unless it is published, ConflictOfInterest if they wrote it or
    shared a work with an author in 36 months.
    """
    given = {"post_id": public_id, "reviewer_id": reviewer.id, "recent": at - RECIPROCAL, "at": at}
    query = _query(is_moderator=moderates(reviewer))
    row = session.connection().execute(query, given | since(at.year - CONFLICT_YEARS)).one_or_none()
    if row is None:
        raise NotFound("post", public_id)
    *columns, is_own, has_shared, is_returned, is_vouched_for = row
    post = as_loaded(session, Post, dict(zip(_POST, columns, strict=True)))
    if post.status is not PostStatus.PUBLISHED:
        msg = "only a published post can be reviewed"
        raise Conflict(msg)
    if is_own or has_shared:
        raise ConflictOfInterest(OWN_WORK if is_own else SHARED_WORK)
    trust = trust_of(session, researcher=reviewer) if is_vouched_for else trust_given_by(reviewer.verification)
    return Admission(post, bool(is_returned), trust)


@cache
def _query(*, is_moderator: bool) -> Select[Any]:
    """Built once: building it costs more than running it."""
    reviewer_id = bindparam("reviewer_id", type_=Key)
    authors = select(PostAuthor.researcher_id).where(PostAuthor.post_id == Post.id).correlate(Post)
    return select(
        *(getattr(Post, name) for name in _POST),
        exists().where(PostAuthor.post_id == Post.id, PostAuthor.researcher_id == reviewer_id).correlate(Post),
        wrote_with(reviewer_id, authors),
        is_in_return(reviewer_id, authors),
        exists().where(Vouch.vouchee_id == reviewer_id, Vouch.revoked_at.is_(None)),
    ).where(
        Post.public_id == bindparam("post_id", type_=String), posts_visible_to(reviewer_id, is_moderator=is_moderator)
    )
