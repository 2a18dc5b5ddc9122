"""Whom a seeded community follows, which reviews it finds helpful, and what it says beside them."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from scholarnet.forms import PostKind
from scholarnet.models import AcceptedAnswer, Comment, Follow, HelpfulnessVote, Post, PostAuthor, Researcher, Review
from scholarnet.permissions import public_posts
from scholarnet.services import accepted_answers, comments, follows, helpfulness_votes
from seed.lexicon import lexicon
from seed.people import Person
from seed.texts import pick

STREAM = 17  # of its own, so that whatever else follows from the seed stays as it was
FOLLOWED, FIELD_WEIGHT = 3, 5.0  # how many somebody follows, and how much likelier one of the own field
VOTES = 3  # of one person
COMMENTS_A_POST, ANSWERS, REPLIED = 0.6, 2, 0.4


def add_discussion(session: Session, people: Sequence[Person], *, seed: int, now: datetime) -> None:
    """Let people follow, vote and comment, and authors of questions accept an answer: all but the ring, as ever."""
    rng = np.random.default_rng([seed, STREAM])
    honest = [person for person in people if not person.is_in_ring]
    _add_follows(session, rng, honest, now)
    _add_votes(session, rng, honest, {person.researcher.id: person for person in people}, now)
    posts = session.scalars(
        select(Post)
        .where(public_posts())
        .options(selectinload(Post.authors).joinedload(PostAuthor.researcher))
        .order_by(Post.id)
    ).all()
    for post in posts:
        _discuss(session, rng, post, honest, now)


def _add_follows(session: Session, rng: np.random.Generator, people: list[Person], now: datetime) -> None:
    for person in people:
        others = [one for one in people if one is not person]
        weight = np.array([one.activity * (FIELD_WEIGHT if one.field is person.field else 1.0) for one in others])
        for at in rng.choice(len(others), FOLLOWED, replace=False, p=weight / weight.sum()).tolist():
            pair = person.researcher, others[at].researcher
            follows.follow(session, follower=pair[0], followed=pair[1])
            day = _between(rng, max(one.created_at for one in pair), now).date()
            keys = Follow.follower_id == pair[0].id, Follow.followed_id == pair[1].id
            session.execute(update(Follow).where(*keys).values(created_on=day))


def _add_votes(
    session: Session, rng: np.random.Generator, people: list[Person], known: dict[int, Person], now: datetime
) -> None:
    """Careful reviews are found helpful; that they are is known by their reviewers' noise, to the seed alone."""
    standing = select(Review).join(Post).where(public_posts(), Review.withdrawn_at.is_(None)).order_by(Review.id)
    reviews = session.scalars(standing).all()
    for person in people:
        for at in rng.permutation(len(reviews))[:VOTES].tolist():
            review = reviews[at]
            is_helpful = bool(rng.random() < 1.1 - known[review.reviewer_id].noise / 2)
            day = _between(rng, review.created_at, now).date()
            if review.reviewer_id == person.researcher.id:
                continue
            voter = person.researcher
            helpfulness_votes.vote(session, voter=voter, review_id=review.public_id, is_helpful=is_helpful)
            session.get_one(HelpfulnessVote, (review.id, voter.id)).created_on = day
    session.flush()


def _discuss(session: Session, rng: np.random.Generator, post: Post, people: list[Person], now: datetime) -> None:
    """Some remarks that an author may answer; answers to a question, of which the first is accepted."""
    words, asker = lexicon()["comments"], post.authors[0].researcher
    is_question = post.kind is PostKind.QUESTION
    n = ANSWERS if is_question else int(rng.poisson(COMMENTS_A_POST))
    others = [one.researcher for one in people if one.researcher is not asker]
    said = []
    for at in rng.permutation(len(others))[:n].tolist():
        body = pick(rng, words["answers" if is_question else "remarks"])
        said.append(_say(session, post, others[at], body, _between(rng, post.published_at or now, now)))
    if is_question:
        accepted_answers.accept_answer(session, actor=asker, post=post, comment_id=said[0].public_id)
        session.get_one(AcceptedAnswer, post.id).created_on = _between(rng, said[0].created_at, now).date()
    for comment in said:
        if rng.random() < REPLIED:
            moment = _between(rng, comment.created_at, now)
            _say(session, post, asker, pick(rng, words["replies"]), moment, parent_id=comment.public_id)
    session.flush()


def _say(
    session: Session, post: Post, author: Researcher, body: str, at: datetime, *, parent_id: str | None = None
) -> Comment:
    comment = comments.write_comment(session, author=author, post_id=post.public_id, body=body, parent_id=parent_id)
    comment.created_at = comment.updated_at = at
    session.flush()
    return comment


def _between(rng: np.random.Generator, start: datetime, end: datetime) -> datetime:
    return start + (end - start) * float(rng.random())
