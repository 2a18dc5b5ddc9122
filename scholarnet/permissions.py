"""Who may do what: one table, action → rule, and nothing is allowed that is not in it.

The route asks without a thing (could this person ever?), the service with it; what one may *see* is in every query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from scholarnet.errors import Forbidden, NotSignedIn
from scholarnet.id_lists import without_index
from scholarnet.models import (
    Audience,
    Comment,
    Post,
    PostAuthor,
    PostStatus,
    Publication,
    Researcher,
    Review,
    ReviewDraft,
    Role,
    Scope,
)

RANK = {Role.MEMBER: 0, Role.EDITOR: 1, Role.MODERATOR: 2, Role.ADMIN: 3}


@dataclass(frozen=True, slots=True)
class Rule:
    """`least` is the lowest role that may (None: a visitor too); `scope` what a token needs; `on` judges the
    thing, and a person of at least `above` may whatever it says."""

    scope: Scope = Scope.READ
    least: Role | None = Role.MEMBER
    on: Callable[[Researcher, Any], bool] | None = None
    above: Role | None = None
    reason: str = "this is not yours to do"


def is_author(researcher: Researcher, post: Post) -> bool:
    """Whether the post is theirs; its authors must be loaded."""
    return any(author.researcher_id == researcher.id for author in post.authors)


def is_reviewer(researcher: Researcher, review: Review) -> bool:
    """Whether they wrote the review."""
    return review.reviewer_id == researcher.id


def is_commenter(researcher: Researcher, comment: Comment) -> bool:
    """Whether they wrote the comment."""
    return comment.author_id == researcher.id


def is_oneself(researcher: Researcher, other: Researcher) -> bool:
    """Whether it is their own account."""
    return researcher.id == other.id


def has_authorship(researcher: Researcher, publication: Any) -> bool:
    """Whether they are among its authors, or entered it."""
    return publication.created_by_id == researcher.id or wrote(researcher, publication)


def wrote(researcher: Researcher, publication: Any) -> bool:
    """Whether they are among its authors, which must be loaded."""
    return any(authorship.researcher_id == researcher.id for authorship in publication.authorships)


def has_merged(researcher: Researcher, merge: Any) -> bool:
    """Whether it was they who merged it."""
    return bool(merge.merged_by_id == researcher.id)


ANYONE = Rule(least=None)
OWN_POST = Rule(Scope.WRITE, on=is_author, reason="only an author of the post may do this")
OWN_REVIEW = Rule(Scope.REVIEW, on=is_reviewer, reason="only its reviewer may do this")

RULES: dict[str, Rule] = {
    "public.read": ANYONE,
    "account.register": ANYONE,
    "account.login": ANYONE,
    "account.recover": ANYONE,
    "account.read": Rule(),
    "account.manage": Rule(Scope.WRITE),
    "session.read": Rule(),
    "session.manage": Rule(Scope.WRITE),
    "token.read": Rule(),
    "token.manage": Rule(Scope.WRITE),
    "researcher.edit": Rule(Scope.WRITE, on=is_oneself, above=Role.ADMIN, reason="this profile is not yours"),
    "researcher.verify": Rule(Scope.ADMIN, least=Role.EDITOR, reason="only editors verify"),
    "researcher.vouch": Rule(Scope.WRITE),
    "researcher.follow": Rule(Scope.WRITE),
    "researcher.merge": Rule(Scope.ADMIN, least=Role.EDITOR, reason="only editors merge profiles"),
    "merge.read": Rule(on=is_oneself, above=Role.EDITOR, reason="only its owner and editors see what was merged"),
    "merge.undo": Rule(Scope.WRITE, on=is_oneself, above=Role.EDITOR, reason="only its owner and editors undo a merge"),
    "duplicate.read": Rule(
        on=is_oneself, above=Role.EDITOR, reason="only its owner and editors see possible duplicates"
    ),
    "claim.make": Rule(Scope.WRITE),
    "claim.read": Rule(),
    "claim.decide": Rule(Scope.WRITE),
    "claim.undo": Rule(Scope.WRITE),
    "publication.create": Rule(Scope.WRITE),
    "publication.edit": Rule(
        Scope.WRITE, on=has_authorship, above=Role.EDITOR, reason="only its authors and editors may change it"
    ),
    "import.create": Rule(Scope.WRITE),
    "import.read": Rule(),
    "import.cancel": Rule(Scope.WRITE),
    "publication.merge": Rule(
        Scope.WRITE, on=wrote, above=Role.EDITOR, reason="only an author of both, and editors, may merge them"
    ),
    "publication.unmerge": Rule(
        Scope.WRITE, on=has_merged, above=Role.EDITOR, reason="only who merged them, and editors, may undo it"
    ),
    "publication.duplicates": Rule(Scope.ADMIN, least=Role.EDITOR, reason="only editors look through all duplicates"),
    "post.create": Rule(Scope.WRITE),
    "post.edit": OWN_POST,
    "post.publish": OWN_POST,
    "post.link": OWN_POST,
    "post.withdraw": Rule(Scope.WRITE, on=is_author, above=Role.MODERATOR, reason=OWN_POST.reason),
    "post.release": Rule(Scope.ADMIN, least=Role.MODERATOR, reason="only moderators release a case"),
    "post.return": Rule(Scope.ADMIN, least=Role.MODERATOR, reason="only moderators return a case"),
    "post.recommend": Rule(Scope.WRITE),
    "post.save": Rule(Scope.WRITE),
    "saved.read": Rule(),
    "trend.read": Rule(Scope.ADMIN, least=Role.EDITOR, reason="only editors see what rises"),
    "case.declare": OWN_POST,
    "moderation.read": Rule(Scope.ADMIN, least=Role.MODERATOR, reason="only moderators see the queue"),
    "moderation.history": Rule(on=is_author, above=Role.MODERATOR, reason="only its authors and moderators see this"),
    "invitation.send": Rule(
        Scope.WRITE, on=is_author, above=Role.EDITOR, reason="only its authors and editors invite reviewers"
    ),
    "invitation.list": Rule(on=is_author, above=Role.EDITOR, reason="only its authors and editors see invitations"),
    "reviewer.suggest": Rule(on=is_author, above=Role.EDITOR, reason="only its authors and editors see who could"),
    "invitation.read": Rule(),
    "invitation.answer": Rule(Scope.REVIEW),
    "invitation.revoke": Rule(Scope.WRITE),
    "researcher.load": Rule(Scope.ADMIN, least=Role.EDITOR, reason="only editors see how much somebody reviews"),
    "epoch.runs": Rule(Scope.ADMIN, least=Role.EDITOR, reason="only editors see the runs of the epoch job"),
    "metrics.read": Rule(least=Role.ADMIN, reason="only administrators read the metrics"),
    "cluster.read": Rule(Scope.ADMIN, least=Role.EDITOR, reason="only editors see who reviews together"),
    "cluster.rule": Rule(Scope.ADMIN, least=Role.EDITOR, reason="only editors rule on a cluster"),
    "epoch.export": Rule(Scope.ADMIN, least=Role.ADMIN, reason="only administrators export what names people"),
    "decision.override": Rule(Scope.ADMIN, least=Role.EDITOR, reason="only editors override a decision"),
    "review.create": Rule(Scope.REVIEW),
    "review.edit": OWN_REVIEW,
    "review.respond": Rule(Scope.WRITE),
    "review.vote": Rule(Scope.WRITE),
    "vote.read": Rule(),
    "comment.write": Rule(Scope.WRITE),
    "comment.edit": Rule(Scope.WRITE, on=is_commenter, reason="only who wrote the comment may change it"),
    "comment.withdraw": Rule(
        Scope.WRITE,
        on=is_commenter,
        above=Role.MODERATOR,
        reason="only who wrote the comment and moderators may do this",
    ),
    "answer.accept": OWN_POST,
    "tag.propose": Rule(Scope.WRITE),
    "tag.accept": Rule(Scope.ADMIN, least=Role.EDITOR, reason="only editors accept a tag"),
}


def permit(researcher: Researcher | None, action: str, thing: object = None) -> None:
    """Return if the researcher may do `action` (to `thing`); raise NotSignedIn or Forbidden if not."""
    rule = RULES[action]
    if rule.least is None:
        return
    if researcher is None:
        raise NotSignedIn
    if RANK[researcher.role] < RANK[rule.least]:
        raise Forbidden(rule.reason)
    if thing is None or rule.on is None:
        return
    stands_above = rule.above is not None and RANK[researcher.role] >= RANK[rule.above]
    if not stands_above and not rule.on(researcher, thing):
        raise Forbidden(rule.reason)


def public_posts() -> ColumnElement[bool]:
    """The posts that anyone may see and that scores, reputations and the graph are made of."""
    return and_(Post.status == PostStatus.PUBLISHED, Post.audience == Audience.PUBLIC)


def live_publications() -> ColumnElement[bool]:
    """The publications that were not merged into another: what lists, metrics, reputations and the graph are of."""
    return without_index(Publication.merged_into_id).is_(None)  # nearly all: an order's index serves


def live_researchers() -> ColumnElement[bool]:
    """The people whose profile was not merged into another: what lists, rankings and the graph are of."""
    return without_index(Researcher.merged_into_id).is_(None)


def edits(researcher: Researcher) -> bool:
    """Whether they look after reviewing as a whole."""
    return RANK[researcher.role] >= RANK[Role.EDITOR]


def administers(researcher: Researcher) -> bool:
    """Whether they look after the site, and so may see whatever it does for somebody."""
    return RANK[researcher.role] >= RANK[Role.ADMIN]


def moderates(researcher: Researcher) -> bool:
    """Whether they look at what waits for a release."""
    return RANK[researcher.role] >= RANK[Role.MODERATOR]


def visible_posts(viewer: Researcher | None) -> ColumnElement[bool]:
    """The posts that `viewer` may see: tombstones of what once was there for them included."""
    if viewer is not None:
        return posts_visible_to(viewer.id, is_moderator=moderates(viewer))
    shown = Post.status.in_([PostStatus.PUBLISHED, PostStatus.WITHDRAWN])
    return and_(shown, Post.audience == Audience.PUBLIC, Post.version_number > 0)


def posts_visible_to(researcher_id: Any, *, is_moderator: bool) -> ColumnElement[bool]:
    """The same of whoever has this key, which may be a parameter."""
    shown = Post.status.in_([PostStatus.PUBLISHED, PostStatus.WITHDRAWN])
    own = exists().where(PostAuthor.post_id == Post.id, PostAuthor.researcher_id == researcher_id)
    queue = Post.status == PostStatus.PENDING if is_moderator else false()
    members = and_(shown, Post.audience != Audience.PRIVATE, Post.version_number > 0)
    return or_(members, own, queue)


def is_withheld(viewer: Researcher | None, post_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether `viewer` holds an open review of that post, and so is shown nothing of what others think of it."""
    return false() if viewer is None else holds_draft(viewer.id, post_id)


def holds_draft(reviewer_id: Any, post_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether whoever has this key holds an open review of that post."""
    return exists().where(ReviewDraft.post_id == post_id, ReviewDraft.reviewer_id == reviewer_id)


def visible_reviews(viewer: Researcher | None) -> ColumnElement[bool]:
    """The reviews, of posts they may see, that are not withheld from `viewer`; never their own."""
    return true() if viewer is None else reviews_visible_to(viewer.id)


def reviews_visible_to(reviewer_id: Any) -> ColumnElement[bool]:
    """The same of whoever has this key, which may be a parameter."""
    return or_(Review.reviewer_id == reviewer_id, ~holds_draft(reviewer_id, Review.post_id))
