"""What rises: posts, tags and researchers that trusted accounts turn to more than is usual for their topic.

Gates come before numbers: only events by trusted accounts count, a cluster with a budget is one account, junk carries
nothing, and less than `rise_accounts` independent accounts are no rise. Their number is the least that there can be:
of who signs, of who saves, of unsigned reviews the greatest, not the sum, because nothing may tell whether the same
person is among two of them; unsigned reviews of several posts may all be by one, and count for a tag or researcher
only in the weight. Seven statements whatever there is; what is read grows with the events of the period alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from scholarnet.db import NAMES_A_STATEMENT
from scholarnet.id_lists import without_index
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


@dataclass(slots=True)
class Heard:
    """What was heard of one thing in the window: weight, weight times `best`, and who spoke, by origin."""

    weight: float = 0.0
    weighed: float = 0.0
    sources: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def n_accounts(self, origins: Iterable[int]) -> int:
        """The least number of accounts that there can be."""
        return max(len(self.sources[origin]) for origin in origins)


def find_rises(
    session: Session, *, shown: Sequence[ColumnElement[bool]], today: date, window: int, limit: int
) -> Rises:
    """Return what rises among the posts that the conditions `shown` leave, in the `window` days up to today, against
    the `trend_base_days` before those."""
    since = today - timedelta(days=window)
    voices = session.connection().execute(_voices(shown, since, window)).all()
    recent = select(HAPPENINGS.c.post_id).where(HAPPENINGS.c.day > since)
    touched = select(HAPPENINGS.c.post_id).where(HAPPENINGS.c.day > since - timedelta(days=DEFAULT.trend_base_days))
    topics = _pairs(session, PostTag.post_id, PostTag.tag_id, touched)
    concerned = or_(PostTag.post_id.in_(touched), PostTag.post_id.in_(_of_their_authors(recent)))
    n_posts, total = _numbers_of_posts(session, shown, concerned)
    rates = _rates(voices, topics, n_posts, total)
    posts = _noted(voices, {voice.post_id: [voice.post_id] for voice in voices if voice.now > 0}, OF_POST)
    people = _noted(voices, _pairs(session, PostAuthor.post_id, PostAuthor.researcher_id, recent), ACROSS_POSTS)
    tags = _noted(voices, topics, ACROSS_POSTS)
    usual = {
        "posts": {key: rates.of_post(topics.get(key, [])) for key in posts},
        "tags": {key: n_posts[key] * rates.of_post([key]) for key in tags},
        "researchers": _expected(session, people, shown, rates),
    }
    return Rises(
        posts=_greatest([_rise(key, one, OF_POST, window * usual["posts"][key]) for key, one in posts.items()], limit),
        **{
            name: _greatest(
                [_rise(key, one, ACROSS_POSTS, window * usual[name][key]) for key, one in heard.items()], limit
            )
            for name, heard in (("tags", tags), ("researchers", people))
        },
    )


def is_sound() -> ColumnElement[bool]:
    """Whether nothing says that a post is junk: what is popular without being good does not rise."""
    return and_(
        PostScore.decision != Decision.REJECTED,
        PostScore.tier != Tier.WEAK,
        or_(PostScore.value.is_(None), PostScore.value >= DEFAULT.rise_value),
    )


def _voices(shown: Sequence[ColumnElement[bool]], since: date, window: int) -> Select[*tuple[Any, ...]]:
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
    )


def _pairs(
    session: Session, key: InstrumentedAttribute[int], value: InstrumentedAttribute[int], posts: Select[int]
) -> dict[int, list[int]]:
    """The values by key, for the keys among `posts`."""
    found: dict[int, list[int]] = defaultdict(list)
    for one, other in session.connection().execute(select(key, value).where(key.in_(posts))):
        found[one].append(other)
    return found


def _of_their_authors(posts: Select[int]) -> Select[int]:
    """All posts of the authors of `posts`."""
    people = select(PostAuthor.researcher_id).where(PostAuthor.post_id.in_(posts))
    return select(PostAuthor.post_id).where(PostAuthor.researcher_id.in_(people))


def _numbers_of_posts(
    session: Session, shown: Sequence[ColumnElement[bool]], concerned: ColumnElement[bool]
) -> tuple[dict[int, int], int]:
    """How many posts there are with each tag of the posts that are `concerned`, and in all."""
    tags = select(PostTag.tag_id).where(concerned)
    tagged = aliased(PostTag)  # `shown` and `concerned` look into the same table
    of_tags = (
        select(tagged.tag_id, func.count())
        .join(Post, Post.id == tagged.post_id)
        .where(*shown, tagged.tag_id.in_(tags))
        .group_by(tagged.tag_id)
    )
    n_posts: dict[int, int] = dict(session.execute(of_tags).all())
    return n_posts, session.scalar(select(func.count()).select_from(Post).where(*shown)) or 0


def _rates(
    voices: Sequence[Row[Any]], topics: Mapping[int, list[int]], n_posts: Mapping[int, int], total: int
) -> Rates:
    before: dict[int, float] = defaultdict(float)
    for voice in voices:
        for tag_id in topics.get(voice.post_id, []):
            before[tag_id] += voice.before
    known = {tag_id: (before[tag_id], n) for tag_id, n in n_posts.items()}  # a still topic is known to be still
    return Rates.of(sum(voice.before for voice in voices), total, known)


def _noted(voices: Sequence[Row[Any]], keys: Mapping[int, list[int]], origins: tuple[int, ...]) -> dict[int, Heard]:
    """What enough accounts noted in the window, by key."""
    heard: dict[int, Heard] = defaultdict(Heard)
    for voice in voices:
        if voice.now > 0:
            for key in keys.get(voice.post_id, []):
                one = heard[key]
                one.weight += voice.now
                one.weighed += voice.now * voice.best
                one.sources[voice.origin].add(voice.source)
    return {key: one for key, one in heard.items() if one.n_accounts(origins) >= DEFAULT.rise_accounts}


def _expected(
    session: Session, people: dict[int, Heard], shown: Sequence[ColumnElement[bool]], rates: Rates
) -> dict[int, float]:
    """What all the posts of each of these people have a day; of more than one statement takes, the most noted stay."""
    for key in sorted(people, key=lambda key: (-people[key].weight, key))[NAMES_A_STATEMENT:]:
        del people[key]
    tagged = aliased(PostTag)
    rows = session.connection().execute(
        select(PostAuthor.researcher_id, PostAuthor.post_id, tagged.tag_id)
        .join(Post, Post.id == without_index(PostAuthor.post_id))  # SQLite went through all posts for each of them
        .outerjoin(tagged, tagged.post_id == PostAuthor.post_id)
        .where(*shown, PostAuthor.researcher_id.in_(people))
    )
    topics: dict[tuple[int, int], list[int]] = defaultdict(list)
    for researcher_id, post_id, tag_id in rows:
        topics[researcher_id, post_id] += [] if tag_id is None else [tag_id]
    expected: dict[int, float] = defaultdict(float)
    for (researcher_id, _), names in sorted(topics.items()):
        expected[researcher_id] += rates.of_post(names)
    return expected


def _rise(key: int, one: Heard, origins: tuple[int, ...], expected: float) -> Rise:
    n_accounts, risen = one.n_accounts(origins), rise(one.weight, expected)
    return Rise(key, n_accounts, one.weight, expected, risen, one.weighed / one.weight)


def _greatest(rises: list[Rise], limit: int) -> list[Rise]:
    risen = [one for one in rises if one.rise >= DEFAULT.rise_min]
    return sorted(risen, key=lambda one: (-one.rise, one.key))[:limit]
