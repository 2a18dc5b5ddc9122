"""The application over the test's database, and people who call it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.app import create_app
from api.config import Config
from api.database import db
from scholarnet.services.tokens import create_token
from tests.api.calls import Caller
from tests.api.contract import CheckedClient, Contract
from tests.factories import ResearcherFactory

SCOPES = ["read", "write", "review"]
Join: TypeAlias = Callable[..., Caller]


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    """The application; whatever its clients get back is held against its document."""
    url = engine.url.render_as_string(hide_password=False)
    app = create_app(Config(database_url=url, limits_url="memory://", attachments_url=str(tmp_path / "attachments")))
    app.test_client_class = CheckedClient
    app.extensions["contract"] = Contract(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def contract(app: Flask) -> Contract:
    return app.extensions["contract"]


@pytest.fixture
def visitor(app: Flask) -> Caller:
    """A reader without an account."""
    return Caller(app.test_client(use_cookies=False))


@pytest.fixture
def join(app: Flask, session: Session) -> Join:
    """Let somebody in with a token: ``join("rosa")``, ``join(role="editor", scopes=["read", "admin"])``."""

    def join(handle: str | None = None, *, scopes: list[str] | None = None, **columns: Any) -> Caller:
        named = {"handle": handle, "name": handle.title()} if handle else {}
        researcher = ResearcherFactory(**named, **columns)
        _, secret = create_token(session, researcher=researcher, name="tests", scopes=scopes or SCOPES)
        client = app.test_client(use_cookies=False)
        caller = Caller(client, token=secret, id=researcher.public_id, handle=researcher.handle)
        session.commit()  # nothing is left open that a request would have to wait for
        return caller

    return join
