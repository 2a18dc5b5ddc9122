"""Metrics: what Prometheus reads, and who may."""

from datetime import UTC, datetime, timedelta

import time_machine
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from scholarnet.models import ImportState, RunState
from tests.api.calls import Caller
from tests.api.fixtures import Join
from tests.factories import (
    EpochFactory,
    EpochRunFactory,
    ImportJobFactory,
    OutgoingMailFactory,
    ScoreLogFactory,
    WorkerSignFactory,
)

NOON = datetime(2025, 5, 5, 12, tzinfo=UTC)
NOTHING_YET = {
    "scholarnet_epoch_stale": 0,
    "scholarnet_epoch_lag_events": 0,
    "scholarnet_epoch_last_run_failed": 0,
    "scholarnet_epoch_running": 0,
    "scholarnet_epoch_runs_total succeeded": 0,
    "scholarnet_epoch_runs_total failed": 0,
    "scholarnet_epoch_runs_total stopped": 0,
    "scholarnet_mails_waiting": 0,
    "scholarnet_mail_due_seconds": 0,
    "scholarnet_imports_waiting": 0,
    "scholarnet_import_waiting_seconds": 0,
}


OF_REQUESTS = ("scholarnet_http_", "scholarnet_database_")


def told(answer: TestResponse) -> list[Metric]:
    return list(text_string_to_metric_families(answer.get_data(as_text=True)))


def scrape(caller: Caller) -> dict[str, float]:
    """The samples by name and label."""
    answer = caller.get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    families = [one for one in told(answer) if not one.name.startswith(OF_REQUESTS)]
    assert all(one.documentation for one in families)
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value for one in families for sample in one.samples
    }


def test_metrics_tell_of_epochs_runs_and_mail(join: Join, session: Session) -> None:
    scraper = join("scraper", role="admin", scopes=["read"])
    assert scrape(scraper) == NOTHING_YET
    with time_machine.travel(NOON, tick=False) as time:
        epoch = EpochFactory(as_of=NOON, log_position=7, n_posts=31, n_reviews=41, n_reviewers=5)
        ScoreLogFactory(last_sequence=12, current_epoch_id=epoch.id)
        EpochRunFactory(started_at=NOON - timedelta(seconds=90))
        time.shift(3600)
        EpochRunFactory(state=RunState.FAILED)
        EpochRunFactory(state=RunState.RUNNING)
        OutgoingMailFactory()
        ImportJobFactory(state=ImportState.QUEUED, created_at=NOON)
        WorkerSignFactory(seen_at=NOON + timedelta(seconds=1))
        OutgoingMailFactory(recipient="")  # it is never sent
        session.commit()
        time.shift(2 * 86_400 - 3600 + 1)
        assert scrape(scraper) == NOTHING_YET | {
            "scholarnet_epoch_age_seconds": 2 * 86_400 + 1,
            "scholarnet_epoch_stale": 1,
            "scholarnet_epoch_lag_events": 5,
            "scholarnet_epoch_last_run_failed": 1,
            "scholarnet_epoch_running": 1,
            "scholarnet_epoch_run_seconds": 90,
            "scholarnet_epoch_runs_total succeeded": 1,
            "scholarnet_epoch_runs_total failed": 1,
            "scholarnet_epoch_posts": 31,
            "scholarnet_epoch_reviews": 41,
            "scholarnet_epoch_reviewers": 5,
            "scholarnet_mails_waiting": 1,
            "scholarnet_mail_due_seconds": 2 * 86_400 + 1 - 3600,
            "scholarnet_imports_waiting": 1,
            "scholarnet_import_waiting_seconds": 2 * 86_400 + 1,
            "scholarnet_worker_silent_seconds": 2 * 86_400,
        }


def test_metrics_are_for_administrators_alone(join: Join, visitor: Caller) -> None:
    visitor.get("/metrics", expect=401)
    join("mona", role="moderator", scopes=["read", "admin"]).get("/metrics", expect=403)
    join("anna", role="admin", scopes=["write"]).get("/metrics", expect=403)


def requests_of(caller: Caller) -> dict[tuple[str, ...], float]:
    """How many requests were counted, by route, method and status; and what is under way."""
    samples: list[Sample] = [sample for one in told(caller.get("/metrics")) for sample in one.samples]
    counted = {
        (one.labels["method"], one.labels["route"], one.labels["status"]): one.value
        for one in samples
        if one.name == "scholarnet_http_request_seconds_count"
    }
    return counted | {(one.name,): one.value for one in samples if one.name.endswith(("_running", "_in_use"))}


def test_requests_are_counted_by_the_template_of_their_route_and_their_status(join: Join, visitor: Caller) -> None:
    scraper = join("scraper", role="admin", scopes=["read"])
    before = requests_of(scraper)
    for post in ("0" * 13, "1" * 13):
        visitor.get(f"/posts/{post}", expect=404)
    visitor.client.get("/api/v1/nowhere")
    after = requests_of(scraper)
    counted = {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}
    assert counted == {
        ("GET", "/api/v1/posts/{post_id}", "404"): 2,
        ("none", "none", "404"): 1,
        ("GET", "/api/v1/metrics", "200"): 1,
    }
    assert after[("scholarnet_http_requests_running",)] == 1  # the scrape itself
    assert after[("scholarnet_database_connections_in_use",)] == 1
