"""Posts that few filters leave are looked up, others found on the way through an order: both give the same pages."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from scholarnet.models import Decision, Post, PostScore, PostStatus, ScoreLog, Tier
from scholarnet.services import ranking_filters
from scholarnet.services.rankings import rank_posts
from tests.factories import EpochFactory, PostFactory, PostScoreFactory, PostTagFactory, TagFactory

START = datetime(2026, 1, 1, tzinfo=UTC)
PER_PAGE = 4
Row = tuple[Post, PostScore | None]  # a withdrawn post has no score


def grow(session: Session, rng: random.Random) -> list[Row]:
    """Thirty posts with different values of all that is filtered by, a third with a tag, a few withdrawn."""
    epoch, tag = EpochFactory(), TagFactory(name="knee")
    session.get_one(ScoreLog, 1).current_epoch_id = epoch.id
    rows = []
    for at in range(30):
        moment = START + timedelta(days=at)
        status = PostStatus.WITHDRAWN if at % 10 == 9 else PostStatus.PUBLISHED
        title = "Knees and hips" if at % 4 == 0 else "Knees"
        post = PostFactory(
            by=[], title=title, created_by_id=None, status=status, updated_at=moment, published_at=moment
        )
        score = (
            PostScoreFactory(
                epoch_id=epoch.id,
                post_id=post.id,
                best=rng.randrange(4, 12) / 2,
                n_reviews=at % 5,
                tier=rng.choice([Tier.SOUND, Tier.STRONG]),
                decision=rng.choice([Decision.ACCEPTED, Decision.CONTESTED]),
            )
            if status is PostStatus.PUBLISHED
            else None
        )
        if at % 3 == 0:
            PostTagFactory(post_id=post.id, tag_id=tag.id)
        rows.append((post, score))
    session.flush()
    return rows


def pages(session: Session, sort: str, filters: str, search: str = "") -> list[str]:
    seen: list[str] = []
    cursor: str | None = "*"
    while cursor:
        page = rank_posts(
            session, viewer=None, sort=sort, filters=filters, search=search, cursor=cursor, per_page=PER_PAGE
        )
        seen += [row.public_id for row in page.rows]
        cursor = page.next_cursor
    return seen


@pytest.mark.parametrize("few", [0, ranking_filters.FEW])
def test_pages_are_the_same_when_posts_are_looked_up_and_when_they_are_met(
    session: Session, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(ranking_filters, "FEW", few)
    rows = grow(session, random.Random(3))  # noqa: S311
    published = [(post, score) for post, score in rows if score is not None]

    def found(keep: Callable[[Post, PostScore], bool]) -> list[str]:
        ordered = sorted(published, key=lambda row: (row[1].best, row[0].id), reverse=True)
        return [post.public_id for post, score in ordered if keep(post, score)]

    after = START + timedelta(days=14)
    tagged = {post.id for post, _ in rows[::3]}
    assert pages(session, "best", "tag:knee,n_reviews:>1") == found(lambda p, s: p.id in tagged and s.n_reviews > 1)
    assert pages(session, "best", "tier:sound,decision:accepted") == found(
        lambda _p, s: (s.tier, s.decision) == (Tier.SOUND, Decision.ACCEPTED)
    )
    assert pages(session, "best", f"published_at:>{after:%Y-%m-%d},tag:!knee") == found(
        lambda p, _s: p.updated_at > after and p.id not in tagged
    )
    assert pages(session, "best", "status:published") == found(lambda _p, _s: True)
    hips = {post.id for post, _ in rows[::4]}
    assert pages(session, "best", "", search="hip knee") == found(lambda p, _s: p.id in hips)
    assert pages(session, "best", "tag:knee", search="hips") == found(lambda p, _s: p.id in hips & tagged)
    newest = [post.public_id for post, _ in reversed(rows) if post.updated_at >= after]
    assert pages(session, "updated", f"updated_at:>={after:%Y-%m-%d}") == newest
    tombstones = [post.public_id for post, _ in reversed(rows) if post.status is PostStatus.WITHDRAWN]
    assert pages(session, "best", "updated_at:>=2026-01-01")[-3:] == tombstones
