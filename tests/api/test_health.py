"""Health."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from scholarnet.models import ImportState, RunState
from tests.api.calls import Caller
from tests.factories import (
    EpochFactory,
    EpochRunFactory,
    ImportJobFactory,
    OutgoingMailFactory,
    ScoreLogFactory,
    WorkerSignFactory,
)

NOON = datetime(2025, 5, 5, 12, tzinfo=UTC)


def test_a_server_says_that_it_is_well(visitor: Caller) -> None:
    assert visitor.get("/health/live").json == {"status": "ok"}
    assert visitor.get("/health/ready").json == {
        "status": "ok",
        "database": True,
        "migrations": True,
        "queue": "ok",
        "worker": "none",
        "replica": None,
        "epoch": None,
        "epoch_age_seconds": None,
        "is_stale": False,
        "failed_at": None,
    }


def ready(visitor: Caller) -> tuple[str, int | None, bool, str | None]:
    told = visitor.get("/health/ready").json
    return told["status"], told["epoch_age_seconds"], told["is_stale"], told["failed_at"]


def test_a_server_is_degraded_and_ready_when_its_epoch_is_two_intervals_old(visitor: Caller, session: Session) -> None:
    ScoreLogFactory(current_epoch_id=EpochFactory(as_of=NOON).id)
    session.commit()
    with time_machine.travel(NOON + timedelta(days=2), tick=False) as time:
        assert ready(visitor) == ("ok", 2 * 86_400, False, None)
        time.shift(1)
        assert ready(visitor) == ("degraded", 2 * 86_400 + 1, True, None)


def test_a_server_is_degraded_until_a_fit_does_its_work_again(visitor: Caller, session: Session) -> None:
    with time_machine.travel(NOON, tick=False) as time:
        for state in (RunState.SUCCEEDED, RunState.FAILED, RunState.STOPPED):
            EpochRunFactory(state=state)
            time.shift(60)
        session.commit()
        failed_at = (NOON + timedelta(minutes=1)).isoformat()
        assert ready(visitor) == ("degraded", None, False, failed_at)
        EpochRunFactory()
        session.commit()
        assert ready(visitor) == ("ok", None, False, None)


def test_a_server_is_degraded_when_the_run_at_work_is_silent(visitor: Caller, session: Session) -> None:
    EpochRunFactory(state=RunState.RUNNING, ended_at=NOON)
    session.commit()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False) as time:
        assert ready(visitor) == ("ok", None, False, None)
        time.shift(1)
        assert ready(visitor) == ("degraded", None, False, NOON.isoformat())


def test_a_server_is_ready_while_somebody_writes(visitor: Caller, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE score_log SET last_sequence = 0")
        visitor.get("/health/ready")


def waiting(visitor: Caller) -> tuple[str, str, str]:
    told = visitor.get("/health/ready").json
    return told["status"], told["queue"], told["worker"]


def test_a_server_is_degraded_when_its_worker_is_silent(visitor: Caller, session: Session) -> None:
    WorkerSignFactory(seen_at=NOON - timedelta(hours=3))
    WorkerSignFactory(seen_at=NOON)
    session.commit()
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False) as time:
        assert waiting(visitor) == ("ok", "ok", "ok")
        time.shift(1)
        assert waiting(visitor) == ("degraded", "ok", "silent")


def test_a_server_is_degraded_when_nobody_takes_what_is_due(visitor: Caller, session: Session) -> None:
    mail = OutgoingMailFactory(next_attempt_at=NOON, created_at=NOON - timedelta(days=1))
    OutgoingMailFactory(next_attempt_at=NOON + timedelta(hours=8))  # could not be sent, and is not due yet
    ImportJobFactory(state=ImportState.RUNNING, created_at=NOON - timedelta(days=1))
    session.commit()
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False) as time:
        assert waiting(visitor) == ("ok", "ok", "none")
        time.shift(1)
        assert waiting(visitor) == ("degraded", "late", "none")
        session.delete(mail)
        ImportJobFactory(state=ImportState.QUEUED, created_at=NOON)
        session.commit()
        assert waiting(visitor) == ("ok", "ok", "none")
        time.move_to(NOON + timedelta(hours=1, seconds=1))
        assert waiting(visitor) == ("degraded", "late", "none")


@pytest.mark.parametrize(("migrations", "has_database"), [("behind", True), ("unreadable", False)])
def test_a_server_is_not_ready_when_something_is_missing(
    visitor: Caller, monkeypatch: pytest.MonkeyPatch, migrations: str, *, has_database: bool
) -> None:
    def is_current(_connection: object) -> bool:
        if migrations == "unreadable":
            raise OperationalError("SELECT 1", {}, Exception("gone"))
        return False

    monkeypatch.setattr("scholarnet.migration.is_current", is_current)
    answer = visitor.client.get("/api/v1/health/ready")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "unavailable",
        "database": has_database,
        "migrations": False,
        "queue": None,
        "worker": None,
        "replica": None,
        "epoch": None,
        "epoch_age_seconds": None,
        "is_stale": False,
        "failed_at": None,
    }
    visitor.get("/health/live")
