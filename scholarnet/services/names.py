"""The public ids of what an epoch is computed from: exports say them where the fit has keys."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import Post, Researcher, Review
from scholarnet.permissions import public_posts


@dataclass(frozen=True, slots=True)
class Names:
    """By key. Reviews are the live ones of public posts."""

    posts: dict[int, str]
    reviews: dict[int, str]
    people: dict[int, str]


def read_names(session: Session) -> Names:
    """Read them all, in the transaction of the snapshot."""
    posts = session.execute(select(Post.id, Post.public_id).where(public_posts())).all()
    reviews = select(Review.id, Review.public_id).join(Post).where(public_posts(), Review.withdrawn_at.is_(None))
    people = session.execute(select(Researcher.id, Researcher.public_id)).all()
    return Names(dict(posts), dict(session.execute(reviews).all()), dict(people))
