"""A review write, by the service and by the whole stack, against a bare insert and commit of its row."""

from collections.abc import Callable
from itertools import cycle
from random import Random
from typing import Any

import orjson
from sqlalchemy import URL, Engine
from sqlalchemy.orm import Session

from scholarnet.db import new_public_id, now
from scholarnet.models import Recommendation, Researcher
from scholarnet.services.reviews import submit_review
from tests.benchmarks import wsgi
from tests.benchmarks.community import Community, review_content
from tests.benchmarks.timing import Line, in_turn

GOAL = {5: 4.0, 50: 5.0, 500: 10.0}  # by the reviews on the post
WARM = 5
COLUMNS = (
    "public_id",
    "post_id",
    "version_number",
    "reviewer_id",
    "identity",
    "ratings",
    "overall",
    "recommendation",
    "confidence",
    "body",
    "has_financial_interest",
    "eligibility",
    "trust",
    "revision_number",
    "created_at",
    "created_on",
    "updated_at",
)


def n_targets(repeats: int) -> int:
    """How many posts are needed: every write of every way goes to one of its own."""
    return 3 * (repeats + WARM)


def time_write(url: URL, engine: Engine, community: Community, *, repeats: int) -> list[Line]:
    """Time the three ways at each number of reviews on the post."""
    app = wsgi.scholarnet_app(url)
    random = Random(2)  # noqa: S311  (synthetic data)
    said = cycle([review_content(random) for _ in range(50)])
    name, lines = engine.dialect.name, []
    for n, goal in GOAL.items():
        posts = iter(community.posts[n])
        connection = engine.raw_connection()
        ways = {
            "bare": _bare(name, connection.driver_connection, community.writer_id, posts, said),
            "service": _service(engine, community.writer_id, posts, said),
            "stack": _stack(app, community.token, posts, said),
        }
        try:
            times = in_turn(repeats, ways, warm=WARM)
        finally:
            connection.close()
        what = f"review write at {n} reviews"
        lines += [
            Line(f"{what}, whole stack / bare insert", name, times["bare"], times["stack"], goal),
            Line("  the service and its commit alone", name, times["bare"], times["service"]),
        ]
    return lines


def _bare(name: str, connection: Any, writer_id: int, posts: Any, contents: Any) -> Callable[[], None]:
    mark = "?" if name == "sqlite" else "%s"
    insert = f"INSERT INTO review ({', '.join(COLUMNS)}) VALUES ({', '.join([mark] * len(COLUMNS))})"  # noqa: S608

    def write() -> None:
        said = next(contents) | {"ratings": '{"clarity": 4}'}
        moment: Any = now()
        today: Any = moment.date()
        if name == "sqlite":
            moment, today = moment.isoformat(" "), today.isoformat()
        row = said | {"public_id": new_public_id(), "post_id": next(posts)[0], "version_number": 1, "trust": 0.8}
        row |= {"reviewer_id": writer_id, "identity": "signed", "has_financial_interest": False, "eligibility": 1.0}
        row |= {"revision_number": 1, "created_at": moment, "created_on": today, "updated_at": moment}
        values = [row[column] for column in COLUMNS]
        if name == "sqlite":
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(insert, values)
        else:
            connection.execute(insert, values, prepare=True)
        connection.commit()

    return write


def _service(engine: Engine, writer_id: int, posts: Any, contents: Any) -> Callable[[], None]:
    def write() -> None:
        said = next(contents) | {"recommendation": Recommendation.MINOR_REVISION}
        with Session(engine, expire_on_commit=False) as session:
            reviewer = session.get_one(Researcher, writer_id)
            submit_review(session, reviewer=reviewer, post_id=next(posts)[1], content=said)
            session.commit()

    return write


def _stack(app: Any, token: str, posts: Any, contents: Any) -> Callable[[], None]:
    call = wsgi.post(app, "/api/v1/posts", token)

    def write() -> None:
        path = f"/api/v1/posts/{next(posts)[1]}/reviews"
        call(orjson.dumps(next(contents)), PATH_INFO=path, REQUEST_URI=path, RAW_URI=path)

    return write
