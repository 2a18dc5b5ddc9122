"""What rises: posts, tags and researchers that trusted accounts turn to more than is usual for their topic.

Gates come before numbers: only events by trusted accounts count, a cluster with a budget is one account, junk carries
nothing, and less than `rise_accounts` independent accounts are no rise. Their number is the least that there can be:
of who signs, of who saves, of unsigned reviews the greatest, not the sum, because nothing may tell whether the same
person is among two of them; unsigned reviews of several posts may all be by one, and count for a tag or researcher
only in the weight. All is set-wise: the number of statements does not grow with the posts.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from scholarnet.models import Decision, Post, PostAuthor, PostScore, PostTag, Tier
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.happenings import BUDGETED, HAPPENINGS, SAVED, SIGNED, UNSIGNED
from scoring.parameters import DEFAULT
from scoring.rises import Rates, rise

ACROSS_POSTS = (SIGNED, SAVED)  # origins whose sources are accounts
OF_POST = (*ACROSS_POSTS, UNSIGNED)  # of one post each unsigned review is by somebody else


@dataclass(frozen=True, slots=True)
class Rise:
    """Of what has key `key`: the least number of accounts, what their events weigh, what was to be expected, ln of the
    ratio, and `best` of the posts concerned, by what each was noted."""

    key: int
    n_accounts: int
    weight: float
    expected: float
    rise: float
    best: float


@dataclass(frozen=True, slots=True)
class Rises:
    """What rises most comes first, at most as many as were asked for."""

    posts: list[Rise]
    tags: list[Rise]
    researchers: list[Rise]


def find_rises(
    session: Session, *, shown: Sequence[ColumnElement[bool]], today: date, window: int, limit: int
) -> Rises:
    """Return what rises among the posts that the conditions `shown` leave, in the `window` days up to today, against
    the `trend_base_days` before those."""
    voices = _voices(shown, today - timedelta(days=window), window)
    rates, tags = _rates(session, voices, shown)
    topics = defaultdict(list)
    for post_id, tag_id in session.execute(_topics_of_active(voices)):
        topics[post_id].append(tag_id)
    posts = [
        _rise(row, window * rates.of_post(topics[row.key]), OF_POST)
        for row in session.execute(_of(voices, voices.c.post_id, OF_POST))
    ]
    found = [_rise(row, window * row.n_posts * rates.of_post([row.key])) for row in tags]
    expected = _expected_of_researchers(session, voices, shown, rates)
    people = [_rise(row, window * expected[row.key]) for row in session.execute(_of_researchers(voices))]
    return Rises(*(_greatest(rises, limit) for rises in (posts, found, people)))


def is_sound() -> ColumnElement[bool]:
    """Whether nothing says that a post is junk: what is popular without being good does not rise."""
    return and_(
        PostScore.decision != Decision.REJECTED,
        PostScore.tier != Tier.WEAK,
        or_(PostScore.value.is_(None), PostScore.value >= DEFAULT.rise_value),
    )


def _voices(shown: Sequence[ColumnElement[bool]], since: date, window: int) -> CTE:
    """One row a post and source: what it weighs in the window (`now`, of sound posts) and before; one event a day."""
    event, budgeted = HAPPENINGS.c, BUDGETED.subquery("budgeted")
    source = case((budgeted.c.cluster_id.is_not(None), -budgeted.c.cluster_id), else_=event.source_id)
    share = case((event.trust < DEFAULT.trust_full, event.trust / DEFAULT.trust_full), else_=1.0)
    weight = event.weight * case((event.origin == SIGNED, share), else_=1.0)
    days = (
        select(
            event.post_id,
            event.day,
            event.origin,
            source.label("source"),
            func.max(weight).label("weight"),
        )
        .select_from(HAPPENINGS)
        .outerjoin(budgeted, and_(budgeted.c.researcher_id == event.researcher_id, event.origin != UNSIGNED))
        .where(
            event.trust >= DEFAULT.trusted_at,
            event.day > since - timedelta(days=DEFAULT.trend_base_days),
            event.day <= since + timedelta(days=window),
        )
        .group_by(event.post_id, event.day, event.origin, source)
        .subquery("days")
    )
    sound = case((is_sound(), 1.0), else_=0.0)
    return (
        select(
            days.c.post_id,
            days.c.origin,
            days.c.source,
            PostScore.best,
            func.sum(case((days.c.day > since, days.c.weight * sound), else_=0.0)).label("now"),
            func.sum(case((days.c.day <= since, days.c.weight), else_=0.0)).label("before"),
        )
        .join(Post, Post.id == days.c.post_id)
        .join(PostScore, and_(PostScore.post_id == Post.id, PostScore.epoch_id == current_epoch_id()))
        .where(*shown)
        .group_by(days.c.post_id, days.c.origin, days.c.source, PostScore.best)
        .cte("voice")
    )


def _of(table: Any, key: Any, origins: tuple[int, ...]) -> Select[*tuple[Any, ...]]:
    """Aggregate rows of a source each by key; those that enough accounts note."""
    counts = [func.sum(case((and_(table.c.origin == origin, table.c.now > 0), 1), else_=0)) for origin in origins]
    weighed = func.sum(table.c.now * table.c.best)
    named = [count.label(f"n_{origin}") for origin, count in zip(origins, counts, strict=True)]
    return (
        select(key.label("key"), func.sum(table.c.now).label("now"), weighed.label("weighed"), *named)
        .group_by(key)
        .having(or_(*(count >= DEFAULT.rise_accounts for count in counts)))
    )


def _by_source(voices: CTE, key: Any, table: Any, on: ColumnElement[bool]) -> Any:
    """One row a key and source, over all the posts that the table leads to."""
    now = func.sum(voices.c.now)
    return (
        select(
            key.label("key"),
            voices.c.origin,
            voices.c.source,
            now.label("now"),
            func.sum(voices.c.before).label("before"),
            (func.sum(voices.c.now * voices.c.best) / case((now > 0, now), else_=1.0)).label("best"),
        )
        .select_from(voices)
        .join(table, on)
        .group_by(key, voices.c.origin, voices.c.source)
        .subquery("heard")
    )


def _rates(session: Session, voices: CTE, shown: Sequence[ColumnElement[bool]]) -> tuple[Rates, list[Row[Any]]]:
    """The base rates, and the rows of the tags that enough accounts note, each with its number of posts."""
    heard = _by_source(voices, PostTag.tag_id, PostTag, PostTag.post_id == voices.c.post_id)
    posts = (
        select(PostTag.tag_id, func.count().label("n_posts"))
        .join(Post, Post.id == PostTag.post_id)
        .where(*shown, PostTag.tag_id.in_(select(heard.c.key)))
        .group_by(PostTag.tag_id)
        .subquery("posts")
    )
    before = select(heard.c.key, func.sum(heard.c.before).label("before")).group_by(heard.c.key).subquery("before")
    rows = session.execute(
        select(before.c.key, before.c.before, posts.c.n_posts).join(posts, posts.c.tag_id == before.c.key)
    )
    total = session.scalar(select(func.coalesce(func.sum(voices.c.before), 0.0))) or 0.0
    n_posts = session.scalar(select(func.count()).select_from(Post).where(*shown)) or 0
    rates = Rates.of(total, n_posts, {row.key: (row.before, row.n_posts) for row in rows})
    noted = _of(heard, heard.c.key, ACROSS_POSTS).subquery("noted")
    tags = session.execute(select(noted, posts.c.n_posts).join(posts, posts.c.tag_id == noted.c.key)).all()
    return rates, list(tags)


def _topics_of_active(voices: CTE) -> Select[*tuple[Any, ...]]:
    active = _of(voices, voices.c.post_id, OF_POST).subquery("active")
    return select(PostTag.post_id, PostTag.tag_id).where(PostTag.post_id.in_(select(active.c.key)))


def _of_researchers(voices: CTE) -> Select[*tuple[Any, ...]]:
    heard = _by_source(voices, PostAuthor.researcher_id, PostAuthor, PostAuthor.post_id == voices.c.post_id)
    return _of(heard, heard.c.key, ACROSS_POSTS)


def _expected_of_researchers(
    session: Session, voices: CTE, shown: Sequence[ColumnElement[bool]], rates: Rates
) -> dict[int, float]:
    """What all the posts of each who may rise have a day."""
    rising = _of_researchers(voices).subquery("rising")
    rows = session.execute(
        select(PostAuthor.researcher_id, PostAuthor.post_id, PostTag.tag_id)
        .join(Post, Post.id == PostAuthor.post_id)
        .outerjoin(PostTag, PostTag.post_id == PostAuthor.post_id)
        .where(*shown, PostAuthor.researcher_id.in_(select(rising.c.key)))
        .order_by(PostAuthor.researcher_id, PostAuthor.post_id)
    )
    topics: dict[tuple[int, int], list[int]] = defaultdict(list)
    for researcher_id, post_id, tag_id in rows:
        topics[researcher_id, post_id] += [] if tag_id is None else [tag_id]
    expected: dict[int, float] = defaultdict(float)
    for (researcher_id, _), names in topics.items():
        expected[researcher_id] += rates.of_post(names)
    return expected


def _rise(row: Row[Any], expected: float, origins: tuple[int, ...] = ACROSS_POSTS) -> Rise:
    n_accounts = max(getattr(row, f"n_{origin}") for origin in origins)
    return Rise(row.key, int(n_accounts), row.now, expected, rise(row.now, expected), row.weighed / row.now)


def _greatest(rises: list[Rise], limit: int) -> list[Rise]:
    risen = [one for one in rises if one.rise >= DEFAULT.rise_min]
    return sorted(risen, key=lambda one: (-one.rise, one.key))[:limit]
