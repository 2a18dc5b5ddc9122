"""The real thing as users start it: `scholarnet serve` and `scholarnet worker`, in processes that can be killed."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine

from api.config import PREFIX
from tests.conftest import ROOT

COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]
PATIENCE_SECONDS = 120  # of every wait for a condition: far more than any of them takes
SHORT_SECONDS = 0.05
SET_BACK = "import datetime, time_machine; time_machine.travel(-datetime.timedelta(hours={})).start(); "


def wait_until(what: str, is_so: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Return once it is so; AssertionError says what never was."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"waited {seconds:.0f} seconds for this: {what}"
        time.sleep(SHORT_SECONDS)


class Site:
    """A server and a worker over one database; `port` changes with each start of the server."""

    def __init__(self, engine: Engine, folder: Path, **settings: str) -> None:
        self.engine, self.folder, self.port = engine, folder, 0
        self.server: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self.command = COMMAND
        given = {
            "database_url": engine.url.render_as_string(hide_password=False),
            "attachments_url": str(folder / "attachments"),
            "rate_limits": "off",
            **settings,
        }
        named = {f"SCHOLARNET_{name.upper()}": value for name, value in given.items()}
        self.environment = os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"} | named

    def set_clock_back(self, hours: int) -> None:
        """For every process that is started from now on."""
        self.command = [*COMMAND[:-1], SET_BACK.format(hours) + COMMAND[-1]]

    def serve(self, *, workers: int = 2) -> None:
        """Start the server and return once it answers; another program may have taken the port meanwhile."""
        for _ in range(5):
            self.port = _free_port()
            self.server = self._start("serve", "--port", str(self.port), "--workers", str(workers))
            wait_until("the server answers", lambda: self.has_ended() or self.is_up())
            if not self.has_ended():
                return
        raise AssertionError("the server does not start:\n" + self.log("serve")[-3000:])

    def work(self) -> None:
        """Start the worker."""
        self.worker = self._start("worker")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, which must be a good one."""
        done = subprocess.run(
            [*self.command, *arguments], env=self.environment, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def has_ended(self) -> bool:
        """Whether the server does not run, or ended by itself."""
        return self.server is None or self.server.poll() is not None

    def is_up(self) -> bool:
        """Whether the server answers."""
        try:
            return self.get("/health/live") == 200
        except (OSError, http.client.HTTPException):
            return False

    def get(self, path: str, *, seconds: float = 30) -> int:
        """Return the status of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", PREFIX + path)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def kill_server(self) -> None:
        """End all processes of the server at once, by signal 9."""
        self.server = _kill(self.server)

    def kill_worker(self) -> None:
        """End the worker by signal 9."""
        self.worker = _kill(self.worker)

    def kill_child(self, at: int) -> None:
        """End one process of the server that answers requests; its parent is to start another."""
        children = self.children()
        os.kill(children[at % len(children)], signal.SIGKILL)

    def kill_parent(self) -> None:
        """End the process that the server was started as, as the kernel does when memory ends; the others notice."""
        assert self.server is not None
        group = self.server.pid
        self.server.kill()
        self.server.wait()
        self.server = None
        wait_until("the server's other processes end", lambda: not _is_group(group))

    def children(self) -> list[int]:
        """The processes that answer requests."""
        assert self.server is not None
        listed = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children")
        wait_until("the server has its processes", lambda: bool(listed.read_text().split()))
        return [int(one) for one in listed.read_text().split()]

    def log(self, name: str) -> str:
        """All that the server, or the worker, said."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [*self.command, name, *arguments], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )


@contextmanager
def site(engine: Engine, folder: Path, **settings: str) -> Iterator[Site]:
    """A site that is not started yet, and of which nothing runs afterwards."""
    made = Site(engine, folder, **settings)
    try:
        yield made
    finally:
        made.kill_server()
        made.kill_worker()


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        with suppress(ProcessLookupError):  # it ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        wait_until("all of it is gone", lambda: not _is_group(process.pid))


def _is_group(leader: int) -> bool:
    """Whether a process of this group is alive; one that nobody has buried yet is not."""
    for one in Path("/proc").iterdir():
        if one.name.isdecimal():
            try:
                state, _parent, group = (one / "stat").read_text().rpartition(")")[2].split()[:3]
            except (OSError, ValueError):
                continue
            if int(group) == leader and state != "Z":
                return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
