"""Trends against a slow count, and against those who would like to be in them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from math import log
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.db import now, reading
from scholarnet.errors import Forbidden
from scholarnet.models import DecidedBy, Decision, Post, PostScore, PostTag, Researcher, Role, ScoreLog, Verification
from scholarnet.permissions import public_posts
from scholarnet.services import clock, post_recommendations, scores, trends
from scholarnet.services.epochs import compute_epoch, switch_epoch, write_epoch
from scholarnet.services.observations import KINDS
from scholarnet.services.rankings import rank_posts
from scholarnet.services.rescores import rescore
from scholarnet.services.rises import Rise, find_rises
from scholarnet.services.snapshots import read_snapshot
from scoring.population import Population
from scoring.scale import Scale
from scoring.trending import NO_TREND
from seed.community import grow
from tests import databases
from tests.factories import (
    PostFactory,
    PostRecommendationFactory,
    PostScoreFactory,
    ResearcherFactory,
    ReviewDraftFactory,
    ScoreLogFactory,
    TagFactory,
)
from tests.services.communities import add_review
from tests.services.slow_trends import Slow

TODAY = now()


@pytest.fixture(scope="module")
def grown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A seeded community of 24 with an epoch; read, and never written to."""
    path = tmp_path_factory.mktemp("trends") / "grown.db"
    path.write_bytes(sqlite_template.read_bytes())
    with databases.disposing(f"sqlite:///{path}") as engine:
        with Session(engine) as session:
            grow(session, n_researchers=24, seed=3, now=TODAY)
            session.commit()
        run_epoch(engine)
        yield engine


def theta_low(session: Session) -> dict[int, float]:
    """θ at the lower end of each post's interval, from `best` in rating units."""
    head = session.scalars(select(ScoreLog.current_epoch_id)).one()
    population: Population = clock.clock_of(session, head).population
    rows = session.scalars(select(PostScore).where(PostScore.epoch_id == head))
    scales = {kind: Scale.of([KINDS.index(kind)], population) for kind in KINDS}
    return {row.post_id: float((row.best - scales[row.kind].middle[0]) / scales[row.kind].step[0]) for row in rows}


def test_trending_of_every_post_is_what_a_slow_count_gives(grown: Engine) -> None:
    with Session(grown) as session:
        expected = Slow(session).trending(theta_low(session))
        stored = {one.post_id: one.trending for one in Slow(session).scores.values()}
    assert len(stored) > 20
    assert sum(value > -1e6 for value in stored.values()) > 15
    assert stored == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("window", [7, 60])
def test_what_rises_is_what_a_slow_count_gives(grown: Engine, window: int) -> None:
    with Session(grown) as session:
        expected = Slow(session).rising(TODAY.date(), window)
        found = find_rises(session, shown=[public_posts()], today=TODAY.date(), window=window, limit=1000)
    assert all(expected.values()), "there is something to find"
    for name, of in expected.items():
        rises: list[Rise] = getattr(found, name)
        assert {one.key: (one.weight, one.expected, one.n_accounts) for one in rises} == {
            key: (pytest.approx(weight), pytest.approx(usual), n) for key, (weight, usual, n) in of.items()
        }
        assert [one.rise for one in rises] == sorted((one.rise for one in rises), reverse=True)


def test_the_epoch_and_the_fast_clock_give_the_same_bits(grown: Engine) -> None:
    names = ("trending", "controversial", "needs_review", "best")
    with Session(grown) as session:
        head = scores.hold_log(session).clock
        query = select(PostScore).where(PostScore.epoch_id == head.epoch_id).order_by(PostScore.post_id)
        before = [tuple(getattr(row, name) for name in names) for row in session.scalars(query)]
        for post_id in [row.post_id for row in session.scalars(query)][::2]:  # one at a time
            rescore(session, clock=head, post_ids=[post_id])
        after = [tuple(getattr(row, name) for name in names) for row in session.scalars(query)]
        session.rollback()
    assert after == before


