"""`scholarnet backup` and `restore`: one moment, whole, into an empty database or not at all."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, delete, func, select, text, update
from sqlalchemy.orm import Session

from api.cli import main
from api.jobs import run_epoch
from scholarnet.db import Base
from scholarnet.migration import drift
from scholarnet.models import PostScore, ScoreEvent
from scholarnet.services.epochs import current_epoch
from tests import databases, factories
from tests.factories import AttachmentFactory
from tests.factories.row import using
from tests.services.writing import publish, review

KEY = "k" * 32


@pytest.fixture(autouse=True)
def _configured(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SCHOLARNET_ATTACHMENTS_URL", str(tmp_path / "attachments"))


@pytest.fixture
def empty(engine: Engine, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Another database of the same kind, without tables; `aim` makes the commands use it."""
    if engine.dialect.name == "sqlite":
        with databases.disposing(f"sqlite:///{tmp_path / 'empty.db'}") as other:
            yield other
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"{engine.url.database}_restored"
    with databases.postgresql_database(server, name) as url, databases.disposing(url) as other:
        yield other


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def aim(engine: Engine, monkeypatch: pytest.MonkeyPatch, attachments: Path) -> None:
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SCHOLARNET_ATTACHMENTS_URL", str(attachments))


def contents(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }


def live(session: Session, n: int = 2) -> None:
    """Some posts, each with a review, in the scores that follow."""
    for _ in range(n):
        review(session, post=publish(session), overall=8.0)
    session.commit()


def test_a_backup_brings_every_row_and_file_back_and_its_scores_replay(
    engine: Engine, session: Session, empty: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for made in (getattr(factories, name) for name in factories.__all__):
        if isinstance(made, type) and made.__name__ not in {"ScoreEventFactory", "PostScoreFactory", "EpochFactory"}:
            made()
    session.execute(delete(ScoreEvent)), session.execute(delete(PostScore))
    session.execute(text("UPDATE score_log SET current_epoch_id = NULL, last_sequence = 0"))
    AttachmentFactory(object_key=KEY, has_thumbnail=True)
    live(session)
    run_epoch(engine)
    objects = tmp_path / "attachments" / "objects"
    objects.mkdir(parents=True)
    for name in (KEY, f"{KEY}.thumbnail"):
        (objects / name).write_text(name)
    (objects / "orphan").write_text("nobody's")
    before = contents(engine)
    made = call("backup", tmp_path / "kept")
    assert made.exit_code == 0, made.output
    manifest = json.loads((tmp_path / "kept" / "manifest.json").read_text())
    assert {name: told["rows"] for name, told in manifest["tables"].items()} == {
        name: len(rows) for name, rows in before.items()
    }
    held = {path.name for path in (tmp_path / "kept" / "objects").iterdir()}
    assert held == {KEY, f"{KEY}.thumbnail"}
    assert [path for path in (tmp_path / "kept").rglob("*") if path.is_file() and path.stat().st_mode & 0o077] == []

    aim(empty, monkeypatch, tmp_path / "elsewhere")
    restored = call("restore", tmp_path / "kept")
    assert restored.exit_code == 0, restored.output
    with Session(engine) as reader:
        epoch_hash = current_epoch(reader).hash
    assert f"{epoch_hash}, computed again {epoch_hash}" in restored.output
    assert contents(empty) == before
    assert (tmp_path / "elsewhere" / "objects" / KEY).read_text() == KEY
    with empty.connect() as connection:
        assert drift(connection) == []
    with Session(empty) as writer, using(writer):
        live(writer, 1)  # every sequence goes on behind what was restored, and the full text knows the new rows
        again = call("restore", tmp_path / "kept")
    assert (again.exit_code, "is not empty" in again.output) == (2, True)


def test_a_backup_is_of_one_moment_while_others_write(
    engine: Engine, session: Session, empty: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(session)
    has_written, stop = threading.Event(), threading.Event()

    def write() -> None:
        with Session(engine) as writer, using(writer):
            while not stop.is_set():
                live(writer, 1)
                has_written.set()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        assert has_written.wait(30)
        assert call("backup", tmp_path / "kept").exit_code == 0
    finally:
        stop.set()
        writing.join()
    aim(empty, monkeypatch, tmp_path / "elsewhere")
    restored = call("restore", tmp_path / "kept")
    assert restored.exit_code == 0, restored.output
    with Session(empty) as reader:
        n_lines = reader.scalar(select(func.count()).select_from(ScoreEvent))
    assert n_lines > 4
    assert ", 0 different" in restored.output


def test_a_changed_backup_is_refused_before_anything_is_written(
    session: Session, empty: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(session, 1)
    assert call("backup", tmp_path / "kept").exit_code == 0
    victim = max((one for one in (tmp_path / "kept").rglob("*") if one.suffix != ".json"), key=lambda one: one.name)
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    aim(empty, monkeypatch, tmp_path / "elsewhere")
    refused = call("restore", tmp_path / "kept")
    assert (refused.exit_code, victim.name in refused.output) == (2, True)
    with empty.connect() as connection:
        assert empty.dialect.get_table_names(connection) == []


def test_a_restore_that_fails_leaves_the_database_empty(
    session: Session, empty: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(session, 1)
    kept = tmp_path / "kept"
    assert call("backup", kept).exit_code == 0
    manifest = json.loads((kept / "manifest.json").read_text())
    manifest["tables"]["post"]["rows"] += 1
    (kept / "manifest.json").write_text(json.dumps(manifest))
    aim(empty, monkeypatch, tmp_path / "elsewhere")
    refused = call("restore", kept)
    assert (refused.exit_code, "rows that the manifest tells of" in refused.output) == (2, True)
    with empty.connect() as connection:
        assert empty.dialect.get_table_names(connection) == []


def test_a_backup_leaves_what_is_in_its_place_alone(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    place.mkdir()
    (place / "letter").write_text("mine")
    refused = call("backup", place)
    assert (refused.exit_code, "is there already" in refused.output) == (2, True)
    assert [one.name for one in tmp_path.iterdir() if one.name != "attachments"] == ["kept"]
    refused = call("restore", place)
    assert (refused.exit_code, "manifest.json" in refused.output) == (2, True)


def test_a_check_names_the_post_whose_score_does_not_follow(session: Session) -> None:
    live(session)
    assert call("db", "check").exit_code == 0
    score = session.scalars(select(PostScore).limit(1)).one()
    public_id = session.scalar(text("SELECT public_id FROM post WHERE id = :id"), {"id": score.post_id})
    session.execute(update(PostScore).where(PostScore.post_id == score.post_id).values(value=9.9))
    session.execute(text("UPDATE score_log SET last_sequence = last_sequence + 1"))
    session.commit()
    wrong = call("db", "check")
    assert wrong.exit_code == 1
    assert public_id in wrong.output
    assert "the log ends at 5, and has 4 lines" in wrong.output
