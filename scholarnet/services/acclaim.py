"""What people say of each other's reviews, whom they follow, and whose answers they accept: as reputations count it."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as column
from typing import NamedTuple

import numpy as np
from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from scholarnet.models import (
    AcceptedAnswer,
    Comment,
    Follow,
    HelpfulnessVote,
    Identity,
    Post,
    PostAuthor,
    Researcher,
    Review,
    UnsignedCredit,
    Verification,
)
from scholarnet.permissions import public_posts
from scholarnet.services.observations import coarse_trust
from scholarnet.services.works import read_integers
from scoring.acclaim import Acclaim as Rows
from scoring.arrays import Bools, Floats, Ints
from scoring.exchange import votes_in_rings
from scoring.parameters import DEFAULT


class Vote(NamedTuple):
    """A vote on a review of a public post. Nobody is told whose it is, so its trust is coarse."""

    review_id: int
    voter_id: int
    is_helpful: bool
    trust: float
    is_returned: bool


class Followers(NamedTuple):
    """How many follow somebody, and the weight that they have together."""

    n: int
    weight: float


class Answer(NamedTuple):
    """An accepted answer, whose it is, and the weight that it has."""

    comment_id: int
    researcher_id: int
    weight: float


class Credit(NamedTuple):
    """What somebody has for the unsigned reviews of a quarter that is over."""

    researcher_id: int
    quarter: str
    amount: float


@dataclass(frozen=True, slots=True)
class Acclaim:
    """Votes in the order of review and voter, followers by whom they follow, answers in the order of comments."""

    votes: tuple[Vote, ...] = ()
    followers: Mapping[int, Followers] = column(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    credits: tuple[Credit, ...] = ()


def read_acclaim(session: Session, *, accounts: Mapping[int, float]) -> Acclaim:
    """Read all of it; `accounts` has the trust of those of whom it does not follow from their verification."""
    verified = session.scalars(select(Researcher.id).where(Researcher.verification != Verification.NONE))
    trust = dict.fromkeys(verified, DEFAULT.trust_full) | dict(accounts)
    followers, answers = _community(session, trust)
    credits_ = select(UnsignedCredit.researcher_id, UnsignedCredit.quarter, UnsignedCredit.amount)
    rows = session.execute(credits_.order_by(UnsignedCredit.researcher_id, UnsignedCredit.quarter))
    return Acclaim(_votes(session, trust), followers, answers, tuple(Credit._make(row) for row in rows))


def _votes(session: Session, trust: Mapping[int, float]) -> tuple[Vote, ...]:
    """Without those of the post's authors, who have a stake in it. Only signed reviews can be voted for in return."""
    has_stake = exists().where(
        PostAuthor.post_id == Review.post_id, PostAuthor.researcher_id == HelpfulnessVote.voter_id
    )
    rows = session.execute(
        select(
            HelpfulnessVote.review_id,
            HelpfulnessVote.voter_id,
            HelpfulnessVote.is_helpful,
            Review.reviewer_id,
            Review.identity,
        )
        .join(Review, Review.id == HelpfulnessVote.review_id)
        .join(Post, Post.id == Review.post_id)
        .where(
            public_posts(), Review.withdrawn_at.is_(None), HelpfulnessVote.voter_id != Review.reviewer_id, ~has_stake
        )
        .order_by(HelpfulnessVote.review_id, HelpfulnessVote.voter_id)
    ).all()
    can_return = np.array([row.is_helpful and row.identity is Identity.SIGNED for row in rows], dtype=np.bool_)
    pairs = np.array([(row.voter_id, row.reviewer_id) for row in rows], dtype=np.int64).reshape(-1, 2)
    people, codes = np.unique(pairs[can_return], return_inverse=True)
    giver, receiver = codes.reshape(-1, 2).T
    returned = np.zeros(len(rows), dtype=np.bool_)
    returned[can_return] = votes_in_rings(giver, receiver, len(people))
    return tuple(
        Vote(row.review_id, row.voter_id, row.is_helpful, coarse_trust(trust.get(row.voter_id, 0.0)), is_returned)
        for row, is_returned in zip(rows, returned.tolist(), strict=True)
    )


def _community(session: Session, trust: Mapping[int, float]) -> tuple[dict[int, Followers], tuple[Answer, ...]]:
    follower, followed = read_integers(
        session, select(Follow.follower_id, Follow.followed_id).order_by(Follow.followed_id, Follow.follower_id), 2
    )
    comment, author, asker = _answers(session)
    source, receiver = np.concatenate([follower, asker]), np.concatenate([followed, author])
    is_answer = np.arange(len(source)) >= len(follower)
    rows = Rows(
        receiver,
        source,
        np.array([trust.get(one, 0.0) for one in source.tolist()], dtype=np.float64),
        is_answer,
        _is_returned(source, receiver, ~is_answer),
    )
    weight = rows.weights()
    return _followers(followed, weight[~is_answer]), tuple(
        Answer(*row) for row in zip(comment.tolist(), author.tolist(), weight[is_answer].tolist(), strict=True)
    )


def _answers(session: Session) -> Ints:
    """Comment, its author and who asked: int64[3, n], without those that somebody gave to a question of their own."""
    first, own = aliased(PostAuthor), aliased(PostAuthor)
    asker = select(func.min(first.researcher_id)).where(first.post_id == Post.id).scalar_subquery()
    is_own = exists().where(and_(own.post_id == Post.id, own.researcher_id == Comment.author_id))
    query = (
        select(Comment.id, Comment.author_id, asker)
        .join(AcceptedAnswer, AcceptedAnswer.comment_id == Comment.id)
        .join(Post, Post.id == AcceptedAnswer.post_id)
        .where(public_posts(), Comment.withdrawn_at.is_(None), ~is_own, asker.is_not(None))
        .order_by(Comment.id)
    )
    return read_integers(session, query, 3)


def _is_returned(source: Ints, receiver: Ints, is_follow: Bools) -> Bools:
    n = int(max(source.max(initial=0), receiver.max(initial=0))) + 1
    given = source * n + receiver
    return np.asarray(is_follow & np.isin(receiver * n + source, given[is_follow]))


def _followers(followed: Ints, weight: Floats) -> dict[int, Followers]:
    people, place = np.unique(followed, return_inverse=True)
    counts = np.bincount(place, minlength=len(people)).tolist()
    sums = np.bincount(place, weight, minlength=len(people)).tolist()
    return {who: Followers(n, total) for who, n, total in zip(people.tolist(), counts, sums, strict=True)}