def test_the_order_is_the_same_an_hour_later_when_nothing_happened(session: Session, engine: Engine) -> None:
    posts = [PostFactory(by=[ResearcherFactory()]) for _ in range(6)]
    for number, post in enumerate(posts[:5]):
        for _ in range(number):
            PostRecommendationFactory(post_id=post.id, created_on=TODAY.date() - timedelta(days=3 * number))
    session.commit()
    ranked = []
    for later in (timedelta(), timedelta(hours=1)):
        run_epoch(engine, as_of=TODAY.replace(hour=12) + later)
        ranked.append([row.public_id for row in rank_posts(session, viewer=None, sort="trending").rows])
        upwards = [row.public_id for row in rank_posts(session, viewer=None, sort="-trending").rows]
        session.rollback()
        assert upwards == ranked[-1][::-1]
    assert ranked[0] == ranked[1]
    assert set(ranked[0][4:]) == {posts[0].public_id, posts[5].public_id}, "without an event last"


class Field:
    """A topic with posts, some of which somebody turns to."""

    def __init__(self, session: Session, n_posts: int, n_before: int) -> None:
        self.session, self.tag = session, TagFactory()
        self.posts = [PostFactory(by=[ResearcherFactory()]) for _ in range(n_posts)]
        fans = [ResearcherFactory() for _ in range(n_before)]
        for post in self.posts:
            session.add(PostTag(post_id=post.id, tag_id=self.tag.id))
            for at, fan in enumerate(fans):
                self.recommend(post, days_ago=20 + at, by=fan)

    def recommend(self, post: Post, *, days_ago: int = 1, by: Researcher | None = None, trust: float = 0.8) -> None:
        who = by or ResearcherFactory()
        day = TODAY.date() - timedelta(days=days_ago)
        PostRecommendationFactory(post_id=post.id, researcher_id=who.id, trust=trust, created_on=day)


def risen(session: Session, engine: Engine) -> set[str]:
    """The titles' posts in /trends of the last week, after an epoch."""
    session.commit()
    run_epoch(engine)
    editor = ResearcherFactory(role=Role.EDITOR)
    found = trends.read_trends(session, actor=editor, window=7)
    session.commit()
    return {one.subject.public_id for one in found["rising_posts"]}


def test_a_small_rise_in_a_slow_field_enters_and_the_same_in_a_busy_one_does_not(
    session: Session, engine: Engine
) -> None:
    slow, busy = Field(session, 4, 0), Field(session, 6, 20)
    for field in (slow, busy):
        for _ in range(2):
            field.recommend(field.posts[0])
    assert risen(session, engine) == {slow.posts[0].public_id}


def test_a_topic_to_which_nobody_turns_is_expected_to_stay_still_also_in_what_an_author_is_held_against(
    session: Session, engine: Engine
) -> None:
    Field(session, 1, 30)
    author = ResearcherFactory()
    noted, still = (PostFactory(by=[author]) for _ in range(2))
    session.add(PostTag(post_id=still.id, tag_id=TagFactory().id))
    for _ in range(2):
        day = TODAY.date() - timedelta(days=1)
        PostRecommendationFactory(post_id=noted.id, trust=0.8, created_on=day)
    session.commit()
    run_epoch(engine)
    (rise,) = find_rises(session, shown=[public_posts()], today=TODAY.date(), window=7, limit=10).researchers
    overall = (30 * 0.4 / 90 + 5 * 0.1 * log(2) / 3) / (3 + 5)  # by the definitions: three posts in all
    assert (rise.key, rise.weight) == (author.id, pytest.approx(0.8))
    assert rise.expected == pytest.approx(7 * (overall + 5 * overall / (1 + 5)))


def test_a_burst_by_one_account_or_ten_new_ones_and_popular_junk_do_not_enter(session: Session, engine: Engine) -> None:
    field = Field(session, 5, 0)
    by_one, by_new, junk, honest, _ = field.posts
    one = ResearcherFactory()
    field.recommend(by_one, by=one)
    add_review(post=by_one, by=one, overall=9.0, at=TODAY - timedelta(days=2), trust=0.8)
    for _ in range(10):
        field.recommend(by_new, by=ResearcherFactory(verification=Verification.NONE), trust=0.0)
    for _ in range(8):
        add_review(post=junk, by=ResearcherFactory(), overall=2.0, at=TODAY - timedelta(days=2), trust=0.8)
        field.recommend(junk)
    for _ in range(2):
        field.recommend(honest)
    assert risen(session, engine) == {honest.public_id}
    rows = rank_posts(session, viewer=None, sort="trending").rows
    order = [row.public_id for row in rows]
    assert order.index(honest.public_id) < order.index(by_new.public_id), "ten new accounts are less than two trusted"
    assert {row.public_id: row.n_reviews for row in rows}[junk.public_id] == 8


