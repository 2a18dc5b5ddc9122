"""Runs of the epoch job: one at a time, resumed, ended in time, and never switched by one that was taken for dead."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event

import pytest
import time_machine
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from api import jobs
from api.heartbeat import beating
from api.jobs import Stopped, Terms, TimeLimit, run_epoch
from scholarnet.db import now, reading
from scholarnet.errors import Conflict, RunLost
from scholarnet.models import Epoch, EpochRun, PostScore, RunState, RunStep, Starter
from scholarnet.services import epochs
from scholarnet.services.epoch_runs import (
    DIED,
    claim_run,
    count_runs,
    end_run,
    find_running,
    is_due,
    is_silent,
    keep_run,
    list_runs,
)
from scholarnet.services.epochs import current_epoch
from scoring.sweeps import NotConverged
from tests.conftest import ROOT
from tests.factories import EpochFactory, EpochRunFactory
from tests.services.communities import START, add_community
from tests.services.writing import publish, review
from tests.torture.site import wait_until

NOON = datetime(2025, 5, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def runs(session: Session) -> list[EpochRun]:
    """All runs in the order in which they began; no transaction is left open."""
    session.rollback()
    session.expire_all()
    found = session.scalars(select(EpochRun).order_by(EpochRun.id)).all()
    session.rollback()
    return list(found)


def in_force(session: Session) -> str | None:
    epoch = current_epoch(session)
    found = epoch.public_id if epoch else None
    session.rollback()
    return found


def fall_silent(engine: Engine) -> None:
    """Have the run that is at work look as if it had died long ago."""
    with engine.begin() as connection:
        silent = datetime(2020, 1, 1, tzinfo=UTC)
        connection.execute(update(EpochRun).where(EpochRun.state == RunState.RUNNING).values(heartbeat_at=silent))


def test_a_run_is_ended_between_sweeps_by_its_limit_and_by_a_stop_and_says_how_far_it_came(
    engine: Engine, session: Session
) -> None:
    add_community(session)
    said: list[str] = []
    stop = Event()

    with time_machine.travel(NOON, tick=False) as time:

        def a_slow_sweep(what: str) -> None:
            if "sweep" in what:
                time.shift(20)

        with pytest.raises(TimeLimit, match="50 seconds"):
            run_epoch(engine, progress=a_slow_sweep, terms=Terms(limit=timedelta(seconds=50)))

        def stop_in_sweep_2(what: str) -> None:
            if what.endswith("sweep 2"):
                stop.set()

        with pytest.raises(Stopped):
            run_epoch(engine, progress=stop_in_sweep_2, terms=Terms(Starter.WORKER, stop=stop))
        assert in_force(session) is None
        run_epoch(engine, progress=said.append, terms=Terms(limit=timedelta(seconds=50)))
    late, stopped, well = runs(session)
    assert (late.state, late.step, late.n_sweeps) == (RunState.FAILED, RunStep.FITTING, 3)
    assert "50 seconds" in late.error
    assert (late.started_at, late.heartbeat_at, late.finished_at) == (
        NOON,
        NOON + timedelta(seconds=60),
        NOON + timedelta(seconds=60),
    )
    assert (stopped.state, stopped.started_by, stopped.step) == (RunState.STOPPED, Starter.WORKER, RunStep.FITTING)
    assert (well.state, well.started_by, well.step, well.error) == (
        RunState.SUCCEEDED,
        Starter.COMMAND,
        RunStep.SWITCHING,
        None,
    )
    n_told = sum(": sweep " in what for what in said)
    assert well.n_sweeps == n_told > 5
    assert session.get(Epoch, well.epoch_id).public_id == in_force(session)
    assert [one.split()[0] for one in dict.fromkeys(what.partition(":")[0] for what in said)] == [
        "Reading",
        "Fitting",
        "Writing",
        "Switching",
        "Dropping",
        "Ranking",
    ]


def test_one_begins_when_two_workers_and_a_command_ask_at_once(engine: Engine, session: Session) -> None:
    EpochRunFactory(state=RunState.RUNNING, ended_at=NOON)  # it died long ago
    session.commit()

    def claim(pid: int) -> str:
        with Session(engine) as other:
            try:
                claim_run(other, started_by=Starter.WORKER, host="here", pid=pid)
            except Conflict as error:
                return error.message
            other.commit()
        return ""

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(claim, [101, 102, 103]))
    dead, running = runs(session)
    assert (dead.state, dead.error) == (RunState.FAILED, DIED)
    assert answers.count("") == 1
    assert answers.index("") == running.pid - 101
    for answer in filter(None, answers):
        assert f"by a worker (process {running.pid} on here) since {running.started_at:%Y-%m-%d %H:%M:%S} UTC" in answer


# What dies: a process that is killed within this step, after the step's own writes and before their commit.
DYING = """
import os, signal, sys
from api import jobs
from api.heartbeat import beating
from scholarnet.db import make_engine

