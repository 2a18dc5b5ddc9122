"""Mail that cannot be sent waits, is said so where it never can be, and no link stands in a log."""

import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from api import mail
from api.app import create_app
from api.cli import worker
from api.config import Config
from api.database import db
from scholarnet.models import OutgoingMail
from scholarnet.services.mails import queue_mail
from scholarnet.services.tokens import create_token
from tests.factories import OutgoingMailFactory, ResearcherFactory
from tests.factories.row import using
from tests.torture.sink import sink

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def config_of(engine: Engine, **settings: str) -> Config:
    return Config(database_url=engine.url.render_as_string(hide_password=False), **settings)


def ask_for_link(app: Flask) -> TestResponse:
    """What somebody unverified is answered."""
    with app.app_context(), using(db.session()):
        rosa = ResearcherFactory(unverified=True, email="rosa@uni.edu")
        _, secret = create_token(db.session(), researcher=rosa, name="test", scopes=["read", "write"])
        db.session.commit()
    answer = app.test_client().post(
        "/api/v1/auth/verify-email",
        json={"email": "rosa@uni.edu"},
        headers={"Authorization": f"Bearer {secret}"},
    )
    with app.app_context():
        db.engine.dispose()
    return answer


def count_waiting(session: Session) -> int | None:
    return session.scalar(select(func.count(OutgoingMail.id)))


def test_asking_for_a_link_is_a_503_when_production_has_no_mail_server(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(config_of(engine, environment="production", secret_key="a key of our own, long enough"))
    answer = ask_for_link(app)
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert "token=" not in caplog.text


def test_a_link_waits_when_the_mail_server_does_not_answer(
    engine: Engine, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(config_of(engine, mail_url=f"smtp://127.0.0.1:{_closed_port()}"))
    assert ask_for_link(app).status_code == 202
    waiting = session.scalars(select(OutgoingMail)).one()
    assert (waiting.recipient, waiting.attempts) == ("rosa@uni.edu", 1)
    assert "token=" not in caplog.text
    assert "rosa@uni.edu" not in caplog.text


def test_a_mail_is_taken_out_when_it_is_sent(
    engine: Engine, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    queue_mail(session, to="rosa@uni.edu", subject="Hello", text="A text.")
    session.commit()
    mail.deliver(engine, config_of(engine))
    mail.deliver(engine, config_of(engine))
    assert [record.getMessage() for record in caplog.records] == ["mail to rosa@uni.edu: Hello\nA text."]
    assert count_waiting(session) == 0


def test_a_mail_is_tried_again_after_a_wait_that_doubles_until_it_is_given_up(engine: Engine, session: Session) -> None:
    dead = config_of(engine, mail_url=f"smtp://127.0.0.1:{_closed_port()}")
    row = OutgoingMailFactory(next_attempt_at=NOON)
    session.commit()
    for minutes, attempts in ((0, 1), (0.9, 1), (1, 2), (2.9, 2), (3, 3)):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            mail.deliver(engine, dead)
        session.refresh(row)
        assert row.attempts == attempts
        session.commit()
    row.attempts, row.next_attempt_at = 10, NOON
    session.commit()
    with time_machine.travel(NOON, tick=False):
        mail.deliver(engine, dead)
    assert count_waiting(session) == 0


def test_the_worker_goes_on_when_a_task_fails(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_engine: Engine, _config: Config) -> None:
        raise RuntimeError

    monkeypatch.setattr(worker, "TASKS", (broken, *worker.TASKS))
    OutgoingMailFactory()
    session.commit()
    worker.run_tasks(engine, config_of(engine))
    assert "the task broken failed" in caplog.text
    assert count_waiting(session) == 0


def test_a_mail_that_goes_out_again_has_the_message_id_of_the_first_time_and_no_other_mail_has_it(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send_and_die(_session: Session, *, mail: OutgoingMail, send: Callable[[OutgoingMail], bool]) -> bool:
        assert send(mail)
        raise SystemExit

    with sink() as server:
        config = config_of(engine, mail_url=server.url, mail_from="ScholarNet <no-reply@uni.edu>")
        OutgoingMailFactory(recipient="first@uni.edu", next_attempt_at=NOON)
        session.commit()
        with time_machine.travel(NOON, tick=False), monkeypatch.context() as patch:
            patch.setattr(mail, "settle", send_and_die)
            with pytest.raises(SystemExit):
                mail.deliver(engine, config)
        with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
            mail.deliver(engine, config)
            OutgoingMailFactory(recipient="second@uni.edu", next_attempt_at=NOON)  # SQLite gives it the first one's key
            session.commit()
            mail.deliver(engine, config)
    first, again, second = (one["Message-ID"] for one in server.mails)
    assert first == again != second
    assert re.fullmatch(r"<[0-9a-f]{32}@uni\.edu>", first)
