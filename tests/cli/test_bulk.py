"""`scholarnet seed --bulk`: much at once, past the services and within every rule of the tables."""

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from api.cli import main
from api.jobs import run_epoch
from scholarnet.errors import Conflict
from scholarnet.models import (
    Authorship,
    Citation,
    Post,
    PostAuthor,
    Publication,
    Reputation,
    Researcher,
    Review,
    ReviewRevision,
    ScoreEvent,
    ScoreLog,
)
from seed.loading import loading

CATALOGUE = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL AND name NOT LIKE 'sqlite_stat%'",
    "postgresql": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


@pytest.fixture(autouse=True)
def _place(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))


def catalogue(engine: Engine) -> list[tuple[str, ...]]:
    """Every table's indexes, constraints and triggers, as the database keeps them."""
    with engine.connect() as connection:
        found = sorted(tuple(row) for row in connection.execute(text(CATALOGUE[engine.dialect.name])))
    engine.dispose()  # much is loaded only where nobody else has the database open
    return found


def counts(session: Session) -> dict[str, int]:
    tables = (Researcher, Publication, Post, Review)
    return {one.__tablename__: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


def test_a_crowd_is_loaded_within_the_rules_and_is_scored_by_the_next_epoch(engine: Engine, session: Session) -> None:
    before = catalogue(engine)
    run = CliRunner().invoke(main, ["seed", "--bulk", "0.001", "--seed", "5"])
    assert (run.exit_code, run.stdout) == (0, "100 researchers are there; next: scholarnet score\n")
    assert catalogue(engine) == before
    found = counts(session)
    assert (found["researcher"], found["publication"], found["post"]) == (100, 1_000, 1_000)
    n_reviews, n_revisions = found["review"], session.scalar(select(func.count()).select_from(ReviewRevision))
    assert n_reviews == n_revisions > 0
    by_authors = (
        select(func.count())
        .select_from(Review)
        .join(PostAuthor, (PostAuthor.post_id == Review.post_id) & (PostAuthor.researcher_id == Review.reviewer_id))
    )
    assert session.scalar(by_authors) == 0
    assert session.scalar(select(func.count()).select_from(Authorship)) == 3_000
    years = select(func.count()).select_from(Citation).where(Citation.cited_id >= Citation.citing_id)
    assert session.scalar(years) == 0, "works cite earlier ones"
    n_lines = session.scalar(select(func.count()).select_from(ScoreEvent))
    assert session.scalars(select(ScoreLog.last_sequence)).all() == [n_lines] == [1_000 + n_reviews]
    session.commit()
    epoch = run_epoch(engine)
    assert (epoch.n_posts, epoch.n_reviews) == (1_000, n_reviews)
    assert session.scalar(select(func.count()).select_from(Reputation)) == 100
    session.commit()
    again = CliRunner().invoke(main, ["seed", "--bulk", "0.001"])
    assert (again.exit_code, "holds researchers already" in again.stderr) == (2, True)


def test_nothing_is_kept_when_a_row_refers_to_none(engine: Engine, session: Session) -> None:
    before = catalogue(engine)
    connection = engine.raw_connection()
    with pytest.raises(Conflict, match="citation"), loading(engine, connection) as loader:  # noqa: PT012
        loader.fill(Publication, 2, id=np.arange(1, 3), title="A title", title_key="a title", year=2020)
        loader.fill(Citation, 1, citing_id=np.array([1]), cited_id=np.array([7]))
    connection.invalidate()
    assert catalogue(engine) == before
    assert counts(session)["publication"] == 0


@pytest.mark.parametrize("scale", ["0", "0.0001", "11", "nan"])
def test_a_scale_beyond_its_bounds_is_named(scale: str) -> None:
    run = CliRunner().invoke(main, ["seed", "--bulk", scale])
    assert (run.exit_code, run.stderr) == (2, "Error: bulk: must be .001 to 10\n")
