"""Suggested reviewers by the whole stack, against the very statements that they ask of the database, run bare.

Its work is in the ranking beside the database, so there is no one statement to hold it against.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import URL, Engine, event, text
from werkzeug.test import EnvironBuilder

from tests.benchmarks import community, servers, wsgi
from tests.benchmarks.timing import Line, in_turn
from tests.databases import disposing

N_POSTS = 10_000
OWN = """
SELECT p.public_id FROM post p JOIN post_author a ON a.post_id = p.id
WHERE a.researcher_id = :who AND p.status = 'published' ORDER BY p.id LIMIT 1
"""


def time_suggestions(repeats: int) -> list[Line]:
    """Time them on both databases."""
    return [*_database(servers.sqlite_file, repeats), *_database(servers.postgresql, repeats)]


def _database(open_database: Callable[[], AbstractContextManager[URL]], repeats: int) -> list[Line]:
    with open_database() as url, disposing(url) as engine:
        known = community.load(engine, n_posts=N_POSTS, reviewed={5: 200})
        with engine.connect() as connection:
            post = connection.scalar(text(OWN), {"who": known.writer_id})
        path = f"/api/v1/posts/{post}/suggested-reviewers"
        headers = {"Authorization": f"Bearer {known.token}"}
        page = wsgi.Caller(wsgi.scholarnet_app(url), EnvironBuilder(path, headers=headers).get_environ(), "200")
        asked = _recorded(page)
        raw = engine.raw_connection()
        try:
            cursor = raw.cursor()

            def bare() -> list[Any]:
                return [(cursor.execute(statement, values), cursor.fetchall()) for statement, values in asked]

            times = in_turn(repeats, {"bare": bare, "page": page}, warm=3)
        finally:
            raw.close()
        what = f"suggested reviewers, whole stack / its {len(asked)} statements"
        return [Line(what, engine.dialect.name, times["bare"], times["page"])]


def _recorded(page: Callable[[], object]) -> list[tuple[str, Any]]:
    """The reads of one answer, with their parameters, as the driver gets them."""
    page()
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        page()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return asked
