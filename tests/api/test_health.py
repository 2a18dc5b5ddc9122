"""Health."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from tests.api.calls import Caller


def test_a_server_says_that_it_is_well(visitor: Caller) -> None:
    assert visitor.get("/health/live").json == {"status": "ok"}
    assert visitor.get("/health/ready").json == {"status": "ok", "database": True, "migrations": True, "epoch": None}


def test_a_server_is_ready_while_somebody_writes(visitor: Caller, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE score_log SET last_sequence = 0")
        visitor.get("/health/ready")


@pytest.mark.parametrize(("migrations", "has_database"), [("behind", True), ("unreadable", False)])
def test_a_server_is_not_ready_when_something_is_missing(
    visitor: Caller, monkeypatch: pytest.MonkeyPatch, migrations: str, *, has_database: bool
) -> None:
    def is_current(_connection: object) -> bool:
        if migrations == "unreadable":
            raise OperationalError("SELECT 1", {}, Exception("gone"))
        return False

    monkeypatch.setattr("api.resources.health.is_current", is_current)
    answer = visitor.client.get("/api/v1/health/ready")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "unavailable",
        "database": has_database,
        "migrations": False,
        "epoch": None,
    }
    visitor.get("/health/live")
