"""A review as the rows that it begins as."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, make_transient_to_detached

from scholarnet.db import new_public_id
from scholarnet.errors import AlreadyReviewed
from scholarnet.models import Post, Researcher, Review, ReviewRevision
from scholarnet.models.review import MARK

REVISED = ("ratings", "overall", "recommendation", "confidence", "body")
_ADD = {
    name: of_dialect.insert(Review)
    .on_conflict_do_nothing(
        index_elements=[Review.post_id, Review.reviewer_id], index_where=Review.withdrawn_at.is_(None)
    )
    .returning(Review.id)
    for name, of_dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}
_ADD_REVISION = insert(ReviewRevision)
_LIVE = select(Review.id).where(
    Review.post_id == bindparam("post_id"),
    Review.reviewer_id == bindparam("reviewer_id"),
    Review.withdrawn_at.is_(None),
)


def add_review(
    session: Session,
    *,
    post: Post,
    reviewer: Researcher,
    at: datetime,
    content: dict[str, Any],
    columns: dict[str, Any],
) -> Review | None:
    """Write a review and its first revision; None if there is a live one of this post by this researcher.

    The unit of work would cost more than all the statements of this write, so the session is given a row that is there
    already. Its revisions are not loaded.
    """
    said = {field: content.get(field) for field in REVISED} | {"ratings": content.get("ratings") or {}}
    row = dict.fromkeys((*MARK, "withdrawn_at")) | columns | said
    row |= {"public_id": new_public_id(), "post_id": post.id, "reviewer_id": reviewer.id, "revision_number": 1}
    row |= {"version_number": post.version_number, "created_at": at, "created_on": at.date(), "updated_at": at}
    connection = session.connection()
    review_id = connection.execute(_ADD[connection.dialect.name], row).scalar()
    if review_id is None:
        return None
    keys = {"review_id": review_id, "number": 1, "version_number": post.version_number}
    connection.execute(_ADD_REVISION, keys | said | {"faded_in": None, "created_at": at})
    review = Review(id=review_id, post=post, reviewer=reviewer, response=None, **row)
    make_transient_to_detached(review)
    session.add(review)
    return review


def refuse_second(session: Session, *, reviewer: Researcher, post: Post) -> None:
    """Raise AlreadyReviewed if there is a live review of this post by this researcher."""
    if session.scalar(_LIVE, {"post_id": post.id, "reviewer_id": reviewer.id}) is not None:
        raise AlreadyReviewed
