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
from api.limits import EXTENSION as LIMITER
from scholarnet.services.tokens import create_token
from tests.api.calls import Caller
from tests.api.contract import CheckedClient, Contract
from tests.api.orcid_server import CLIENT, orcid_server
from tests.factories import ResearcherFactory

SCOPES = ["read", "write", "review"]
Join: TypeAlias = Callable[..., Caller]


@pytest.fixture(scope="session")
def attachments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that this worker's applications keep attachments in."""
    return tmp_path_factory.mktemp("attachments")


def make(url: str, attachments: Path) -> Flask:
    """Return an application whose clients hold whatever they get back against its document."""
    orcid = {f"orcid_{name}": value for name, value in CLIENT.items()} | {"orcid_url": orcid_server().url}
    app = create_app(Config(database_url=url, limits_url="memory://", attachments_url=str(attachments), **orcid))
    app.test_client_class = CheckedClient
    app.extensions["contract"] = Contract(app)
    return app


@pytest.fixture(scope="session")
def apps(attachments: Path) -> Iterator[Callable[[str], Flask]]:
    """Makes the application for a database once: that takes longer than most tests do."""
    made: dict[str, Flask] = {}

    def app_of(url: str) -> Flask:
        if url not in made:
            made[url] = make(url, attachments)
        return made[url]

    yield app_of
    for app in made.values():
        disconnect(app)


@pytest.fixture
def app(engine: Engine, attachments: Path, apps: Callable[[str], Flask]) -> Iterator[Flask]:
    """The application, with nothing counted and nothing attached; on PostgreSQL it stays connected."""
    app = apps(engine.url.render_as_string(hide_password=False))
    app.extensions[LIMITER].storage.reset()
    yield app
    if engine.dialect.name == "sqlite":  # whose file is made anew
        disconnect(app)
    clear(attachments)


@pytest.fixture
def own_app(engine: Engine, attachments: Path) -> Iterator[Flask]:
    """An application for a test that changes it."""
    app = make(engine.url.render_as_string(hide_password=False), attachments)
    yield app
    disconnect(app)
    clear(attachments)


def disconnect(app: Flask) -> None:
    """Let go of the database."""
    with app.app_context():
        db.engine.dispose()


def clear(attachments: Path) -> None:
    """Let go of what was attached."""
    for left in attachments.rglob("*"):
        if left.is_file():
            left.unlink()


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
