"""The web server: gunicorn with threads over one preloaded application."""

import gc
import os
import shutil
import socket
import tempfile
import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # it ships no types

from api import later, logs, observation
from api.app import create_app
from api.cli.importing import Importing
from api.cli.store import NotReady
from api.config import Config
from api.database import db

THREADS = 8
GRACE_SECONDS = 20  # for requests that run when the server is told to stop


class Server(BaseApplication):
    """Gunicorn started from Python, its settings given here and nowhere else."""

    def __init__(self, app: Flask, **settings: Any) -> None:
        self.app = app
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Take the settings over."""
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application, made before the workers are forked."""
        return self.app


def run(config: Config, *, host: str, port: int, workers: int, has_worker: bool = True) -> None:
    """Serve until told to stop; raise NotReady where the port is in use.

    Without a worker elsewhere (`has_worker`) each process imports, too, what somebody asks it to.
    """
    check_free(host, port)
    logs.set_up(config)
    folder, master = tempfile.mkdtemp(prefix="scholarnet-metrics-"), os.getpid()
    try:
        _run(config, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", workers, has_worker, folder)
    finally:
        if os.getpid() == master:  # a worker that ends comes by here, too
            shutil.rmtree(folder, ignore_errors=True)


def _run(config: Config, bind: str, workers: int, has_worker: bool, folder: str) -> None:  # noqa: FBT001
    app = create_app(config, metrics_folder=folder)
    later.load_now()
    app.extensions["scholarnet.api"].document()
    app.config["MAIL_IN_BACKGROUND"] = True

    stop = threading.Event()
    importing: list[Importing] = []

    def post_fork(_server: Any, _worker: Any) -> None:
        with app.app_context():
            db.engine.dispose(close=False)  # a connection belongs to the process that opened it
            if not has_worker:
                importing.append(Importing(db.engine, config, stop))
                importing[-1].begin(once=False)

    def worker_exit(_server: Any, _worker: Any) -> None:
        stop.set()  # an import is put back, or is found silent by the next to start
        for one in importing:
            one.wait(GRACE_SECONDS)

    Server(
        app,
        bind=bind,
        workers=workers,
        worker_class="api.cli.patience.PatientWorker",
        threads=THREADS,
        preload_app=True,
        graceful_timeout=GRACE_SECONDS,
        control_socket_disable=True,  # it would lie in the home folder, one for all servers
        logger_class=logs.GunicornLogger,
        when_ready=_freeze,
        post_fork=post_fork,
        worker_exit=worker_exit,
        child_exit=lambda _server, worker: app.extensions[observation.EXTENSION].forget(worker.pid),
    ).run()


def check_free(host: str, port: int) -> None:
    """Raise NotReady if nobody can listen there, before anything is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        msg = (
            f"cannot listen on {host}:{port} ({error.strerror}); choose another with --port, such as --port {port + 1}"
        )
        raise NotReady(msg) from error


def _freeze(_server: Any) -> None:
    """What is there before the fork stays shared: the collector of the workers leaves it alone."""
    gc.collect()
    gc.freeze()
