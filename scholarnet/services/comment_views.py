"""Comments as readers see them: of a withdrawn one its place in the thread alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from scholarnet.models import Comment
from scholarnet.services.accepted_answers import accepted_among
from scholarnet.services.researcher_views import ResearcherView, view_researchers


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment; `author` and `body` are None when it was withdrawn."""

    comment: Comment
    author: ResearcherView | None
    body: str | None
    parent_id: str | None
    is_accepted: bool
    is_tombstone: bool


def view_comments(session: Session, comments: Sequence[Comment]) -> list[CommentView]:
    """Return many comments with their authors, in two statements."""
    standing = {one.author_id: one.author for one in comments if one.withdrawn_at is None}
    people = {view.researcher.id: view for view in view_researchers(session, list(standing.values()))}
    accepted = accepted_among(session, comment_ids=[one.id for one in comments])
    return [_view(comment, people, is_accepted=comment.id in accepted) for comment in comments]


def view_comment(session: Session, comment: Comment) -> CommentView:
    """Return one comment with its author."""
    return view_comments(session, [comment])[0]


def _view(comment: Comment, people: dict[int, ResearcherView], *, is_accepted: bool) -> CommentView:
    stands = comment.withdrawn_at is None
    return CommentView(
        comment=comment,
        author=people[comment.author_id] if stands else None,
        body=comment.body if stands else None,
        parent_id=comment.parent.public_id if comment.parent else None,
        is_accepted=is_accepted,
        is_tombstone=not stands,
    )
