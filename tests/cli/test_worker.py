"""`scholarnet worker` and `scholarnet score`: the fit by the schedule and by hand."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api import jobs
from api.cli import main, worker
from scholarnet.db import now
from scholarnet.models import EpochRun, ImportState, RunState, Starter
from scholarnet.services.epochs import current_epoch
from scoring.sweeps import NotConverged
from tests.factories import EpochFactory, EpochRunFactory, ImportJobFactory, ScoreLogFactory


@pytest.fixture(autouse=True)
def _configured(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database of the test; what the command sets for its process is taken back."""
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    handler, level = signal.getsignal(signal.SIGTERM), logging.getLogger("scholarnet").level
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(logging.getLogger(), "handlers", [*logging.getLogger().handlers])
    yield
    signal.signal(signal.SIGTERM, handler)
    logging.getLogger("scholarnet").setLevel(level)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def work() -> None:
    result = call("worker", "--once")
    assert (result.exit_code, result.exception) == (0, None), result.output


def states(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    found = session.execute(select(EpochRun.started_by, EpochRun.state).order_by(EpochRun.id)).all()
    session.rollback()
    return [tuple(one) for one in found]


def has_epoch(session: Session) -> bool:
    found = current_epoch(session) is not None
    session.rollback()
    return found


def test_the_worker_fits_when_it_is_due_and_not_again_before_the_next_day(
    session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SCHOLARNET_EPOCH_EVERY", "0")
    work()
    assert states(session) == []
    monkeypatch.delenv("SCHOLARNET_EPOCH_EVERY")
    work()
    assert states(session) == [(Starter.WORKER, RunState.SUCCEEDED)]
    assert has_epoch(session)
    lines = [one.getMessage() for one in caplog.records if one.name == "scholarnet.epochs"]
    assert [line.split()[3] for line in lines] == ["begins,", "switched"]
    work()
    assert len(states(session)) == 1


def test_the_worker_does_its_other_tasks_while_it_fits(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    task_is_done, compute = Event(), jobs.compute_epoch

    def wait_and_compute(*arguments: object, **options: object) -> object:
        assert task_is_done.wait(60)
        return compute(*arguments, **options)

    monkeypatch.setattr(jobs, "compute_epoch", wait_and_compute)
    monkeypatch.setattr(worker, "TASKS", (lambda _engine, _config: task_is_done.set(),))
    work()
    assert states(session) == [(Starter.WORKER, RunState.SUCCEEDED)]


def test_the_worker_says_so_and_waits_when_a_fit_fails_or_another_is_at_work(
    session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def give_up(*_arguments: object, **_options: object) -> None:
        raise NotConverged("in sweep 300")

    monkeypatch.setattr(jobs, "compute_epoch", give_up)
    work()
    assert "the old epoch stays: no fit was found: in sweep 300" in caplog.text
    work()
    assert states(session) == [(Starter.WORKER, RunState.FAILED)]
    EpochRunFactory(state=RunState.RUNNING, started_by=Starter.COMMAND)
    session.commit()
    work()
    assert len(states(session)) == 2


def test_the_worker_gives_up_its_fit_and_ends_when_it_is_terminated(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_stopped, compute = Event(), jobs.compute_epoch

    def wait_and_compute(*arguments: object, **options: object) -> object:
        assert is_stopped.wait(60)
        return compute(*arguments, **options)

    def stop(_engine: Engine, _config: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        is_stopped.set()

    monkeypatch.setattr(jobs, "compute_epoch", wait_and_compute)
    monkeypatch.setattr(worker, "TASKS", (stop,))
    result = call("worker")
    assert (result.exit_code, result.exception) == (0, None), result.output
    assert states(session) == [(Starter.WORKER, RunState.STOPPED)]
    assert not has_epoch(session)


def test_the_worker_imports_what_somebody_asked_for(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHOLARNET_ATTACHMENTS_URL", str(tmp_path))
    monkeypatch.setenv("SCHOLARNET_EPOCH_EVERY", "0")
    job = ImportJobFactory()
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / job.object_key).write_text("@article{k, title = {Livers}, year = 2001}")
    session.commit()
    work()
    session.refresh(job)
    assert (job.state, job.n_added) == (ImportState.SUCCEEDED, 1)


def test_score_says_who_is_at_work_and_fits_nothing(session: Session) -> None:
    EpochRunFactory(state=RunState.RUNNING, host="engine-room", pid=77)
    session.commit()
    result = call("score")
    assert result.exit_code == 1
    assert "by a worker (process 77 on engine-room) since" in result.output
    assert f"{now():%Y-}" in result.output
    assert not has_epoch(session)


def test_score_goes_on_with_an_epoch_that_was_written_before(session: Session) -> None:
    ScoreLogFactory(current_epoch_id=EpochFactory().id)
    epoch = EpochFactory(is_complete=False)
    EpochRunFactory(state=RunState.STOPPED, epoch_id=epoch.id)
    public_id = epoch.public_id
    session.commit()
    result = call("score")
    assert result.exit_code == 0, result.output
    first, second, *_ = result.output.splitlines()
    assert "written before" in first
    assert second.split() == ["epoch", public_id]


@pytest.mark.parametrize(("name", "value"), [("EPOCH_EVERY", "daily"), ("EPOCH_EVERY", "-1"), ("EPOCH_LIMIT", "0")])
def test_a_schedule_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SCHOLARNET_{name}", value)
    result = call("worker", "--once")
    assert result.exit_code == 2
    assert f"SCHOLARNET_{name} is '{value}'" in result.output
