"""A review as the rows that it begins as."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, insert, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from scholarnet.db import new_public_id
from scholarnet.errors import AlreadyReviewed
from scholarnet.loaded_rows import as_loaded
from scholarnet.models import Post, Researcher, Review, ReviewDraft, ReviewRevision
from scholarnet.models.review import MARK
from scholarnet.services.withholding import close_draft

REVISED = ("ratings", "overall", "recommendation", "confidence", "body")
_COLUMNS = {one.name: bindparam(one.name, type_=one.type) for one in Review.__table__.columns if one.name != "id"}
_FIRST = ("version_number", *REVISED, "created_at")  # what the first revision has of the review
_is_drafted = exists().where(
    ReviewDraft.post_id == bindparam("of_post"), ReviewDraft.reviewer_id == bindparam("of_reviewer")
)
_ADD_REVISION = insert(ReviewRevision)


def _add(of_dialect: Any) -> Any:
    """Insert a review unless there is a live one, and return its key."""
    return (
        of_dialect.insert(Review)
        .on_conflict_do_nothing(
            index_elements=[Review.post_id, Review.reviewer_id], index_where=Review.withdrawn_at.is_(None)
        )
        .values(_COLUMNS)
        .returning(Review.id)
    )


def _add_with_revision() -> Any:
    """The same with its first revision, and whether there was a draft.

    Where one statement can write to two tables, the server is waited for once.
    """
    added = _add(postgresql).cte("added")
    said = (_COLUMNS[name] for name in _FIRST)
    revision = insert(ReviewRevision).from_select(
        ["review_id", "number", *_FIRST], select(added.c.id, literal_column("1"), *said), include_defaults=False
    )
    return select(added.c.id, _is_drafted).add_cte(revision.cte("revision"))


_ADD = {"postgresql": _add_with_revision(), "sqlite": _add(sqlite).returning(_is_drafted)}
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
    """Write a review and its first revision, and use up the draft; None if there is a live one by this researcher.

    The unit of work would cost more than all the statements of this write, so the session is given a row that is there
    already. Its revisions are not loaded.
    """
    said = {field: content.get(field) for field in REVISED} | {"ratings": content.get("ratings") or {}}
    row = dict.fromkeys((*MARK, "withdrawn_at")) | columns | said
    row |= {"public_id": new_public_id(), "post_id": post.id, "reviewer_id": reviewer.id, "revision_number": 1}
    row |= {"version_number": post.version_number, "created_at": at, "created_on": at.date(), "updated_at": at}
    connection = session.connection()
    keys = {"of_post": post.id, "of_reviewer": reviewer.id}
    added = connection.execute(_ADD[connection.dialect.name], row | keys).one_or_none()
    if added is None:
        return None
    review_id, is_drafted = added
    if connection.dialect.name == "sqlite":
        first = {name: row[name] for name in _FIRST}
        connection.execute(_ADD_REVISION, first | {"review_id": review_id, "number": 1, "faded_in": None})
    if is_drafted:
        close_draft(session, post_id=post.id, reviewer_id=reviewer.id)
    return as_loaded(session, Review, row | {"id": review_id, "post": post, "reviewer": reviewer, "response": None})


def refuse_second(session: Session, *, reviewer: Researcher, post: Post) -> None:
    """Raise AlreadyReviewed if there is a live review of this post by this researcher."""
    if session.scalar(_LIVE, {"post_id": post.id, "reviewer_id": reviewer.id}) is not None:
        raise AlreadyReviewed
