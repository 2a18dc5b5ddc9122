"""A replica: visitors read from it, whoever could have written does not, and nobody notices when it is gone."""

import logging
import shutil
import socket
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.config import Config, ConfigurationError
from api.replica import EXTENSION, Replica
from tests import databases
from tests.api.calls import Caller
from tests.api.fixtures import Join
from tests.factories import ResearcherFactory
from tests.factories.row import using


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An application that a test gives a replica."""
    return own_app


def gone(engine: Engine, tmp_path: Path) -> str:
    """The address of a replica that is not there."""
    if engine.dialect.name == "sqlite":
        return f"sqlite:///{tmp_path / 'no folder' / 'replica.db'}"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"postgresql://postgres@127.0.0.1:{free.getsockname()[1]}/replica"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_visitors_read_from_the_replica_and_people_read_what_they_wrote(
    app: Flask, join: Join, visitor: Caller, sqlite_template: Path, tmp_path: Path
) -> None:
    rosa = join("rosa", scopes=["read", "write"])
    path = f"/researchers/{rosa.id}"
    shutil.copy(sqlite_template, tmp_path / "replica.db")
    with databases.disposing(f"sqlite:///{tmp_path / 'replica.db'}") as behind, Session(behind) as old, using(old):
        ResearcherFactory(handle="rosa", name="Rosa As She Was", public_id=rosa.id)
        old.commit()
    replica = app.extensions[EXTENSION] = Replica(f"sqlite:///{tmp_path / 'replica.db'}")
    assert rosa.patch(path, {"name": "Rosa Now"}, headers=rosa.tag_of(path)).status_code == 200
    assert rosa.get(path).json["name"] == "Rosa Now"
    assert visitor.get(path).json["name"] == "Rosa As She Was"
    assert visitor.get("/posts").json["results"] == []
    assert visitor.get("/health/ready").json["replica"] == "ok"
    assert not replica.is_down()
    replica.engine.dispose()


def test_a_replica_that_is_gone_costs_a_visitor_nothing_and_is_told_of(
    app: Flask, visitor: Caller, join: Join, engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    replica = app.extensions[EXTENSION] = Replica(gone(engine, tmp_path))
    scraper = join("scraper", role="admin", scopes=["read"])
    with caplog.at_level(logging.WARNING, "scholarnet.replica"):
        assert visitor.get(f"/researchers/{scraper.id}").json["id"] == scraper.id
        assert replica.is_down()
        assert visitor.get("/posts").json["results"] == []
        assert visitor.get("/researchers/0000000000000", expect=404).status_code == 404
    assert len(caplog.records) == 1, "it is left alone for a while"
    assert "is answered from the primary" in caplog.text
    health = visitor.get("/health/ready")
    assert (health.status_code, health.json["status"], health.json["replica"]) == (200, "degraded", "down")
    assert "scholarnet_replica_up 0.0" in scraper.get("/metrics").get_data(as_text=True)


def test_a_refusal_by_the_primary_is_answered_as_ever_when_the_replica_is_gone(
    app: Flask, visitor: Caller, engine: Engine, tmp_path: Path
) -> None:
    app.extensions[EXTENSION] = Replica(gone(engine, tmp_path))
    assert visitor.get("/researchers/0000000000000", expect=404).status_code == 404


@pytest.mark.parametrize("url", ["postgresql://localhost/replica", "no url"])
def test_a_replica_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="SCHOLARNET_REPLICA_URL is not the URL of a sqlite database"):
        Config(database_url="sqlite:///one.db", replica_url=url).check()
