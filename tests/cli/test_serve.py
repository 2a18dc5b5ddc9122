"""`scholarnet serve`: gunicorn over the application, and what keeps it from starting."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing

import pytest
from click.testing import CliRunner

from api.cli import main


@pytest.fixture(autouse=True)
def _configured(engine, monkeypatch) -> None:
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def read(url: str, *, server: subprocess.Popen[bytes]) -> bytes:
    """Read a page, as soon as the server answers."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return bytes(answer.read())
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    pytest.fail(f"the server did not answer; its status: {server.poll()}")


def test_serve_answers_and_ends_in_good_order_when_it_is_told_to():
    port = free_port()
    call = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(call, stderr=subprocess.DEVNULL, env=os.environ.copy()) as server:
        try:
            assert b"ok" in read(f"http://127.0.0.1:{port}/api/v1/health/live", server=server)
            assert json.loads(read(f"http://127.0.0.1:{port}/api/v1/posts", server=server))["results"] == []
        finally:
            server.terminate()
        assert server.wait(60) == 0


def test_a_port_in_use_is_refused_with_what_to_do():
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(main, ["serve", "--port", str(port)])
    assert result.exit_code == 2
    assert f"127.0.0.1:{port}" in result.stderr
    assert "--port" in result.stderr


def test_a_host_that_is_not_ours_is_refused():
    result = CliRunner().invoke(main, ["serve", "--host", "192.0.2.1", "--port", str(free_port())])
    assert result.exit_code == 2
    assert "192.0.2.1" in result.stderr


def test_production_does_not_start_with_the_default_secret(monkeypatch):
    monkeypatch.setenv("SCHOLARNET_ENVIRONMENT", "production")
    monkeypatch.delenv("SCHOLARNET_SECRET_KEY", raising=False)
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 2
    assert "SCHOLARNET_SECRET_KEY" in result.stderr


def test_a_database_without_tables_is_refused_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 2
    assert "scholarnet db upgrade" in result.stderr


def test_it_does_not_listen_beyond_this_machine_when_the_secret_is_everybodys(monkeypatch) -> None:
    monkeypatch.delenv("SCHOLARNET_SECRET_KEY", raising=False)
    refused = CliRunner().invoke(main, ["serve", "--host", "0.0.0.0"])  # noqa: S104  (it is refused)
    assert refused.exit_code == 2
    assert "SCHOLARNET_SECRET_KEY" in refused.output