url, step = sys.argv[1:]
work = getattr(jobs, step)

def die(*arguments, **options):
    work(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(jobs, step, die)
jobs.run_epoch(make_engine(url))
"""


@pytest.mark.parametrize("step", ["compute_epoch", "write_epoch", "switch_epoch"])
def test_a_run_that_is_killed_leaves_the_old_epoch_and_the_next_goes_on_where_it_was(
    engine: Engine, session: Session, step: str
) -> None:
    post = publish(session)
    review(session, post=post)
    session.commit()
    old, n_scores = in_force(session), session.scalar(select(func.count()).select_from(PostScore))
    session.rollback()
    url = engine.url.render_as_string(hide_password=False)
    dead = subprocess.run([sys.executable, "-c", DYING, url, step], cwd=ROOT, check=False)
    assert dead.returncode == -signal.SIGKILL
    was_written, has_rows = step == "switch_epoch", step != "compute_epoch"
    assert in_force(session) == old
    assert session.scalar(select(func.count()).select_from(Epoch)) == 1 + has_rows
    assert session.scalar(select(func.count()).select_from(PostScore)) == n_scores + has_rows
    session.rollback()
    with pytest.raises(Conflict, match="already, by a command"):
        run_epoch(engine)
    later = review(session, post=post)
    session.commit()
    fall_silent(engine)
    summary = run_epoch(engine)
    assert (summary.is_resumed, summary.n_reviews) == (was_written, 1 if was_written else 2)
    assert in_force(session) == summary.public_id != old
    score = session.scalars(
        select(PostScore).join(Epoch, Epoch.id == PostScore.epoch_id).where(Epoch.public_id == summary.public_id)
    ).one()
    assert (score.post_id, score.n_reviews) == (later.post_id, 2)
    assert session.scalar(select(func.count()).select_from(Epoch).where(Epoch.is_complete.is_(False))) == 0
    assert session.scalar(select(func.count()).select_from(PostScore)) == n_scores + 1, "what was given up is gone"
    assert [(one.state, one.error) for one in runs(session)] == [
        (RunState.FAILED, DIED),
        (RunState.SUCCEEDED, None),
    ]


@pytest.mark.parametrize(("asleep_at", "is_resumed"), [("Fitting", False), ("Writing", False), ("Switching", True)])
def test_a_run_that_wakes_up_after_another_took_its_place_does_not_switch(
    engine: Engine, session: Session, asleep_at: str, *, is_resumed: bool
) -> None:
    others: list[jobs.EpochSummary] = []

    def sleep(what: str) -> None:
        if what.startswith(asleep_at) and not others:
            fall_silent(engine)
            others.append(run_epoch(engine))

    with pytest.raises(RunLost):
        run_epoch(engine, progress=sleep)
    (other,) = others
    assert other.is_resumed is is_resumed
    assert in_force(session) == other.public_id
    assert [one.state for one in runs(session)] == [RunState.FAILED, RunState.SUCCEEDED]
    assert session.scalar(select(func.count()).select_from(Epoch).where(Epoch.is_complete.is_(False))) == 0


def is_heard_of(engine: Engine) -> bool:
    with Session(reading(engine)) as session:
        return not is_silent(session.scalars(select(EpochRun)).one(), moment=now())


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("step", ["Reading", "Fitting", "Switching"])
def test_a_run_is_heard_of_while_it_is_long_at_one_step(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(jobs, "beating", partial(beating, every=timedelta(milliseconds=10)))

    def be_long(what: str) -> None:
        if what.startswith(step) and ":" not in what:
            fall_silent(engine)
            wait_until("it is heard of", lambda: is_heard_of(engine))

    run_epoch(engine, progress=be_long)


def test_a_run_keeps_its_place_while_it_writes_however_long_that_takes(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, taken = jobs.write_epoch, []

    def take_its_place() -> None:
        with Session(engine) as other:
            claim_run(other, started_by=Starter.WORKER, host="here", pid=1)
            other.commit()

    def write_for_long(*arguments: object, **options: object) -> Epoch:
        epoch = write(*arguments, **options)
        time.shift(3600)
        taken.append(pool.submit(take_its_place))
        wait(taken, timeout=0.3)  # where nothing holds it back, it is done by then
        return epoch

    monkeypatch.setattr(jobs, "write_epoch", write_for_long)
    with ThreadPoolExecutor(1) as pool, time_machine.travel(NOON, tick=False) as time:
        run_epoch(engine)
        taken[0].exception()  # it was refused, or began once this one had ended
    first = runs(session)[0]
    assert (first.state, first.error) == (RunState.SUCCEEDED, None)


def test_a_run_that_lost_its_place_writes_nothing_and_keeps_the_end_that_it_was_given(session: Session) -> None:
    lost = EpochRunFactory(state=RunState.FAILED, error=DIED)
    for _ in range(2):
        with pytest.raises(RunLost):
            keep_run(session, run=lost, step=RunStep.SWITCHING)
        end_run(session, run=lost, state=RunState.SUCCEEDED)
    session.refresh(lost)
    assert (lost.state, lost.step, lost.error) == (RunState.FAILED, RunStep.READING, DIED)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NotConverged("the fit moved in sweep 300"), "no fit was found: the fit moved in sweep 300"),
        (OperationalError("SELECT secret", {}, Exception("gone")), "the database failed (OperationalError)"),
        (RuntimeError("a secret"), "a fault of the program (RuntimeError)"),
    ],
)
def test_a_failed_run_says_why_and_nothing_of_the_inside(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    def give_up(*_args: object, **_settings: object) -> None:
        raise error

    monkeypatch.setattr(epochs, "fit", give_up)
    with pytest.raises(type(error)):
        run_epoch(engine)
    (run,) = runs(session)
    assert (run.state, run.step, run.error) == (RunState.FAILED, RunStep.FITTING, sentence)
    assert run.finished_at is not None
    assert in_force(session) is None
    monkeypatch.undo()
    run_epoch(engine)  # nothing stands in its way


def left_over(session: Session, **of_epoch: object) -> str:
    """The id of an epoch that a run wrote and did not switch to."""
    epoch = EpochFactory(is_complete=False, **of_epoch)
    EpochRunFactory(state=RunState.STOPPED, epoch_id=epoch.id)
    public_id = epoch.public_id
    session.commit()
    return public_id


def test_a_written_epoch_is_gone_on_with_unless_it_is_old_or_of_another_model_or_another_moment_is_asked_for(
    engine: Engine, session: Session
) -> None:
    left_over(session, created_at=NOON)
    assert not run_epoch(engine).is_resumed
    left_over(session, model_version="0")
    assert not run_epoch(engine).is_resumed
    left_over(session)
    assert not run_epoch(engine, as_of=START).is_resumed
    kept = left_over(session)
    summary = run_epoch(engine)
    assert (summary.is_resumed, summary.public_id) == (True, kept)
    assert not run_epoch(engine).is_resumed


def test_an_epoch_that_could_not_be_switched_to_is_not_tried_again(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*_args: object, **_settings: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(jobs, "switch_epoch", give_up)
    with pytest.raises(RuntimeError):
        run_epoch(engine)
    monkeypatch.undo()
    assert not run_epoch(engine).is_resumed
    assert [one.state for one in runs(session)] == [RunState.FAILED, RunState.SUCCEEDED]


def ran(hours: float, state: RunState = RunState.SUCCEEDED) -> None:
    EpochRunFactory(state=state, ended_at=NOON - timedelta(hours=hours))


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("history", "due"),
    [
        ([], True),
        ([(23.9, "succeeded")], False),
        ([(24, "succeeded")], True),
        ([(30, "succeeded"), (0.01, "stopped")], True),  # it goes on at once
        ([(30, "succeeded"), (0.05, "failed")], False),  # five minutes
        ([(30, "succeeded"), (0.09, "failed")], True),
        ([(30, "succeeded"), (1, "failed"), (0.9, "failed"), (0.3, "failed")], False),  # 20 minutes after the third
        ([(30, "succeeded"), (1, "failed"), (0.9, "failed"), (0.34, "failed")], True),
        ([*[(60 + n, "failed") for n in range(30, 0, -1)], (50, "failed"), (24, "failed")], True),  # a day at most
        ([(30, "succeeded"), (0.016, "running")], False),  # heard of 58 seconds ago
        ([(30, "succeeded"), (0.017, "running")], True),  # 61 seconds ago
        ([(30, "succeeded"), (-0.017, "running")], True),  # the clock was set back, and no sign came since
        ([(-1, "succeeded")], True),
        ([(30, "succeeded"), (-1, "failed")], True),
    ],
)
def test_a_run_is_due_by_the_last_that_did_its_work_and_waits_longer_with_each_failure(
    session: Session, history: list[tuple[float, str]], *, due: bool
) -> None:
    for hours, state in history:
        ran(hours, RunState(state))
    assert is_due(session, every=DAY, moment=NOON) is due
    assert not is_due(session, every=timedelta(0), moment=NOON)


def test_runs_are_counted_by_state_and_listed_from_the_newest(session: Session) -> None:
    for hours, state in ((3, "failed"), (1, "running"), (2, "succeeded"), (4, "failed")):
        ran(hours, RunState(state))
    assert count_runs(session) == {"running": 1, "succeeded": 1, "failed": 2, "stopped": 0}
    states = [one.state for one in session.scalars(list_runs())]
    assert states == ["running", "succeeded", "failed", "failed"]
    assert find_running(session).started_at == NOON - timedelta(hours=1)
