"""Every request is told of twice: a line in the log, and a time by route in the metrics. Neither says whose it is."""

import logging
import os
import secrets
from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Gauge, Histogram, values
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from sqlalchemy import event

from api.database import db

ID_HEADER = "X-Request-ID"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the library looks for it
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
NO_ROUTE = "none"
EXTENSION = "scholarnet.observation"
log = logging.getLogger("scholarnet.requests")


class Observation:
    """What one process measures; with a folder, all processes that share it are told of together."""

    def __init__(self, folder: str | None) -> None:
        self.folder = folder
        if folder is not None:
            os.environ[FOLDER] = folder
            values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry(auto_describe=False)
        self.seconds = Histogram(
            "scholarnet_http_request_seconds",
            "Time to answer, by route; an answer that is a stream goes on behind it",
            ["method", "route", "status"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.running = Gauge(
            "scholarnet_http_requests_running",
            "Requests that are being answered",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self.connections = Gauge(
            "scholarnet_database_connections_in_use",
            "Connections to the database that are taken from the pools",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self._of: dict[tuple[str, str, int], Histogram] = {}

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        key = (method, route, status)
        one = self._of.get(key) or self._of.setdefault(key, self.seconds.labels(*map(str, key)))
        one.observe(seconds)

    def collected(self) -> CollectorRegistry:
        """What is to be told: of this process, or of all."""
        if self.folder is None:
            return self.registry
        together = CollectorRegistry(auto_describe=False)
        MultiProcessCollector(together, path=self.folder)  # type: ignore[no-untyped-call]
        return together

    def forget(self, pid: int) -> None:
        """A process ended: what it was doing it does no longer, what it did stays counted."""
        if self.folder is not None:
            mark_process_dead(pid, self.folder)  # type: ignore[no-untyped-call]


def init_app(app: Flask, folder: str | None = None) -> None:
    """Observe the app's requests. To be called before all others, so that they are inside of what is measured."""
    seen = app.extensions[EXTENSION] = Observation(folder)

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)  # ours, never a sent one: what a client sends may be anything
        g.began = perf_counter()
        seen.running.inc()

    @app.after_request
    def end(response: Response) -> Response:
        if "began" not in g:  # it failed before anything was asked
            return response
        seconds = perf_counter() - g.began
        route = _route()
        seen.note(request.method if request.url_rule else NO_ROUTE, route, response.status_code, seconds)
        response.headers[ID_HEADER] = g.request_id
        if log.isEnabledFor(logging.INFO):
            facts = {"route": route, "status": response.status_code, "ms": round(seconds * 1000, 1)}
            log.info("%s", request.method if request.url_rule else NO_ROUTE, extra={"facts": facts})
        return response

    @app.teardown_request
    def over(_error: BaseException | None) -> None:
        if g.pop("began", None) is not None:
            seen.running.dec()

    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", lambda *_: seen.connections.inc())
    event.listen(engine, "checkin", lambda *_: seen.connections.dec())


def _route() -> str:
    """The template of the path, never the path: `/posts/{post_id}`, with no id in it."""
    rule = request.url_rule
    return NO_ROUTE if rule is None else rule.rule.replace("<", "{").replace(">", "}")
