"""An ego graph, a page of collaborators and a reputation by the whole stack, against the bare SQL of the same."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import URL, Engine, text

from tests.benchmarks import community, graph_reputations, servers, wsgi
from tests.benchmarks.graph_reputations import LEDGER, TOTAL
from tests.benchmarks.timing import Line, in_turn
from tests.databases import disposing

N_POSTS = 10_000
# The nodes one step around a person and the edges among them, as one would write it for this alone.
NODES = """
SELECT p.public_id, p.title, p.id, 'publication' FROM authorship a JOIN publication p ON p.id = a.publication_id
WHERE a.researcher_id = :who
UNION ALL
SELECT p.public_id, v.title, p.id, 'post' FROM post_author a JOIN post p ON p.id = a.post_id
JOIN post_version v ON v.post_id = p.id AND v.number = p.version_number
WHERE a.researcher_id = :who AND p.status = 'published' AND p.audience = 'public'
UNION ALL
SELECT r.public_id, 'review', r.id, 'review' FROM review r JOIN post p ON p.id = r.post_id
WHERE r.reviewer_id = :who AND r.withdrawn_at IS NULL AND r.identity = 'signed'
AND p.status = 'published' AND p.audience = 'public'
UNION ALL
SELECT o.public_id, o.name, o.id, 'researcher' FROM vouch v JOIN researcher o ON o.id = v.vouchee_id
WHERE v.voucher_id = :who AND v.revoked_at IS NULL
UNION ALL
SELECT o.public_id, o.name, o.id, 'researcher' FROM vouch v JOIN researcher o ON o.id = v.voucher_id
WHERE v.vouchee_id = :who AND v.revoked_at IS NULL
"""
AMONG = """
SELECT c.citing_id, c.cited_id FROM citation c
WHERE c.citing_id IN (SELECT publication_id FROM authorship WHERE researcher_id = :who)
AND c.cited_id IN (SELECT publication_id FROM authorship WHERE researcher_id = :who)
UNION ALL
SELECT r.id, r.post_id FROM review r WHERE r.reviewer_id = :who AND r.identity = 'signed'
AND r.post_id IN (SELECT post_id FROM post_author WHERE researcher_id = :who)
"""
COLLABORATORS = """
SELECT r.public_id, r.name, count(*), max(s.year), max(s.published_at) FROM (
    SELECT o.researcher_id AS who, p.year AS year, NULL AS published_at
    FROM authorship a JOIN authorship o ON o.publication_id = a.publication_id AND o.researcher_id <> a.researcher_id
    JOIN publication p ON p.id = a.publication_id WHERE a.researcher_id = :who
    UNION ALL
    SELECT o.researcher_id, NULL, p.published_at
    FROM post_author a JOIN post_author o ON o.post_id = a.post_id AND o.researcher_id <> a.researcher_id
    JOIN post p ON p.id = a.post_id AND p.status = 'published' AND p.audience = 'public' WHERE a.researcher_id = :who
) s JOIN researcher r ON r.id = s.who GROUP BY r.public_id, r.name ORDER BY 3 DESC, r.name, r.public_id
"""


def time_pages(repeats: int) -> list[Line]:
    """Time them on both databases."""
    return [*_database(servers.sqlite_file, repeats), *_database(servers.postgresql, repeats)]


def _database(open_database: Callable[[], AbstractContextManager[URL]], repeats: int) -> list[Line]:
    with open_database() as url, disposing(url) as engine:
        known = community.load(engine, n_posts=N_POSTS, reviewed={5: 200})
        graph_reputations.add_lines(engine, known.epoch_id)
        return _time(url, engine, repeats)


def _time(url: URL, engine: Engine, repeats: int) -> list[Line]:
    app, name = wsgi.scholarnet_app(url), engine.dialect.name
    who, public_id = _busiest(engine)
    pages = {
        "ego graph of depth 1": (f"/api/v1/graph/ego?node=researcher:{public_id}", (NODES, AMONG)),
        "collaborators": (f"/api/v1/researchers/{public_id}/collaborators", (COLLABORATORS,)),
        "reputation": (f"/api/v1/researchers/{public_id}/reputation", (LEDGER, TOTAL)),
    }
    lines = []
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for title, (path, statements) in pages.items():
            page = wsgi.get(app, path)
            prepared = [text(statement) for statement in statements]

            def bare(prepared: list[Any] = prepared) -> list[Any]:
                return [connection.execute(one, {"who": who}).fetchall() for one in prepared]

            _check(title, page(), bare()[0])
            times = in_turn(repeats, {"bare": bare, "page": page}, warm=5)
            lines.append(Line(f"{title}, whole stack / bare SQL", name, times["bare"], times["page"]))
    return lines


def _busiest(engine: Engine) -> tuple[int, str]:
    """Who has written most publications."""
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT r.id, r.public_id FROM authorship a JOIN researcher r ON r.id = a.researcher_id "
                "GROUP BY r.id, r.public_id ORDER BY count(*) DESC, r.id LIMIT 1"
            )
        ).one()
    return row[0], row[1]


def _check(title: str, answer: bytes, rows: list[Any]) -> None:
    """Both must say the same, or the ratio says nothing."""
    found = json.loads(answer)
    listed = found.get("results", found.get("shares"))
    got = [one["id"] for one in listed] if listed is not None else len(found["nodes"]) - 1
    if got != ([row[0] for row in rows] if listed is not None else len({row[0] for row in rows})):
        msg = f"{title}: the page and its bare SQL differ"
        raise RuntimeError(msg)
