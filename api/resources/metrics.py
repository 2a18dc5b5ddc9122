"""Metrics in the text format of Prometheus, read from the database at each scrape: all processes tell the same."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import Response, current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from api.blueprint import Blueprint
from api.config import current_config
from api.database import db
from api.observation import EXTENSION
from api.replica import find_replica
from scholarnet.db import now
from scholarnet.models import RunState
from scholarnet.services.epoch_runs import count_runs
from scholarnet.services.epochs import current_epoch
from scholarnet.services.health import read_health
from scholarnet.services.queues import read_queues

TEXT = {"type": "string"}
blueprint = Blueprint("metrics", "/metrics", "How the server does, for Prometheus")


@blueprint.route("", permission="metrics.read")
@blueprint.response(200, TEXT, content_type="text/plain")
def read_metrics() -> Response:
    """Tell how long answers take by route, how old the scores are, how the epoch job does, and what waits."""
    registry = CollectorRegistry(auto_describe=False)
    every = timedelta(seconds=current_config().epoch_every)
    registry.register(Metrics(db.session(), every, now()))
    told = generate_latest(registry) + generate_latest(current_app.extensions[EXTENSION].collected())
    return Response(told, content_type=CONTENT_TYPE_PLAIN_0_0_4)


class Metrics(Collector):
    """What one scrape reads; a number that there is none of yet is left out."""

    def __init__(self, session: Session, every: timedelta, moment: datetime) -> None:
        self.session, self.every, self.moment = session, every, moment

    def collect(self) -> Iterator[Metric]:
        """Read the database, and tell."""
        health = read_health(self.session, every=self.every, moment=self.moment)
        if health.age is not None:
            yield _gauge("epoch_age_seconds", "Since the moment that the epoch in force is as of", health.age)
        yield _gauge("epoch_stale", "1 where that is more than two intervals of the schedule", health.is_stale)
        yield _gauge("epoch_lag_events", "Lines of the score log that no fit has read yet", health.lag)
        failed = health.failed_at is not None
        yield _gauge("epoch_last_run_failed", "1 where the last run failed or fell silent", failed)
        if health.run_time is not None:
            yield _gauge("epoch_run_seconds", "How long the last run that did its work took", health.run_time)
        runs = CounterMetricFamily("scholarnet_epoch_runs", "Runs of the epoch job by how they ended", labels=["state"])
        n_runs = count_runs(self.session)
        yield _gauge("epoch_running", "1 while a run is at work", n_runs.pop(RunState.RUNNING))
        for state, number in n_runs.items():
            runs.add_metric([state], number)
        yield runs
        if (replica := find_replica()) is not None:
            yield _gauge("replica_up", "1 where the replica that visitors read from answers", replica.answers())
        if (epoch := current_epoch(self.session)) is not None:
            yield _gauge("epoch_posts", "Posts in the epoch in force", epoch.n_posts)
            yield _gauge("epoch_reviews", "Reviews in the epoch in force", epoch.n_reviews)
            yield _gauge("epoch_reviewers", "Reviewers in the epoch in force", epoch.n_reviewers)
        yield from self._queues()

    def _queues(self) -> Iterator[Metric]:
        queues = read_queues(self.session, moment=self.moment)
        yield _gauge("mails_waiting", "Mails that wait to be sent", queues.n_mails)
        yield _gauge("mail_due_seconds", "How long the mail that waits longest has been due", queues.mail_due_for)
        yield _gauge("imports_waiting", "Imports that nobody has begun", queues.n_imports)
        yield _gauge("import_waiting_seconds", "How long the oldest of them waits", queues.import_waits_for)
        if queues.worker_silent_for is not None:
            yield _gauge(
                "worker_silent_seconds", "Since a worker last went through its tasks", queues.worker_silent_for
            )


def _gauge(name: str, text: str, value: float | timedelta) -> GaugeMetricFamily:
    number = value.total_seconds() if isinstance(value, timedelta) else float(value)
    return GaugeMetricFamily(f"scholarnet_{name}", text, value=number)
