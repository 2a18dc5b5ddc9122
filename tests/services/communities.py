"""Many posts and reviews as bare rows, for what is about a whole epoch."""

from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.models import Post, Researcher, Review
from tests.factories import PostFactory, ResearcherFactory, ReviewFactory

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def add_community(session: Session, *, n_posts: int = 15, n_reviewers: int = 32, n_each: int = 4) -> list[Post]:
    """Reviewers enough to be told apart, who differ in severity, each of `n_each` posts; committed."""
    random = np.random.default_rng(5)
    authors = [ResearcherFactory() for _ in range(3)]
    posts = [PostFactory(by=[authors[at % 3]]) for at in range(n_posts)]
    quality = random.normal(size=n_posts)
    for _ in range(n_reviewers):
        reviewer, severity = ResearcherFactory(), random.normal(0, 0.7)
        for at in random.choice(n_posts, n_each, replace=False):
            rating = np.clip(np.rint(5.5 + 1.8 * quality[at] + severity + random.normal(0, 0.8)), 1, 10)
            add_review(post=posts[at], by=reviewer, overall=float(rating), at=START + timedelta(hours=len(posts)))
    session.commit()
    return posts


def add_review(*, post: Post, by: Researcher, overall: float, at: datetime, **other: object) -> Review:
    """A review written at that moment."""
    review = ReviewFactory(
        post=post, reviewer=by, overall=overall, ratings={}, created_at=at, created_on=at.date(), **other
    )
    review.revisions[0].created_at = at
    return review


def add_ring(session: Session, *, pushed: list[Post], others: list[Post], n_members: int = 5) -> list[Researcher]:
    """Members who say of these posts that they are perfect, and of the others what everybody says; committed."""
    said = dict(session.execute(select(Review.post_id, func.avg(Review.overall)).group_by(Review.post_id)).all())
    ring = [ResearcherFactory() for _ in range(n_members)]
    for member in ring:
        for post in pushed:
            add_review(post=post, by=member, overall=10.0, at=START + timedelta(hours=100))
        for post in others:
            add_review(post=post, by=member, overall=float(round(said[post.id])), at=START + timedelta(hours=90))
    session.commit()
    return ring
