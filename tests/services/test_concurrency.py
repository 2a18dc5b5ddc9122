"""Many people at once: the log stays in commit order, and the score has the bits of one after the other."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from scholarnet.models import (
    Epoch,
    Follow,
    HelpfulnessVote,
    Identity,
    Post,
    PostScore,
    Researcher,
    ScoreEvent,
    ScoreLog,
)
from scholarnet.services.follows import follow
from scholarnet.services.helpfulness_votes import vote
from scholarnet.services.posts import get_post, publish_post
from scholarnet.services.reviews import submit_review
from scholarnet.services.scores import find_score
from tests.factories import ResearcherFactory, ReviewFactory
from tests.services.writing import draft, publish

PEOPLE = 50
BITS = ("value", "best", "low", "high", "sd", "n_reviews", "n_effective", "prior_share")


def content_of(at: int) -> dict[str, object]:
    overall = 1.0 + (at * 7) % 10
    return {"overall": overall, "confidence": 1 + at % 5, "ratings": {"soundness": 1.0 + at % 5}, "body": "Sound."}


def submit(engine: Engine, post_id: str, reviewer_id: int, at: int) -> int:
    """Submit and commit review `at` in a session of its own; return the log's position at the commit."""
    identity = Identity.ANONYMOUS if at % 7 == 3 else Identity.SIGNED
    with Session(engine) as session:
        submit_review(
            session,
            reviewer=session.get_one(Researcher, reviewer_id),
            post_id=post_id,
            content=content_of(at),
            identity=identity,
            has_financial_interest=at % 11 == 5,
        )
        position = session.scalars(select(ScoreLog.last_sequence)).one()
        session.commit()
    return position


def in_threads(work: Callable[[int], int], times: list[int]) -> list[int]:
    with ThreadPoolExecutor(len(times)) as pool:
        return list(pool.map(work, times))


def bits(score: PostScore) -> list[str]:
    return [float(getattr(score, name)).hex() for name in BITS]


def test_concurrent_reviews_give_the_bits_of_one_after_the_other(engine: Engine, session: Session) -> None:
    people = [ResearcherFactory(unverified=at % 4 == 1) for at in range(PEOPLE)]
    together, alone, noise = publish(session), publish(session), publish(session)
    ids, posts = [person.id for person in people], [together.public_id, alone.public_id]
    session.commit()
    in_threads(lambda at: submit(engine, posts[0], ids[at], at), list(range(PEOPLE)))
    for at in random.sample(range(PEOPLE), PEOPLE):
        submit(engine, posts[1], ids[at], at)
    first, second = (find_score(session, post=post) for post in (together, alone))
    assert first.n_reviews == PEOPLE - 5  # those with a financial interest do not count
    assert bits(first) == bits(second)
    assert find_score(session, post=noise).n_reviews == 0


def test_the_log_is_in_commit_order_without_gaps_when_many_write(engine: Engine, session: Session) -> None:
    people, posts = [ResearcherFactory() for _ in range(20)], [publish(session) for _ in range(4)]
    ids, names = [person.id for person in people], [post.public_id for post in posts]
    session.commit()
    positions = in_threads(lambda at: submit(engine, names[at % 4], ids[at], at), list(range(20)))
    assert sorted(positions) == list(range(5, 25))  # each saw the log end with its own line
    lines = session.scalars(select(ScoreEvent.sequence).order_by(ScoreEvent.sequence)).all()
    assert lines == list(range(1, 25))
    times = session.scalars(select(ScoreEvent.created_at).order_by(ScoreEvent.sequence)).all()
    assert times == sorted(times)


def test_the_first_epoch_is_one_when_many_begin_at_once(engine: Engine, session: Session) -> None:
    drafts = [draft(session) for _ in range(6)]
    ids = [(one.public_id, one.created_by_id) for one in drafts]
    session.commit()

    def start(at: int) -> int:
        with Session(engine) as other:
            publish_one(other, *ids[at])
            other.commit()
        return at

    in_threads(start, list(range(6)))
    assert session.scalar(select(func.count()).select_from(Epoch)) == 1
    assert session.scalar(select(func.count()).select_from(PostScore)) == 6


def test_a_vote_and_a_follow_are_one_when_given_many_times_at_once(engine: Engine, session: Session) -> None:
    review, person = ReviewFactory(), ResearcherFactory()
    voted, who, followed = review.public_id, person.id, review.reviewer_id
    session.commit()

    def give(at: int) -> int:
        with Session(engine) as other:
            actor = other.get_one(Researcher, who)
            vote(other, voter=actor, review_id=voted, is_helpful=at % 2 == 0)
            follow(other, follower=actor, followed=other.get_one(Researcher, followed))
            other.commit()
        return at

    in_threads(give, list(range(4)))
    for table in (HelpfulnessVote, Follow):
        assert session.scalar(select(func.count()).select_from(table)) == 1


def publish_one(session: Session, public_id: str, author_id: int) -> Post:
    author = session.get_one(Researcher, author_id)
    return publish_post(session, actor=author, post=get_post(session, public_id, viewer=author))