def test_sections_name_what_is_contested_lacking_and_decided_and_leave_out_what_is_withheld(
    session: Session, engine: Engine
) -> None:
    split, good, bad, unread = (PostFactory(by=[ResearcherFactory()]) for _ in range(4))
    ids = {post.id: name for post, name in ((split, "split"), (good, "good"), (bad, "bad"), (unread, "unread"))}
    for at in range(10):
        who, moment = ResearcherFactory(), TODAY - timedelta(days=1)
        add_review(post=split, by=who, overall=10.0 if at % 2 else 1.0, at=moment, trust=0.8)
        add_review(post=good, by=who, overall=9.0, at=moment, trust=0.8)
        add_review(post=bad, by=who, overall=2.0, at=moment, trust=0.8)
    session.commit()
    run_epoch(engine)
    editor, member = ResearcherFactory(role=Role.EDITOR), ResearcherFactory()

    def seen() -> dict[str, list[str]]:
        found = trends.read_trends(session, actor=editor)
        names = ("contested", "lacking_reviewer", "newly_accepted", "newly_rejected")
        return {name: [ids[one.subject.key] for one in found[name]] for name in names}

    assert seen()["contested"][0] == "split"
    assert seen()["lacking_reviewer"][0] == "unread"
    assert (seen()["newly_accepted"], seen()["newly_rejected"]) == (["good"], ["bad"])
    ReviewDraftFactory(post=good, reviewer_id=editor.id)
    session.flush()
    assert "good" not in {name for names in seen().values() for name in names}
    with pytest.raises(Forbidden):
        trends.read_trends(session, actor=member)


def test_what_was_decided_is_the_communitys_word_also_when_its_reviews_are_gone_by_now(session: Session) -> None:
    decided = {"decision": Decision.ACCEPTED, "decision_since": now(), "value": None, "n_reviews": 0}
    left = PostScoreFactory(**decided)
    PostScoreFactory(**decided, epoch_id=left.epoch_id, decision_by=DecidedBy.EDITOR)
    ScoreLogFactory(current_epoch_id=left.epoch_id)
    found = trends.read_trends(session, actor=ResearcherFactory(role=Role.EDITOR))["newly_accepted"]
    assert [one.subject.key for one in found] == [left.post_id], "an editor's word is no decision of the community"
    assert found[0].why.endswith("by 0 reviews")


def test_the_number_of_statements_does_not_grow_with_the_posts(
    grown: Engine, session: Session, count_queries: Callable
) -> None:
    counts = []
    with Session(grown) as many:
        for one in (session, many):
            editor = one.scalars(select(Researcher).where(Researcher.role == Role.EDITOR)).first()
            editor = editor or ResearcherFactory(role=Role.EDITOR)
            with count_queries() as statements:
                trends.read_trends(one, actor=editor, window=60)
            counts.append(len([text for text in statements if text.startswith(("SELECT", "WITH"))]))
    assert counts[0] == counts[1] <= 16


def test_a_light_event_between_snapshot_and_switch_is_not_lost(session: Session, engine: Engine) -> None:
    post, fan = PostFactory(by=[ResearcherFactory()]), ResearcherFactory()
    session.commit()
    with Session(reading(engine)) as reader:
        snapshot = read_snapshot(reader, as_of=now())
    post_recommendations.recommend(session, actor=fan, post_id=post.public_id)
    session.commit()
    epoch = write_epoch(session, snapshot=snapshot, computed=compute_epoch(snapshot))
    query = select(PostScore.trending).where(PostScore.epoch_id == epoch.id)
    before = session.scalars(query).one()
    switch_epoch(session, epoch=epoch)
    assert before == NO_TREND < session.scalars(query).one()
