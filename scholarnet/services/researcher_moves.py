"""What a profile has that goes to another when the two are one person, and comes back when they are not."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from scholarnet.db import Base, add_missing, chunks, now
from scholarnet.errors import Conflict
from scholarnet.models import Authorship, Confirmation, Follow, Post, PostAuthor, Publication, Researcher, Review, Vouch
from scholarnet.services.scores import next_moment

QUIET = {"synchronize_session": False}


def hold_people(session: Session, *people: Researcher) -> None:
    """Read them as they are now; nobody else changes them, or adds works to them, before this transaction has ended."""
    ids = [one.id for one in people]
    query = select(Researcher).where(Researcher.id.in_(ids)).order_by(Researcher.id).with_for_update()
    session.scalars(query, execution_options={"populate_existing": True}).all()


def shared_works(session: Session, *, kept: Researcher, duplicate: Researcher) -> set[int]:
    """The keys of the publications that name both: two authors of one work are two people."""
    theirs = select(Authorship.publication_id).where(Authorship.researcher_id == duplicate.id)
    both = select(Authorship.publication_id).where(
        Authorship.researcher_id == kept.id, Authorship.publication_id.in_(theirs)
    )
    return set(session.scalars(both))


def move_publications(
    session: Session,
    *,
    source: Researcher,
    target: Researcher,
    publications: Sequence[str],
    confirmed_by: Confirmation | None,
) -> None:
    """Give `target` the places, roles and all, that `source` has in these (public ids); others are passed over."""
    for part in chunks(publications):
        ids = select(Publication.id).where(Publication.public_id.in_(part))
        session.execute(
            update(Authorship)
            .where(Authorship.researcher_id == source.id, Authorship.publication_id.in_(ids))
            .values(researcher_id=target.id, confirmed_by=confirmed_by),
            execution_options=QUIET,
        )
        touch = update(Publication).where(Publication.public_id.in_(part)).values(updated_at=now())
        session.execute(touch, execution_options=QUIET)


def move_posts(session: Session, *, source: Researcher, target: Researcher, posts: Sequence[str]) -> None:
    """Give `target` the places that `source` has in these posts (public ids)."""
    if not posts:
        return
    moment = next_moment(session)
    for part in chunks(posts):
        ids = select(Post.id).where(Post.public_id.in_(part))
        place = update(PostAuthor).where(PostAuthor.researcher_id == source.id, PostAuthor.post_id.in_(ids))
        session.execute(place.values(researcher_id=target.id), execution_options=QUIET)
        touch = update(Post).where(Post.public_id.in_(part)).values(updated_at=moment)
        session.execute(touch, execution_options=QUIET)


def works_of(session: Session, researcher: Researcher) -> dict[int, str]:
    """The publications of somebody: public ids by key."""
    query = select(Publication.id, Publication.public_id).join(Authorship)
    return dict(session.execute(query.where(Authorship.researcher_id == researcher.id).order_by(Publication.id)).all())


def posts_of(session: Session, researcher: Researcher) -> list[str]:
    """The posts of somebody, whatever became of them: public ids."""
    query = select(Post.public_id).join(PostAuthor).where(PostAuthor.researcher_id == researcher.id)
    return list(session.scalars(query.order_by(Post.id)))


def has_reviews(session: Session, researcher: Researcher) -> bool:
    """Whether somebody has written reviews, of any identity."""
    return bool(session.scalar(select(exists().where(Review.reviewer_id == researcher.id))))


def vanish(session: Session, *, kept: Researcher, duplicate: Researcher) -> dict[str, Any] | None:
    """Point from the duplicate to the kept one if nothing of it is left; return what moved by that, or None."""
    tables: tuple[tuple[type[Base], Any], ...] = (
        (Authorship, Authorship.researcher_id),
        (PostAuthor, PostAuthor.researcher_id),
        (Review, Review.reviewer_id),
    )
    if any(session.scalar(select(exists().where(column == duplicate.id))) for _, column in tables):
        return None
    merged = session.scalars(select(Researcher).where(Researcher.merged_into_id == duplicate.id)).all()
    vouches = session.scalars(select(Vouch).where(Vouch.vouchee_id == duplicate.id, Vouch.revoked_at.is_(None))).all()
    for one in merged:
        one.merged_into_id = kept.id
    for vouch in vouches:
        vouch.revoked_at = now()
    duplicate.merged_into_id = kept.id
    session.flush()
    _move_follows(session, kept=kept, duplicate=duplicate)
    return {"merged": [one.public_id for one in merged], "vouches": [vouch.id for vouch in vouches]}


def _move_follows(session: Session, *, kept: Researcher, duplicate: Researcher) -> None:
    """Who follows the duplicate follows the kept one: for good, as it is not written down; a follow leaves no trace."""
    query = select(Follow).where(Follow.followed_id == duplicate.id, Follow.follower_id != kept.id)
    rows = [
        {"follower_id": one.follower_id, "followed_id": kept.id, "created_on": one.created_on}
        for one in session.scalars(query)
    ]
    add_missing(session, Follow, rows)
    session.execute(delete(Follow).where(Follow.followed_id == duplicate.id), execution_options=QUIET)


def reappear(session: Session, *, kept: Researcher, duplicate: Researcher, moved: dict[str, Any]) -> None:
    """Take back what :func:`vanish` did; Conflict if the duplicate went on to somebody else meanwhile."""
    if duplicate.merged_into_id != kept.id:
        msg = "the kept profile was itself merged since; undo that first"
        raise Conflict(msg)
    duplicate.merged_into_id = None
    for part in chunks(moved["merged"]):
        back = update(Researcher).where(Researcher.public_id.in_(part), Researcher.merged_into_id == kept.id)
        session.execute(back.values(merged_into_id=duplicate.id), execution_options=QUIET)
    for keys in chunks(moved["vouches"]):
        session.execute(update(Vouch).where(Vouch.id.in_(keys)).values(revoked_at=None), execution_options=QUIET)
    session.flush()
