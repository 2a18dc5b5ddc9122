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

from api.app import create_app
from api.config import PREFIX, Config
from tests.api.calls import Caller
from tests.api.fixtures import app, contract, join, visitor
from tests.client.person import Person

__all__ = ["app", "contract", "join", "visitor"]
PACKAGE = "generated_scholarnet_client"
# The generator has to be told that a JPEG is bytes; its hooks would want a formatter.
SETTINGS = "post_hooks: []\ncontent_type_overrides: {image/jpeg: application/octet-stream}\n"
As: TypeAlias = Callable[[Caller], Person]


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
def through(package: ModuleType, app: Flask) -> Iterator[As]:
    """Let a caller speak through the generated client: ``through(rosa)``."""
    opened: list[httpx.Client] = []

    def through(caller: Caller) -> Person:
        headers = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
        transport = httpx.WSGITransport(app=app)
        opened.append(httpx.Client(transport=transport, base_url="http://localhost", headers=headers))
        return Person(package, opened[-1])

    yield through
    for client in opened:
        client.close()
