"""The public ids of what an epoch is computed from: exports say them where the fit has keys."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import Post, Researcher, Review
from scholarnet.permissions import public_posts
from scholarnet.services.works import read_parts


@dataclass(frozen=True, slots=True)
class Names:
    """By key; `reviews`, bytes[n], are those of the live ones of public posts in the order of their keys."""

    posts: dict[int, str]
    reviews: NDArray[np.bytes_]
    people: dict[int, str]


def read_names(session: Session) -> Names:
    """Read them all, in the transaction of the snapshot."""
    posts = session.execute(select(Post.id, Post.public_id).where(public_posts())).all()
    reviews = (
        select(Review.public_id).join(Post).where(public_posts(), Review.withdrawn_at.is_(None)).order_by(Review.id)
    )
    parts = [np.array([name for (name,) in rows], dtype=np.bytes_) for rows in read_parts(session, reviews)]
    people = session.execute(select(Researcher.id, Researcher.public_id)).all()
    return Names(dict(posts), np.concatenate([np.zeros(0, dtype=np.bytes_), *parts]), dict(people))
