"""What a seeded community recommends, keeps and reads: rows at once, and then all keys anew."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from scholarnet.db import insert_rows
from scholarnet.models import Post, PostRecommendation, PostScore, PostStatus, ReadCount, SavedPost
from scholarnet.permissions import public_posts
from scholarnet.services import scores
from scholarnet.services.eligibility import eligibility_of_mark
from scholarnet.services.rescores import rescore
from scholarnet.services.trust import trust_of
from seed.people import Person

STREAM = 12  # of its own, so that whatever else follows from the seed stays as it was
LIKED_FROM = 4.0  # rating from which posts find friends
FRIENDS_A_POINT = 0.5
FRESH, FRESH_DAYS, FRESH_FRIENDS = 2, 5, 4  # posts that somebody has just found, and how many did
READ_DAYS, READS_A_DAY = 6, 9.0


def add_marks(session: Session, people: list[Person], *, seed: int, now: datetime) -> None:
    """Let people recommend and keep what is good, two posts just now, and count who reads; rescore everything."""
    rng = np.random.default_rng([seed, STREAM])
    people = [person for person in people if not person.is_in_ring]
    trust = {person.researcher.id: trust_of(session, researcher=person.researcher) for person in people}
    posts = _posts(session)
    fresh = {post.id for post, _ in sorted(posts, key=lambda pair: (-pair[1], pair[0].id))[:FRESH]}
    marks: dict[type[PostRecommendation | SavedPost], list[dict[str, Any]]] = {PostRecommendation: [], SavedPost: []}
    reads = []
    for post, value in posts:
        reads += _reads(rng, post, now)
        for table, rows in marks.items():
            n = FRESH_FRIENDS if post.id in fresh else int(rng.poisson(FRIENDS_A_POINT * max(0.0, value - LIKED_FROM)))
            for at in rng.permutation(len(people))[:n].tolist():
                who = people[at].researcher
                if table is PostRecommendation and any(author.researcher_id == who.id for author in post.authors):
                    continue
                moment = _moment(rng, post, now, is_fresh=post.id in fresh)
                eligibility = eligibility_of_mark(session, researcher=who, post=post)
                row = {"post_id": post.id, "researcher_id": who.id, "trust": trust[who.id], "eligibility": eligibility}
                rows.append(row | {"created_at": moment, "created_on": moment.date()})
    for table, rows in marks.items():
        insert_rows(session, table, rows)
    insert_rows(session, ReadCount, reads)
    everything = session.scalars(select(Post.id).where(Post.status == PostStatus.PUBLISHED)).all()
    rescore(session, clock=scores.hold_log(session).clock, post_ids=everything)


def _posts(session: Session) -> list[tuple[Post, float]]:
    """Public posts with their values, or the middle of the scale; in the order of their ids."""
    query = (
        select(Post, PostScore.value)
        .join(PostScore, PostScore.post_id == Post.id)
        .where(public_posts())
        .options(selectinload(Post.authors))
        .order_by(Post.id)
    )
    return [(post, 5.5 if value is None else value) for post, value in session.execute(query)]


def _moment(rng: np.random.Generator, post: Post, now: datetime, *, is_fresh: bool) -> datetime:
    assert post.published_at is not None  # noqa: S101  (for the type checker)
    start = max(post.published_at, now - timedelta(days=FRESH_DAYS)) if is_fresh else post.published_at
    return start + (now - start) * float(rng.random())


def _reads(rng: np.random.Generator, post: Post, now: datetime) -> list[dict[str, Any]]:
    days = {_moment(rng, post, now, is_fresh=False).date() for _ in range(READ_DAYS)}
    return [{"post_id": post.id, "day": day, "n": 1 + int(rng.poisson(READS_A_DAY))} for day in sorted(days)]
