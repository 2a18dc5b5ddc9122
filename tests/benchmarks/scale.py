"""The ranked page where there is much: against few posts, far down, and by each filter alone and in pairs."""

from itertools import combinations
from random import Random
from statistics import median
from typing import Any

import orjson
from sqlalchemy import URL, Engine, insert, select, text, update
from sqlalchemy.orm import Session

from api.cli.planting import plant_crowd
from scholarnet import cursors
from scholarnet.models import Post, PostScore, PostTag, Researcher, ScoreLog, Tag
from scholarnet.models.post_author import PostAuthor
from scholarnet.services.clock import add_first_epoch
from seed.draws import Sizes
from tests.benchmarks import community, wsgi
from tests.benchmarks.timing import Line, in_turn

SIZE_GOAL, DEPTH_GOAL, FILTER_GOAL = 1.25, 1.1, 3.0
DEEP, PER_PAGE = 10_000, 25
PATH = f"/api/v1/posts?per_page={PER_PAGE}"
CHUNK = 50_000


def load(engine: Engine, *, scale: float) -> None:
    """Fill an empty database as `scholarnet seed --bulk` does, and give each post a score in an epoch."""
    plant_crowd(engine, sizes=Sizes.of(scale), seed=1)
    random = Random(1)  # noqa: S311  (synthetic data)
    with Session(engine) as session:
        epoch_id = add_first_epoch(session).id
        session.execute(update(ScoreLog).values(current_epoch_id=epoch_id))
        keys = session.execute(select(Post.id, Post.published_at)).all()
        for start in range(0, len(keys), CHUNK):
            posts = [{"id": key, "published_at": moment} for key, moment in keys[start : start + CHUNK]]
            rows = community.scores(random, posts, epoch_id, {post["id"]: random.randrange(12) for post in posts})
            session.execute(insert(PostScore), list(rows))
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def time_scale(large: URL, small: URL, engine: Engine, *, repeats: int) -> list[Line]:
    """Time the page of many posts against that of few, page 10,000 against the first, and the filters."""
    name = engine.dialect.name
    app = wsgi.scholarnet_app(large)
    deep = f"{PATH}&cursor={_cursor(engine)}"
    ways = {
        "empty": wsgi.get(wsgi.empty_app(), "/"),
        "small": wsgi.get(wsgi.scholarnet_app(small), PATH),
        "large": wsgi.get(app, PATH),
        "deep": wsgi.get(app, deep),
    }
    times = in_turn(repeats, ways, warm=20)
    return [
        Line("the page of many posts / of 10,000", name, times["small"], times["large"], SIZE_GOAL),
        Line("  for scale: an empty answer / the page of 10,000", name, times["small"], times["empty"]),
        Line("page 10,000 / page 1", name, times["large"], times["deep"], DEPTH_GOAL),
        *_time_filters(app, _filters(engine), name, repeats=max(3, repeats // 20)),
    ]


def _time_filters(app: Any, filters: dict[str, str], name: str, *, repeats: int) -> list[Line]:
    """The worst of the filters alone and of their pairs, and how many keep the goal."""
    lines = []
    pairs = {f"{one}, {other}": f"{filters[one]},{filters[other]}" for one, other in combinations(filters, 2)}
    for what, asked in (("a filter", filters), ("two filters", pairs)):
        ways = {"none": wsgi.get(app, PATH)} | {key: wsgi.get(app, f"{PATH}&filter={asked[key]}") for key in asked}
        times = in_turn(repeats, ways, warm=1)
        none = times.pop("none")
        slowest = sorted(times, key=lambda key: median(times[key]), reverse=True)
        missed = [key for key in slowest if median(times[key]) > FILTER_GOAL * median(none)]
        said = f"{what} / none: {len(times) - len(missed)} of {len(times)} keep it; the worst: {slowest[0]}"
        lines.append(Line(said, name, none, times[slowest[0]], FILTER_GOAL))
        lines += [Line(f"  also above it: {key}", name, none, times[key]) for key in missed[1:]]
    return lines


def _filters(engine: Engine) -> dict[str, str]:
    with Session(engine) as session:
        tag = session.scalars(select(Tag.name).join(PostTag, PostTag.tag_id == Tag.id).limit(1)).one()
        author = session.scalars(
            select(Researcher.public_id).join(PostAuthor, PostAuthor.researcher_id == Researcher.id).limit(1)
        ).one()
        last = session.scalars(select(Post.published_at).order_by(Post.published_at.desc()).offset(5000).limit(1)).one()
    assert last is not None
    return {
        "kind": "kind:preprint",
        "status": "status:published",
        "tier": "tier:sound",
        "decision": "decision:accepted",
        "tag": f"tag:{tag}",
        "author": f"author:{author}",
        "score": "score:>7",
        "n_reviews": "n_reviews:>8",
        "created_at": f"created_at:>{last:%Y-%m-%d}",
        "updated_at": f"updated_at:>{last:%Y-%m-%d}",
        "published_at": f"published_at:>{last:%Y-%m-%d}",
    }


def _cursor(engine: Engine) -> str:
    """The cursor behind page DEEP, or behind the last but one where there are not as many."""
    with Session(engine) as session:
        ordered = select(PostScore.best, Post.public_id).join(Post, Post.id == PostScore.post_id)
        ordered = ordered.order_by(PostScore.best.desc(), PostScore.post_id.desc())
        n = session.query(PostScore).count()
        best, public_id = session.execute(
            ordered.offset(min(DEEP - 1, n // PER_PAGE - 2) * PER_PAGE - 1).limit(1)
        ).one()
    return cursors.encode(orjson.dumps(["best", best, public_id]).decode())
