"""A ranked page of 25 by the whole stack, against the best raw statement that fetches the same."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import URL, Engine

from tests.benchmarks import wsgi
from tests.benchmarks.community import Community
from tests.benchmarks.timing import Line, in_turn

GOAL = {"sqlite": 3.0, "postgresql": 2.5}
PER_PAGE = 25

COLUMNS = """
    p.public_id, p.kind, v.title, v.abstract, p.status, p.version_number, p.audience, p.created_at, p.updated_at,
    p.published_at, s.value, s.low, s.high, s.best, s.tier, s.decision, s.n_reviews
"""
SQLITE = f"""
SELECT {COLUMNS},
    (SELECT json_group_array(json(j)) FROM
        (SELECT json_object('id', r.public_id, 'name', r.name, 'handle', r.handle,
                            'reputation', coalesce(u.units / 10000.0, 0.0)) AS j
         FROM post_author a JOIN researcher r ON r.id = a.researcher_id
         LEFT JOIN reputation u ON u.epoch_id = s.epoch_id AND u.researcher_id = r.id
         WHERE a.post_id = p.id ORDER BY a.position)),
    (SELECT json_group_array(name) FROM
        (SELECT t.name FROM post_tag pt JOIN tag t ON t.id = pt.tag_id WHERE pt.post_id = p.id ORDER BY t.name))
FROM post_score s
JOIN post p ON p.id = s.post_id AND p.status = 'published' AND p.audience = 'public'
JOIN post_version v ON v.post_id = p.id AND v.number = p.version_number
WHERE s.epoch_id = ? ORDER BY s.best DESC, s.post_id DESC LIMIT ?
"""  # noqa: S608  (our columns)
POSTGRESQL = f"""
SELECT {COLUMNS},
    (SELECT json_agg(json_build_object('id', r.public_id, 'name', r.name, 'handle', r.handle,
                                       'reputation', coalesce(u.units / 10000.0, 0.0)) ORDER BY a.position)::text
     FROM post_author a JOIN researcher r ON r.id = a.researcher_id
     LEFT JOIN reputation u ON u.epoch_id = s.epoch_id AND u.researcher_id = r.id WHERE a.post_id = p.id),
    (SELECT json_agg(t.name ORDER BY t.name)::text
     FROM post_tag pt JOIN tag t ON t.id = pt.tag_id WHERE pt.post_id = p.id)
FROM post_score s
JOIN post p ON p.id = s.post_id AND p.status = 'published' AND p.audience = 'public'
JOIN post_version v ON v.post_id = p.id AND v.number = p.version_number
WHERE s.epoch_id = %s ORDER BY s.best DESC, s.post_id DESC LIMIT %s
"""  # noqa: S608  (our columns)


def time_page(url: URL, engine: Engine, community: Community, *, repeats: int) -> list[Line]:
    """Time the page and, for scale, an empty answer of Flask."""
    name = engine.dialect.name
    page = wsgi.get(wsgi.scholarnet_app(url, rate_limits="on"), f"/api/v1/posts?per_page={PER_PAGE}")
    connection = engine.raw_connection()
    own = connection.driver_connection
    connection.detach()  # autocommit is not what the pool expects to get back
    try:
        bare = _bare(name, own, community.epoch_id)
        _check(page(), bare())
        ways = {"bare": bare, "page": page, "empty": wsgi.get(wsgi.empty_app(), "/")}
        times = in_turn(repeats, ways, warm=20)
    finally:
        own.close()
    return [
        Line(f"ranked page of {PER_PAGE}, whole stack / bare SQL", name, times["bare"], times["page"], GOAL[name]),
        Line("  for scale: an empty Flask answer / bare SQL", name, times["bare"], times["empty"]),
    ]


def _bare(name: str, connection: Any, epoch_id: int) -> Callable[[], list[Any]]:
    values = (epoch_id, PER_PAGE + 1)  # one more tells whether a page follows
    if name == "sqlite":
        return lambda: connection.execute(SQLITE, values).fetchall()
    connection.autocommit = True
    return lambda: connection.execute(POSTGRESQL, values, prepare=True).fetchall()


def _check(answer: bytes, rows: list[Any]) -> None:
    """Both must say the same, or the ratio says nothing."""
    got = [(one["id"], one["authors"], one["tags"]) for one in json.loads(answer)["results"]]
    if got != [(row[0], json.loads(row[-2]), json.loads(row[-1])) for row in rows[:PER_PAGE]]:
        msg = "the page and its bare SQL differ"
        raise RuntimeError(msg)
