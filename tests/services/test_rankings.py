"""Pages while the posts change between them, and an integrator that stays in step."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scholarnet.models import Epoch, Post, PostScore, PostStatus, Researcher, ScoreLog
from scholarnet.services.posts import edit_post, get_post, publish_post, withdraw_post
from scholarnet.services.rankings import rank_posts
from scholarnet.services.scores import next_moment
from tests.factories import EpochFactory, PostFactory, PostScoreFactory
from tests.services.writing import draft, publish

START = datetime(2026, 1, 1, tzinfo=UTC)
AT_FIRST, CHANGES, PER_PAGE = 200, 1000, 5


@pytest.fixture
def epoch(session: Session) -> Epoch:
    epoch = EpochFactory()
    session.get_one(ScoreLog, 1).current_epoch_id = epoch.id
    return epoch


def add(epoch: Epoch, rng: random.Random) -> tuple[Post, PostScore]:
    post = PostFactory(by=[], created_by_id=None, published_at=START + timedelta(minutes=rng.randrange(60)))
    return post, PostScoreFactory(epoch_id=epoch.id, post_id=post.id, best=rng.randrange(4, 36) / 4)


def walk(session: Session, sort: str, between: Callable[[], None]) -> list[str]:
    seen: list[str] = []
    cursor: str | None = "*"
    while cursor:
        page = rank_posts(session, viewer=None, sort=sort, cursor=cursor, per_page=PER_PAGE)
        seen += [row.public_id for row in page.rows]
        cursor = page.next_cursor
        between()
    return seen


@pytest.mark.parametrize("sort", ["new", "-new", "best", "-best"])
def test_what_stays_is_seen_once_when_a_thousand_posts_change_meanwhile(
    session: Session, epoch: Epoch, sort: str
) -> None:
    rng = random.Random(7)  # noqa: S311
    rows = [add(epoch, rng) for _ in range(AT_FIRST)]
    staying, moving = rows[: AT_FIRST // 2], rows[AT_FIRST // 2 :]
    done = count()

    def change() -> None:
        for at in (next(done) for _ in range(CHANGES // (AT_FIRST // PER_PAGE) * 2)):
            post, score = moving[rng.randrange(len(moving))]
            if at % 3 == 0:
                moving.append(add(epoch, rng))
            elif at % 3 == 1:
                score.best = rng.randrange(4, 36) / 4
            else:
                post.status = PostStatus.WITHDRAWN
        session.flush()

    seen = walk(session, sort, change)
    assert next(done) >= CHANGES
    assert [seen.count(post.public_id) for post, _ in staying] == [1] * len(staying)
    if "new" in sort:  # there a score moves nothing
        assert len(seen) == len(set(seen))
        there = [post.public_id for post, _ in rows if post.status is PostStatus.PUBLISHED]
        assert set(there) <= set(seen)


def test_paging_goes_on_from_the_same_value_when_an_epoch_begins(session: Session, epoch: Epoch) -> None:
    rng = random.Random(8)  # noqa: S311
    rows = [add(epoch, rng) for _ in range(40)]
    later = EpochFactory()
    for post, score in rows:
        PostScoreFactory(epoch_id=later.id, post_id=post.id, best=score.best if post.id % 2 else 11 - score.best)
    session.flush()
    seen = walk(session, "best", lambda: setattr(session.get_one(ScoreLog, 1), "current_epoch_id", later.id))
    assert [seen.count(post.public_id) for post, _ in rows if post.id % 2] == [1] * len(
        [post for post, _ in rows if post.id % 2]
    )


def test_no_moment_is_given_twice_when_the_clock_stands_or_goes_back(session: Session) -> None:
    ahead = next_moment(session) + timedelta(days=1)
    session.get_one(ScoreLog, 1, populate_existing=True).last_moment = ahead
    session.flush()
    assert [next_moment(session) for _ in range(3)] == [ahead + timedelta(microseconds=at) for at in (1, 2, 3)]


class Mirror:
    """An integrator: what it knows of posts, by polling for what changed after the last that it has."""

    def __init__(self) -> None:
        self.last, self.posts = START, dict[str, tuple[Any, ...]]()

    def poll(self, session: Session) -> None:
        cursor: str | None = "*"
        filters = f"updated_at:>{self.last.isoformat()}"
        while cursor:
            page = rank_posts(session, viewer=None, sort="-updated", filters=filters, cursor=cursor, per_page=3)
            for row in page.rows:
                self.posts[row.public_id] = (row.status, row.version_number, row.updated_at, row.tags)
                self.last = row.updated_at
            cursor = page.next_cursor


def write(engine: Engine, ids: list[str], seed: int) -> None:
    """Publish each draft, and then withdraw a third of them and tag another third anew."""
    for at, public_id in enumerate(ids):
        for step in range(2):
            with Session(engine) as session:
                author = session.scalars(select(Post).where(Post.public_id == public_id)).one().created_by_id
                post = get_post(session, public_id, viewer=None if step else session.get_one(Researcher, author))
                actor = session.get_one(Researcher, author)
                if step == 0:
                    publish_post(session, actor=actor, post=post)
                elif at % 3 == 1:
                    withdraw_post(session, actor=actor, post=post)
                elif at % 3 == 2:
                    edit_post(session, actor=actor, post=post, changes={"tags": [f"seed {seed}"]})
                session.commit()


def test_an_integrator_ends_with_the_set_of_the_database_when_two_write_at_once(
    engine: Engine, session: Session
) -> None:
    lists = [[draft(session).public_id for _ in range(12)] for _ in range(2)]
    publish(session)  # and a draft that nobody is to see
    draft(session)
    session.commit()
    mirror = Mirror()
    with ThreadPoolExecutor(2) as pool:
        writers = [pool.submit(write, engine, ids, seed) for seed, ids in enumerate(lists)]
        while not all(writer.done() for writer in writers):
            with Session(engine) as reader:
                mirror.poll(reader)
        for writer in writers:
            writer.result()
    mirror.poll(session)
    posts = session.scalars(select(Post).where(Post.version_number > 0).execution_options(populate_existing=True)).all()
    expected = {post.public_id: (post.status.value, post.version_number, post.updated_at) for post in posts}
    assert {name: known[:3] for name, known in mirror.posts.items()} == expected
    assert len(expected) == 25
    assert {known[0] for known in mirror.posts.values()} == {"published", "withdrawn"}


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # on SQLite no two writing transactions overlap
def test_a_later_commit_has_a_later_moment_when_transactions_overlap(engine: Engine, session: Session) -> None:
    one, two = draft(session), draft(session)
    session.commit()
    with Session(engine) as first, ThreadPoolExecutor(1) as pool:
        post = get_post(first, one.public_id, viewer=first.get_one(Researcher, one.created_by_id))
        publish_post(first, actor=first.get_one(Researcher, one.created_by_id), post=post)
        other = pool.submit(write, engine, [two.public_id], 1)
        mirror = Mirror()
        mirror.poll(session)
        assert mirror.posts == {}
        first.commit()
        other.result()
    session.expire_all()
    assert session.get_one(Post, one.id).updated_at < session.get_one(Post, two.id).updated_at


def test_a_tombstone_is_its_title_alone_and_stands_below_all_scores(session: Session) -> None:
    gone, post = publish(session), publish(session)
    session.flush()
    withdraw_post(session, actor=gone.authors[0].researcher, post=gone)
    withdraw_post(session, actor=(unseen := draft(session)).authors[0].researcher, post=unseen)
    for sort in ("best", "reviews", "-updated"):
        rows = rank_posts(session, viewer=None, sort=sort, filters="updated_at:>2026-01-01").rows
        wanted = [post.public_id, gone.public_id]
        assert [(row.public_id, row.tier is None) for row in rows] == list(zip(wanted, (False, True), strict=True))
    first = rank_posts(session, viewer=None, filters="status:withdrawn|published", per_page=1)
    second = rank_posts(session, viewer=None, filters="status:withdrawn|published", cursor=first.next_cursor or "")
    assert [row.public_id for row in second.rows] == [gone.public_id]
    assert rank_posts(session, viewer=None).rows[0].public_id == post.public_id
