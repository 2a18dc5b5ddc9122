"""The clock is set back by days under people who write: moments go on forward, and nobody is shut out."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.torture import truth
from tests.torture.crowd import Crowd
from tests.torture.site import site

HOURS = 50


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_written_after_the_clock_was_set_back_comes_after_what_was_written_before(
    engine: Engine, session: Session, tmp_path: Path
) -> None:
    with site(engine, tmp_path, rate_limits="on") as at:
        crowd = Crowd(at, session, people=3)
        at.serve()
        crowd.start()
        try:
            crowd.wait_for_writes(60)
            crowd.gate.close()
            at.run("worker", "--once")
            last, before, epoch = newest(engine), published(engine), in_force(engine)
            at.kill_server()
            at.set_clock_back(HOURS)
            at.serve()
            crowd.gate.open()
            crowd.wait_for_writes(60)
        finally:
            crowd.stop.set()
            crowd.gate.open()
        crowd.end()
        refused = {name for name in crowd.book.counts if name.endswith((": 401", ": 403", ": 429"))}
        assert refused == set()
        after = published(engine)
        new = set(after) - set(before)
        assert new
        assert all(after[one] > last for one in new)
        writer = crowd.writers[0]
        path = f"/posts?per_page=200&sort=-updated&filter=updated_at:>{last:%Y-%m-%dT%H:%M:%S.%f}Z"
        _, found, _ = writer.persist("GET", path, None, {})
        assert new <= {one["id"] for one in found["results"]}
        at.run("worker", "--once")  # the last run began in what is the future now
        assert in_force(engine) != epoch
        truth.check(engine, crowd.book, tmp_path)
        assert truth.check_epoch(engine) is not None


def newest(engine: Engine) -> datetime:
    return max(published(engine).values())


def published(engine: Engine) -> dict[str, datetime]:
    """When each published post last changed."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT public_id, updated_at FROM post WHERE status = 'published'")).all()
    return {public_id: datetime.fromisoformat(f"{moment}+00:00") for public_id, moment in rows}


def in_force(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT current_epoch_id FROM score_log")) or 0)
