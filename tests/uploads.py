"""A real server in processes of its own, and uploads to it that may be long or never end."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = [sys.executable, "-c", "from api.cli import main; main()", "serve"]
WAIT_SECONDS = 60


@contextmanager
def serving(
    *, log: Path | None = None, workers: str = "1", **settings: str
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server with these SCHOLARNET_ settings, its stderr in `log`: its process, which leads a group, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {f"SCHOLARNET_{name.upper()}": value for name, value in settings.items()}
    call = [*COMMAND, "--port", str(port), "--workers", workers]
    with (
        (log or Path(os.devnull)).open("wb") as stderr,
        subprocess.Popen(call, stderr=stderr, env=environment, start_new_session=True) as server,
    ):
        try:
            wait_for(port, server)
            yield server, port
        finally:
            if server.poll() is None:
                server.terminate()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return once somebody listens."""
    end = time.monotonic() + WAIT_SECONDS
    while server.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    msg = f"the server did not listen; its status: {server.poll()}"
    raise OSError(msg)


def begin(port: int, path: str, token: str, *, length: int) -> http.client.HTTPConnection:
    """Send the head of an upload of so many bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS * 10)
    connection.putrequest("POST", path)
    connection.putheader("Authorization", f"Bearer {token}")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    return connection


def send(connection: http.client.HTTPConnection, chunks: Iterable[bytes]) -> http.client.HTTPResponse:
    """Send the body, and return the answer."""
    for chunk in chunks:
        connection.send(chunk)
    return connection.getresponse()
