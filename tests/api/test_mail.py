"""Mail that cannot be sent is said so, and no link stands in a production log."""

import socket

import pytest
from sqlalchemy import Engine

from api.app import create_app
from api.config import Config
from api.database import db
from scholarnet.services.tokens import create_token
from tests.factories import ResearcherFactory
from tests.factories.row import using


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    "settings",
    [
        {"environment": "production", "secret_key": "a key of our own, long enough"},
        {"mail_url": f"smtp://127.0.0.1:{_closed_port()}"},
    ],
    ids=["production without a mail server", "a mail server that does not answer"],
)
def test_asking_for_a_link_is_a_503_when_no_mail_can_go_out(
    engine: Engine, settings: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(Config(database_url=engine.url.render_as_string(hide_password=False), **settings))
    with app.app_context(), using(db.session()):
        rosa = ResearcherFactory(unverified=True)
        _, secret = create_token(db.session(), researcher=rosa, name="test", scopes=["read", "write"])
        db.session.commit()
    answer = app.test_client().post(
        "/api/v1/auth/verify-email",
        json={"email": "rosa@uni.edu"},
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert "token=" not in caplog.text
    with app.app_context():
        db.engine.dispose()
