"""Following somebody, which is public and asks nobody's leave."""

from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager

from scholarnet.db import add_missing
from scholarnet.errors import Invalid
from scholarnet.models import Follow, Researcher
from scholarnet.permissions import permit


@dataclass(frozen=True, slots=True)
class FollowCounts:
    """How many follow somebody, and how many they follow."""

    n_followers: int
    n_following: int


def list_followers(*, researcher: Researcher) -> Select[Follow]:
    """Who follows somebody, newest day first; within a day the order is random and tells nothing."""
    return _list(Follow.follower).where(Follow.followed_id == researcher.id)


def list_following(*, researcher: Researcher) -> Select[Follow]:
    """Whom somebody follows, in the same order."""
    return _list(Follow.followed).where(Follow.follower_id == researcher.id)


def _list(end: InstrumentedAttribute[Researcher]) -> Select[Follow]:
    """Follows with the person at one end."""
    query = select(Follow).join(end).options(contains_eager(end))
    return query.order_by(Follow.created_on.desc(), Researcher.public_id)


def count_follows(session: Session, *, researcher: Researcher) -> FollowCounts:
    """Return both counts, in one statement that reads indexes alone."""
    followers = select(func.count()).select_from(Follow).where(Follow.followed_id == researcher.id)
    following = select(func.count()).select_from(Follow).where(Follow.follower_id == researcher.id)
    row = session.execute(select(followers.scalar_subquery(), following.scalar_subquery())).one()
    return FollowCounts(*row)


def follow(session: Session, *, follower: Researcher, followed: Researcher) -> None:
    """Follow somebody, with an account or without one; doing it twice, or at once, is harmless."""
    permit(follower, "researcher.follow")
    if follower.id == followed.id:
        raise Invalid("researcher", "nobody follows themselves")
    add_missing(session, Follow, [{"follower_id": follower.id, "followed_id": followed.id}])


def unfollow(session: Session, *, follower: Researcher, followed: Researcher) -> None:
    """Follow them no longer; no row stays. Doing it twice is harmless."""
    permit(follower, "researcher.follow")
    session.execute(delete(Follow).where(Follow.follower_id == follower.id, Follow.followed_id == followed.id))
