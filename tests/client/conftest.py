"""A client that a public generator makes of the OpenAPI document, over the application without a network."""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

import httpx
import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from api.app import create_app
from api.config import PREFIX, Config
from scholarnet.models import Researcher, Role
from tests.api.fixtures import app, contract
from tests.client.person import Person

__all__ = ["app", "contract"]
PACKAGE = "generated_scholarnet_client"
# The generator has to be told that a JPEG and lines of JSON are bytes; its hooks would want a formatter.
BYTES = "{image/jpeg: application/octet-stream, application/x-ndjson: application/octet-stream}"
SETTINGS = f"post_hooks: []\ncontent_type_overrides: {BYTES}\n"
Visit: TypeAlias = Callable[[], Person]
Enter: TypeAlias = Callable[..., Person]


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated package; the generator must not have skipped anything."""
    folder = tmp_path_factory.mktemp("client")
    _write_document(folder)
    (folder / "config.yaml").write_text(SETTINGS)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--meta", "none"]
    command += ["--output-path", PACKAGE, "--config", "config.yaml", "--fail-on-warning"]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    said = made.stdout + made.stderr
    assert made.returncode == 0, said
    assert "warning" not in said.lower(), said
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(PACKAGE)
    finally:
        sys.path.remove(str(folder))


def _write_document(folder: Path) -> None:
    config = Config(
        database_url=f"sqlite:///{folder / 'empty.db'}", limits_url="memory://", attachments_url=str(folder / "files")
    )
    response = create_app(config).test_client().get(f"{PREFIX}/openapi.json")
    (folder / "openapi.json").write_text(response.get_data(as_text=True))


@pytest.fixture
def visitor(package: ModuleType, app: Flask) -> Iterator[Visit]:
    """Let somebody in who has the generated client and no account."""
    opened: list[httpx.Client] = []

    def visit() -> Person:
        transport = httpx.WSGITransport(app=app)
        opened.append(httpx.Client(transport=transport, base_url="http://localhost"))
        return Person(package, opened[-1])

    yield visit
    for client in opened:
        client.close()


@pytest.fixture
def enter(visitor: Visit, session: Session) -> Enter:
    """Let somebody register, log in and make a token with which they go on: ``enter("rosa")``."""

    def enter(handle: str, *, role: Role | None = None, scopes: list[str] | None = None) -> Person:
        person = visitor()
        account = {"handle": handle, "password": "low field, high hopes"}
        register = account | {"name": handle.title(), "email": f"{handle}@uni.edu"}
        person.id = person.call("auth.register", body=register).id
        if role:  # which no route gives
            session.execute(update(Researcher).where(Researcher.handle == handle).values(role=role))
            session.commit()
        signed_in = person.call("auth.login", body=account)
        assert person.call("auth.me").handle == handle
        person.send({"X-CSRFToken": signed_in.csrf_token})
        token = {"name": "this client", "scopes": scopes or ["read", "write", "review"]}
        secret = person.call("auth.create_token", body=token).token
        person.call("auth.logout")
        person.send({"Authorization": f"Bearer {secret}"})
        return person

    return enter
