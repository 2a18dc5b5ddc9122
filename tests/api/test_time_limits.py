"""Whatever is outside may be silent for ever: a mail server, a bucket, a database. Nobody waits so long."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL, Engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import api.app
from api import mail
from api.config import Config
from api.database import db
from scholarnet import db as database
from scholarnet import storage
from scholarnet.db import make_engine
from scholarnet.models import OutgoingMail
from scholarnet.services.mails import queue_mail

AT_MOST = 20.0  # seconds; what is measured takes two at most, and without a limit it takes for ever


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes every connection and never says a word."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        taking = threading.Thread(target=take)
        taking.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        taking.join()
    for one in held:
        one.close()


@pytest.fixture
def quickly() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < AT_MOST


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "limits.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def app_on(url: str, **settings: Any) -> Flask:
    return api.app.create_app(Config(database_url=url, limits_url="memory://", **settings))


def answer(app: Flask) -> tuple[int, str | None]:
    told = FlaskClient(app, app.response_class).get("/api/v1/health/live")
    return told.status_code, told.headers.get("Retry-After")


@pytest.mark.usefixtures("quickly")
def test_a_mail_waits_when_its_server_is_silent(
    sqlite_engine: Engine, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.1)
    with Session(sqlite_engine) as session:
        queue_mail(session, to="rosa@uni.edu", subject="Hello", text="A text.")
        session.commit()
        url = sqlite_engine.url.render_as_string(hide_password=False)
        mail.deliver(sqlite_engine, Config(database_url=url, mail_url=f"smtp://127.0.0.1:{silent}"))
        assert session.scalars(select(OutgoingMail.attempts)).all() == [1]


@pytest.mark.usefixtures("quickly")
def test_an_object_is_an_error_when_the_bucket_is_silent(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "BUCKET", storage.BUCKET | {"timeout": "100ms"})
    monkeypatch.setattr(storage, "RETRIES", {"max_retries": 1, "retry_timeout": timedelta(seconds=1)})
    for name, value in {
        "ENDPOINT_URL": f"http://127.0.0.1:{silent}",
        "ALLOW_HTTP": "true",
        "ACCESS_KEY_ID": "tests",
        "SECRET_ACCESS_KEY": "tests",
        "REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with pytest.raises(Exception, match=r"(?i)time"):
        storage.Storage("s3://papers/attachments").size("a key")


@pytest.mark.usefixtures("quickly")
def test_a_database_that_is_silent_is_given_up(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(database.REACHING, "connect_timeout", 2)  # libpq's least
    engine = make_engine(f"postgresql://nobody@127.0.0.1:{silent}/none")
    with pytest.raises(OperationalError, match="timeout"):
        engine.connect()


@pytest.mark.usefixtures("quickly")
def test_a_request_is_refused_for_now_when_its_statement_takes_too_long(postgresql: URL) -> None:
    app = app_on(postgresql.render_as_string(hide_password=False), statement_seconds=1)
    app.view_functions["health.live"] = lambda: str(db.session.scalar(text("SELECT pg_sleep(600)")))
    assert answer(app) == (503, "2")
    with app.app_context():
        db.engine.dispose()


@pytest.mark.usefixtures("quickly")
def test_a_request_is_refused_for_now_when_no_connection_is_free(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.app, "POOL_SECONDS", 0.1)
    app = app_on(sqlite_engine.url.render_as_string(hide_password=False))
    app.view_functions["health.live"] = lambda: str(db.session.scalar(text("SELECT 1")))
    with app.app_context():
        taken = [db.engine.connect() for _ in range(15)]
        assert answer(app) == (503, "2")
        for one in taken:
            one.close()
        assert answer(app) == (200, None)
        db.engine.dispose()
