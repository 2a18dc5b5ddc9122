"""A list ranked by a reader's own weights of criteria."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy.orm import Session

from scholarnet.cursors import BadCursor
from scholarnet.forms import PostKind, form_of
from scholarnet.models import Audience, Post, Researcher
from scholarnet.services import criteria_rankings
from scholarnet.services.criteria_rankings import CriteriaRanking, rank_by_criteria
from scholarnet.services.posts import withdraw_post
from scholarnet.services.rankings import rank_posts
from scholarnet.services.review_drafts import save_draft
from tests.factories import ResearcherFactory
from tests.services.writing import draft, publish, review

SHARE = 0.459  # P/(1 + P) of one review before any fit
PREPRINT = ",".join(f"{one.name}:{one.weight}" for one in (form_of("preprint").overall, *form_of("preprint").criteria))


def rank(session: Session, criteria: str, *, viewer: Researcher | None = None, **other: Any) -> CriteriaRanking:
    return rank_by_criteria(session, viewer=viewer, criteria=criteria, **other)


def order(page: CriteriaRanking) -> list[str]:
    return [row.title for row in page.rows]


@pytest.fixture
def posts(session: Session) -> dict[str, Post]:
    """One that is sound, one that is clear, both; and three that nobody reviewed by soundness or clarity."""
    added = {name: publish(session, title=name) for name in ("sound", "clear", "both", "overall", "unread")}
    added["micro"] = publish(session, title="micro", kind=PostKind.MICRO)
    review(session, post=added["sound"], overall=6.0, ratings={"soundness": 5, "clarity": 2})
    review(session, post=added["clear"], overall=7.0, ratings={"soundness": 2, "clarity": 5})
    for rating in (3, 4):
        review(session, post=added["both"], overall=8.0, ratings={"soundness": rating, "clarity": rating})
    review(session, post=added["both"], overall=2.0)
    review(session, post=added["overall"], overall=7.0)
    review(session, post=added["micro"], overall=10.0, ratings={"accuracy": 5})
    return added


@pytest.mark.usefixtures("posts")
def test_the_order_is_that_of_the_readers_weights_with_scores_by_hand(session: Session) -> None:
    last = ["micro", "overall", "unread"]  # in the order of their best
    by_soundness, by_clarity, by_both = (
        rank(session, criteria) for criteria in ("soundness:1", "clarity:9,soundness:0", "soundness:2,clarity:1")
    )
    assert order(by_soundness) == ["sound", "both", "clear", *last]
    assert order(by_clarity) == ["clear", "both", "sound", *last]
    assert (by_both.n_posts, by_both.next_cursor, by_both.scores[3:]) == (6, None, [None] * 3)
    scores = dict(zip(order(by_both), by_both.scores, strict=True))
    # Of 1 to 5, 5 is two standard deviations up and 2 one down; one z of both is (2·2 − 1)/3.
    by_hand = {"soundness": 5.5 + 2.25 * 2 * SHARE, "clarity": 5.5 - 2.25 * SHARE}
    assert scores["sound"]["by_criterion"] == pytest.approx(by_hand, abs=1e-6)
    assert scores["sound"]["value"] == pytest.approx(5.5 + 2.25 * SHARE, abs=1e-6)
    assert scores["sound"]["best"] == scores["sound"]["low"] < scores["sound"]["value"] < scores["sound"]["high"]
    assert rank(session, "clarity:1").scores[0]["by_criterion"] == {"clarity": pytest.approx(5.5 + 4.5 * SHARE)}


@pytest.mark.usefixtures("posts")
def test_a_forms_own_weights_give_its_own_scores(session: Session) -> None:
    ranked, listed = rank(session, PREPRINT), rank_posts(session, viewer=None)
    reviewed = [row for row in listed.rows if row.kind == "preprint" and row.n_reviews]
    mine = dict(zip(order(ranked), ranked.scores, strict=True))
    for row in reviewed:
        assert {name: mine[row.title][name] for name in ("value", "low", "high", "best")} == pytest.approx(
            {name: getattr(row, name) for name in ("value", "low", "high", "best")}
        )
    assert [title for title in order(ranked) if title in {row.title for row in reviewed}] == [
        row.title for row in reviewed
    ]


@pytest.mark.usefixtures("posts")
def test_pages_make_the_whole_and_a_cursor_belongs_to_its_weights(session: Session) -> None:
    whole, walked, cursor = order(rank(session, "soundness:2,clarity:1")), [], "*"
    while cursor:
        page = rank(session, " clarity:1.0 , soundness:2", cursor=cursor, per_page=2)
        walked += order(page)
        cursor = page.next_cursor
    assert walked == whole
    mine = rank(session, "soundness:1", per_page=1).next_cursor
    for criteria, sort in (("soundness:2", "best"), ("soundness:1,clarity:1", "best"), ("soundness:1", "new")):
        with pytest.raises(BadCursor, match="belongs to sort and criteria best soundness"):
            rank(session, criteria, sort=sort, cursor=mine)
    theirs = rank_posts(session, viewer=None, per_page=1).next_cursor
    for foreign in (theirs, "bm90IGpzb24", "W10"):
        with pytest.raises(BadCursor):
            rank(session, "soundness:1", cursor=foreign)
    with pytest.raises(BadCursor):
        rank_posts(session, viewer=None, cursor=mine)


def test_the_list_says_which_posts_are_ranked(
    session: Session, posts: dict[str, Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(session, title="for members", audience=Audience.MEMBERS)
    draft(session, title="unseen")
    gone = posts["both"]
    withdraw_post(session, actor=gone.authors[0].researcher, post=gone)
    assert order(rank(session, "soundness:1", filters="n_reviews:>0")) == ["sound", "clear", "micro", "overall"]
    assert order(rank(session, "soundness:1", search="sound")) == ["sound"]
    assert order(rank(session, "soundness:1", search="nothing")) == []
    assert "for members" in order(rank(session, "soundness:1", viewer=ResearcherFactory()))
    tombstones = rank(session, "soundness:1", filters="updated_at:>2020-01-01")
    assert (order(tombstones)[-1], tombstones.scores[-1]) == ("both", None)
    monkeypatch.setattr(criteria_rankings, "MOST_POSTS", 2)
    assert sorted(order(rank(session, "soundness:1", sort="-new", filters="kind:preprint"))) == ["clear", "sound"]
    monkeypatch.setattr(criteria_rankings, "MOST_REVIEWS", 1)
    assert rank(session, "soundness:1").n_posts == 1


def test_a_post_is_left_out_when_the_viewer_holds_an_open_review_of_it(
    session: Session, posts: dict[str, Post]
) -> None:
    tom = ResearcherFactory()
    save_draft(session, reviewer=tom, post_id=posts["sound"].public_id, content={})
    for sort in ("best", "new"):
        assert set(posts) - set(order(rank(session, "soundness:1", viewer=tom, sort=sort))) == {"sound"}
        assert "sound" in order(rank(session, "soundness:1", viewer=ResearcherFactory(), sort=sort))


@pytest.mark.usefixtures("posts")
def test_it_takes_as_many_statements_when_there_are_more_posts(
    session: Session, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with count_queries() as few:
        rank(session, "soundness:1,clarity:1")
    for post in (publish(session) for _ in range(4)):
        review(session, post=post, ratings={"soundness": 3})
    with count_queries() as more:
        rank(session, "soundness:1,clarity:1")
    assert len(more) == len(few) <= 7
