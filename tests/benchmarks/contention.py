"""`python -m tests.benchmarks.contention`: review writes a second by 1, 4 and 16 writers at once.

On one post, and on posts of their own, beside bare inserts by as many; and how long the slowest of them waited.

A writer that meets a lock error or a deadlock ends the run. All writers are threads of one process, as in a worker of
the server, and queue at the one row of the log: so what a write does while it holds that row bounds them all.
"""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from random import Random
from time import perf_counter

from rich.console import Console
from rich.table import Table
from sqlalchemy import URL, Engine, func, insert, select
from sqlalchemy.orm import Session

from scholarnet.db import new_public_id, now
from scholarnet.models import Identity, PostScore, Recommendation, Researcher, Review, ScoreEvent, Verification
from scholarnet.services.reviews import submit_review
from tests.benchmarks import community, servers
from tests.databases import disposing

WRITERS = (1, 4, 16)
WRITES = 64  # of each way with each number of writers
BEFORE = 5  # reviews on a post

Write = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """Writes a second of all writers together, and the seconds of the slowest write."""

    rate: float
    slowest: float


def main() -> None:
    """Measure and print."""
    table = Table(title=f"Writes a second, {BEFORE} reviews on a post before", title_justify="left")
    for name in ("database", "writers", "bare insert", "own posts", "one post", "slowest bare", "own", "one"):
        table.add_column(name, justify="left" if name == "database" else "right")
    for open_database in (servers.sqlite_file, servers.postgresql):
        with open_database() as url, disposing(url) as engine:
            for n_writers, paces in _measure(url, engine):
                rates = [f"{one.rate:,.0f}" for one in paces]
                waits = [f"{one.slowest * 1000:,.0f} ms" for one in paces]
                table.add_row(engine.dialect.name, str(n_writers), *rates, *waits)
    Console(width=None if sys.stdout.isatty() else 110).print(table)


def _measure(url: URL, engine: Engine) -> list[tuple[int, list[Pace]]]:
    rounds = len(WRITERS)
    loaded = community.load(engine, n_posts=2_000, reviewed={BEFORE: rounds * (2 * WRITES + 1)})
    posts = iter(loaded.posts[BEFORE])
    people = _reviewers(engine)
    found = []
    for n_writers in WRITERS:
        own, bare = [next(posts) for _ in range(WRITES)], [next(posts) for _ in range(WRITES)]
        one = [next(posts)] * WRITES
        ways = [_bare(engine, bare, people), _review(engine, own, people), _review(engine, one, people)]
        found.append((n_writers, [_pace(way, n_writers) for way in ways]))
        _check(engine, [post_id for post_id, _ in (*own, one[0])], n_writers)
    print(f"{url.get_backend_name()}: every write is there, its line of the log, and its score", file=sys.stderr)
    return found


def _pace(write: Write, n_writers: int) -> Pace:
    def timed(at: int) -> float:
        start = perf_counter()
        write(at)
        return perf_counter() - start

    with ThreadPoolExecutor(n_writers) as pool:
        start = perf_counter()
        seconds = list(pool.map(timed, range(WRITES)))
        return Pace(WRITES / (perf_counter() - start), max(seconds))


def _reviewers(engine: Engine) -> Sequence[int]:
    """As many new people as there are writes."""
    names = [f"writer-{at}" for at in range(WRITES)]
    with Session(engine) as session:
        people = [
            Researcher(name=name, handle=name, is_claimed=True, verification=Verification.EDITOR) for name in names
        ]
        session.add_all(people)
        session.commit()
        return [person.id for person in people]


def _bare(engine: Engine, posts: Sequence[tuple[int, str]], people: Sequence[int]) -> Write:
    said = cycle(_contents())

    def write(at: int) -> None:
        keys = {"public_id": new_public_id(), "post_id": posts[at][0], "reviewer_id": people[at]}
        rest = {"version_number": 1, "identity": Identity.SIGNED, "created_at": now(), "updated_at": now()}
        with engine.begin() as connection:
            connection.execute(insert(Review), keys | rest | next(said))

    return write


def _review(engine: Engine, posts: Sequence[tuple[int, str]], people: Sequence[int]) -> Write:
    said = cycle(_contents())

    def write(at: int) -> None:
        with Session(engine, expire_on_commit=False) as session:
            reviewer = session.get_one(Researcher, people[at])
            submit_review(session, reviewer=reviewer, post_id=posts[at][1], content=next(said))
            session.commit()

    return write


def _contents() -> list[dict[str, object]]:
    random = Random(3)  # noqa: S311  (synthetic data)
    return [community.review_content(random) | {"recommendation": Recommendation.MINOR_REVISION} for _ in range(WRITES)]


def _check(engine: Engine, post_ids: Sequence[int], n_writers: int) -> None:
    """RuntimeError if a write is lost: of its review, its line, or in the score."""
    with Session(engine) as session:
        lines = session.scalar(select(func.count()).where(ScoreEvent.post_id.in_(post_ids)))
        last = session.scalar(select(func.max(ScoreEvent.sequence)))
        n_lines = session.scalar(select(func.count()).select_from(ScoreEvent))
        counted = session.scalar(select(func.sum(PostScore.n_reviews)).where(PostScore.post_id.in_(post_ids)))
    if (lines, counted, last) != (2 * WRITES, 2 * WRITES + BEFORE * len(post_ids), n_lines):
        msg = f"{n_writers} writers: {lines} lines, {counted} reviews in scores, the log ends at {last} of {n_lines}"
        raise RuntimeError(msg)


if __name__ == "__main__":
    main()
