"""Four hundred reviewers with habits, who write signed and unsigned, and what each of them really wrote.

What an unsigned review says in public (ratings, confidence, day, post) does not depend on who writes it; everything
else about a person does: severity, slope, care, verification, how much they review, and that they write in one sitting,
a signed and an unsigned review one right after the other, and then a comment. They vote on others' unsigned reviews of
the day, never on their own, and follow somebody. Some wrote unsigned in the quarter before, enough to be credited.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.random import Generator
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.db import CROCKFORD, insert_rows
from scholarnet.models import (
    Comment,
    Follow,
    HelpfulnessVote,
    Identity,
    Post,
    Researcher,
    Review,
    ReviewRevision,
)
from scholarnet.services.trust import trust_given_by
from tests.factories import PostFactory, ResearcherFactory

N_PEOPLE, N_AUTHORS, N_POSTS, N_OLD, N_VOTES = 400, 4, 20, 4, 3
N_CREDITED = 120  # who wrote three or four unsigned reviews in the first quarter
FIRST = datetime(2026, 3, 1, 9, tzinfo=UTC)
SITTINGS = (FIRST + timedelta(days=60), FIRST + timedelta(days=61))
LATER = FIRST + timedelta(days=120)
BODY = "The conclusion follows from the measurements."


@dataclass(frozen=True, slots=True)
class Community:
    """People, posts by what is written of them, and the truth: who wrote which review, by its public id."""

    people: list[Researcher]
    authors: list[Researcher]
    posts: dict[str, list[Post]]
    bias: np.ndarray
    slope: np.ndarray
    noise: np.ndarray
    truth: dict[str, int] = field(default_factory=dict)


def found_community(session: Session, random: Generator) -> Community:
    """People and posts, and the signed reviews of long ago that everybody is known by; committed."""
    people = [_join(random, unverified=bool(random.random() < 0.5)) for _ in range(N_PEOPLE)]
    authors = [_join(random) for _ in range(N_AUTHORS)]
    names = ("old", "signed 0", "signed 1", "unsigned 0", "unsigned 1")
    posts = {
        name: [PostFactory(by=[authors[at % N_AUTHORS]], public_id=_id(random)) for at in range(N_POSTS)]
        for name in names
    }
    community = Community(
        people,
        authors,
        posts,
        bias=random.normal(0, 1.0, N_PEOPLE),
        slope=random.uniform(0.4, 1.6, N_PEOPLE),
        noise=random.uniform(0.3, 1.6, N_PEOPLE),
    )
    rows = []
    for who in range(N_PEOPLE):
        for place in random.choice(N_POSTS, int(random.integers(3, 2 * N_OLD)), replace=False).tolist():
            at = FIRST + timedelta(minutes=float(random.uniform(0, 5000)))
            rows.append(_signed(community, random, who, ("old", place), at))
    _write(session, community, rows)
    _live_through_a_quarter(session, community)
    return community


def _live_through_a_quarter(session: Session, community: Community) -> None:
    """What some write unsigned in March, and how many say that it helps; committed."""
    random = np.random.default_rng(N_CREDITED)  # of its own: all else is what it would be without
    authors = community.authors
    community.posts["quarter"] = [
        PostFactory(by=[authors[at % N_AUTHORS]], public_id=_id(random)) for at in range(N_POSTS)
    ]
    rows = [
        _unsigned(community, random, who, ("quarter", place), FIRST + timedelta(hours=float(random.uniform(130, 700))))
        for who in range(N_CREDITED)
        for place in random.choice(N_POSTS, int(random.integers(3, 5)), replace=False).tolist()
    ]
    _write(session, community, rows)
    written = session.scalars(select(Review.id).where(Review.public_id.in_([row["public_id"] for row in rows])))
    votes = [
        {"review_id": review_id, "voter_id": community.people[voter].id, "is_helpful": True}
        for review_id in sorted(written)
        for voter in random.choice(range(N_CREDITED, N_PEOPLE), int(random.integers(0, 5)), replace=False).tolist()
    ]
    insert_rows(session, HelpfulnessVote, votes)
    session.commit()


def sit_down(session: Session, community: Community, random: Generator, day: int) -> None:
    """Everybody writes one signed and one unsigned review within a minute, one person after the other; committed."""
    rows = []
    for minute, who in enumerate(random.permutation(N_PEOPLE).tolist()):
        at = SITTINGS[day] + timedelta(minutes=minute)
        signed = f"signed {day}", int(random.integers(N_POSTS))
        unsigned = f"unsigned {day}", int(random.integers(N_POSTS))
        rows.append(_signed(community, random, who, signed, at))
        rows.append(_unsigned(community, random, who, unsigned, at + timedelta(seconds=30)))
    _write(session, community, rows)
    _discuss(session, community, [row["reviewer_id"] for row in rows[::2]], day)


def _discuss(session: Session, community: Community, keys: list[int], day: int) -> None:
    """What those with these keys, in the order of their sittings, do beside their reviews; committed."""
    random = np.random.default_rng(day)  # of its own: the reviews are those that would be there without
    of_day = select(Review.id, Review.reviewer_id).where(Review.created_on == SITTINGS[day].date())
    reviews = session.execute(of_day.where(Review.identity != Identity.SIGNED).order_by(Review.id)).all()
    votes, comments = [], []
    for minute, key in enumerate(keys):
        votes += [
            {"review_id": reviews[at].id, "voter_id": key, "is_helpful": bool(random.random() < 0.7)}
            for at in random.choice(len(reviews), N_VOTES, replace=False).tolist()
            if reviews[at].reviewer_id != key
        ]
        post = community.posts[f"signed {day}"][int(random.integers(N_POSTS))]
        moment = SITTINGS[day] + timedelta(minutes=minute, seconds=45)
        comments.append(
            {"public_id": _id(random), "post_id": post.id, "author_id": key, "body": BODY}
            | {"depth": 0, "created_at": moment, "updated_at": moment}
        )
    insert_rows(session, HelpfulnessVote, votes)
    insert_rows(session, Comment, comments)
    if not day:
        followed = [community.authors[int(random.integers(N_AUTHORS))].id for _ in keys]
        pairs = zip(keys, followed, strict=True)
        insert_rows(session, Follow, [{"follower_id": one, "followed_id": other} for one, other in pairs])
    session.commit()


def _join(random: Generator, **account: bool) -> Researcher:
    name = _id(random)
    return ResearcherFactory(public_id=_id(random), name=name, handle=name, **account)


def _id(random: Generator) -> str:
    """As the database makes them, but the same in every run."""
    return "".join(random.choice(list(CROCKFORD), 13))


def _merit(place: int) -> float:
    return (place % 7 - 3) / 2


def _signed(community: Community, random: Generator, who: int, post: tuple[str, int], at: datetime) -> dict[str, Any]:
    mean = 5.5 + community.bias[who] + 1.5 * community.slope[who] * _merit(post[1])
    said = {"overall": random.normal(mean, community.noise[who]), "confidence": 4, "identity": Identity.SIGNED}
    return _row(community, random, who, post, at, said)


def _unsigned(community: Community, random: Generator, who: int, post: tuple[str, int], at: datetime) -> dict[str, Any]:
    said = {
        "overall": random.normal(5.5 + 1.5 * _merit(post[1]), 1.2),
        "confidence": int(random.choice([2, 4])),
        "identity": Identity.ANONYMOUS if random.random() < 0.5 else Identity.PSEUDONYMOUS,
    }
    return _row(community, random, who, post, at, said)


def _row(
    community: Community, random: Generator, who: int, post: tuple[str, int], at: datetime, said: dict[str, Any]
) -> dict[str, Any]:
    is_pseudonymous = said["identity"] is Identity.PSEUDONYMOUS
    return said | {
        "public_id": _id(random),
        "post_id": community.posts[post[0]][post[1]].id,
        "version_number": 1,
        "reviewer_id": community.people[who].id,
        "pseudonym": f"Reviewer {_id(random)[:5].upper()}" if is_pseudonymous else None,
        "overall": float(np.clip(np.rint(said["overall"]), 1, 10)),
        "body": BODY,
        "trust": trust_given_by(community.people[who].verification),
        "created_at": at,
        "created_on": at.date(),
        "updated_at": at,
    }


def _write(session: Session, community: Community, rows: list[dict[str, Any]]) -> None:
    insert_rows(session, Review, rows)
    place = {person.id: who for who, person in enumerate(community.people)}
    written = session.execute(
        select(Review.id, Review.public_id, Review.reviewer_id, Review.overall, Review.confidence, Review.created_at)
        .where(Review.public_id.in_([row["public_id"] for row in rows]))
        .order_by(Review.id)
    ).all()
    community.truth.update({row.public_id: place[row.reviewer_id] for row in written})
    revisions = [
        {
            "review_id": row.id,
            "number": 1,
            "version_number": 1,
            "overall": row.overall,
            "confidence": row.confidence,
            "body": BODY,
            "created_at": row.created_at,
        }
        for row in written
    ]
    insert_rows(session, ReviewRevision, revisions)
    session.commit()
