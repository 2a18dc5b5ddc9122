"""Posts: drafts, publication, versions, withdrawal."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import LoaderOption

from scholarnet.db import now
from scholarnet.errors import Conflict, Invalid, NotFound
from scholarnet.forms import PostKind
from scholarnet.models import (
    Audience,
    Post,
    PostAuthor,
    PostStatus,
    PostVersion,
    Researcher,
    ScoreEventKind,
    Tag,
)
from scholarnet.permissions import permit, visible_posts
from scholarnet.services import audit, scores
from scholarnet.services.cases import check_case
from scholarnet.services.post_versions import (
    CONTENT,
    check_content,
    draft_version,
    next_draft,
    refuse_withdrawn,
    take_back,
)
from scholarnet.services.publications import resolve_author
from scholarnet.services.tags import ensure_tags
from scholarnet.services.withholding import close_drafts

MOST_AUTHORS, MOST_TAGS = 200, 20
WHOLE: tuple[LoaderOption, ...] = (
    selectinload(Post.authors).joinedload(PostAuthor.researcher),
    selectinload(Post.tags),
    selectinload(Post.versions),
)


def get_post(
    session: Session, public_id: str, *, viewer: Researcher | None, whole: tuple[LoaderOption, ...] = WHOLE
) -> Post:
    """Return the post with authors, tags and versions (or what `whole` loads), if `viewer` may see it."""
    post = session.scalar(select(Post).where(Post.public_id == public_id, visible_posts(viewer)).options(*whole))
    if post is None:
        raise NotFound("post", public_id)
    return post


def get_published_post(session: Session, public_id: str, *, viewer: Researcher) -> Post:
    """Return the post with its authors, if it is one that `viewer` may see and that is not withdrawn."""
    post = get_post(session, public_id, viewer=viewer, whole=(selectinload(Post.authors),))
    if post.status is not PostStatus.PUBLISHED:
        msg = "only a published post can be recommended, kept or commented on"
        raise Conflict(msg)
    return post


def list_posts(*, viewer: Researcher | None, author: Researcher) -> Select[Post]:
    """The posts of one author that `viewer` may see, newest first; drafts for the author alone."""
    return (
        select(Post)
        .where(
            visible_posts(viewer),
            Post.id.in_(select(PostAuthor.post_id).where(PostAuthor.researcher_id == author.id)),
        )
        .options(*WHOLE)
        .order_by(Post.created_at.desc(), Post.public_id.desc())
    )


def create_post(
    session: Session,
    *,
    author: Researcher,
    kind: PostKind,
    content: dict[str, Any],
    tags: list[str] | None = None,
    audience: Audience = Audience.PUBLIC,
    authors: list[dict[str, Any]] | None = None,
) -> Post:
    """Begin a draft. Who posts is among the authors, and comes first where the list leaves them out."""
    permit(author, "post.create")
    check_content(kind, content)
    post = Post(
        kind=kind,
        audience=audience,
        created_by_id=author.id,
        versions=[PostVersion(number=1, **content)],
        authors=_authors(session, author, authors),
        tags=_tags(session, tags or []),
    )
    session.add(post)
    session.flush()
    return post


def edit_post(session: Session, *, actor: Researcher, post: Post, changes: dict[str, Any]) -> Post:
    """Change the draft; after publication this begins the next version, and readers keep seeing the last."""
    permit(actor, "post.edit", post)
    refuse_withdrawn(post)
    post.updated_at = scores.next_moment(session)
    content = {field: changes[field] for field in CONTENT if field in changes}
    if content:
        draft = draft_version(post) or next_draft(session, post)
        check_content(post.kind, {"title": draft.title, "abstract": draft.abstract, "body": draft.body} | content)
        for field, value in content.items():
            setattr(draft, field, value)
        take_back(post, draft)
    if "tags" in changes:
        post.tags = _tags(session, changes["tags"])
        if post.status is PostStatus.PUBLISHED:  # it stands against other topics now
            session.flush()
            scores.append(session, kind=ScoreEventKind.POST_MARKED, post_id=post.id)
    if "audience" in changes:
        _change_audience(post, changes["audience"])
    session.flush()
    return post


def publish_post(session: Session, *, actor: Researcher, post: Post) -> Post:
    """Freeze the draft as the next version. A case waits as `pending` for a moderator's release first."""
    permit(actor, "post.publish", post)
    refuse_withdrawn(post)
    draft = draft_version(post)
    if draft is not None and draft.submitted_at is not None:
        msg = "the post waits for a moderator's release"
        raise Conflict(msg)
    if draft is None:
        msg = f"version {post.version_number} is published and there is no newer draft; PATCH the post first"
        raise Conflict(msg)
    if post.kind is PostKind.CASE:
        check_case(session, actor=actor, draft=draft)
        audit.record(session, actor=actor, action="post.submit", subject=f"post:{post.public_id}")
        draft.submitted_at = now()
        post.status = PostStatus.PUBLISHED if post.version_number else PostStatus.PENDING
        session.flush()
        return post
    return publish_version(session, post, draft)


def withdraw_post(session: Session, *, actor: Researcher, post: Post, reason: str | None = None) -> Post:
    """Take a post back: a draft nobody saw is gone for readers, a published one leaves a tombstone."""
    permit(actor, "post.withdraw", post)
    refuse_withdrawn(post)
    was_published = post.version_number > 0  # also while a case's next version waits
    post.withdrawn_at = post.updated_at = scores.next_moment(session)
    post.status = PostStatus.WITHDRAWN
    post.withdrawal_reason = reason
    session.flush()
    close_drafts(session, post_id=post.id)
    audit.record(session, actor=actor, action="post.withdraw", subject=f"post:{post.public_id}", reason=reason)
    if was_published:
        scores.append(session, kind=ScoreEventKind.POST_WITHDRAWN, post_id=post.id)
    return post


def publish_version(session: Session, post: Post, draft: PostVersion) -> Post:
    """Freeze a draft that nothing stands in the way of any more."""
    moment = scores.next_moment(session)
    draft.published_at = post.updated_at = moment
    post.version_number = draft.number
    post.status = PostStatus.PUBLISHED
    post.published_at = post.published_at or moment
    session.flush()
    payload = {"version": draft.number}
    scores.append(session, kind=ScoreEventKind.POST_PUBLISHED, post_id=post.id, payload=payload)
    return post


def _change_audience(post: Post, audience: Audience) -> None:
    if post.version_number and audience is not post.audience:
        raise Invalid("audience", "cannot change once a version is published")
    post.audience = audience


def _authors(session: Session, author: Researcher, authors: list[dict[str, Any]] | None) -> list[PostAuthor]:
    people = [resolve_author(session, entry) for entry in authors or []]
    if author.id not in {person.id for person in people}:
        people.insert(0, author)
    if len(people) > MOST_AUTHORS:
        raise Invalid("authors", f"at most {MOST_AUTHORS}")
    if len({person.id for person in people}) < len(people):
        raise Invalid("authors", "the same person is named twice")
    return [PostAuthor(researcher=person, position=at) for at, person in enumerate(people, start=1)]


def _tags(session: Session, labels: list[str]) -> list[Tag]:
    if len(labels) > MOST_TAGS:
        raise Invalid("tags", f"at most {MOST_TAGS}")
    return list(ensure_tags(session, labels=labels).values())
