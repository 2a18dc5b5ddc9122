"""Metrics: what Prometheus reads, and who may."""

from datetime import UTC, datetime, timedelta

import time_machine
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.orm import Session

from scholarnet.models import RunState
from tests.api.calls import Caller
from tests.api.fixtures import Join
from tests.factories import EpochFactory, EpochRunFactory, OutgoingMailFactory, ScoreLogFactory

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
}


def scrape(caller: Caller) -> dict[str, float]:
    """The samples by name and label."""
    answer = caller.get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(answer.get_data(as_text=True)))
    assert all(one.documentation for one in families)
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value for one in families for sample in one.samples
    }


def test_metrics_tell_of_epochs_runs_and_mail(join: Join, session: Session) -> None:
    scraper = join("scraper", role="admin", scopes=["read"])
    assert scrape(scraper) == NOTHING_YET
    with time_machine.travel(NOON, tick=False) as time:
        ScoreLogFactory(last_sequence=12, current_epoch_id=EpochFactory(as_of=NOON, log_position=7).id)
        EpochRunFactory(started_at=NOON - timedelta(seconds=90))
        time.shift(3600)
        EpochRunFactory(state=RunState.FAILED)
        EpochRunFactory(state=RunState.RUNNING)
        OutgoingMailFactory()
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
            "scholarnet_mails_waiting": 1,
        }


def test_metrics_are_for_administrators_alone(join: Join, visitor: Caller) -> None:
    visitor.get("/metrics", expect=401)
    join("mona", role="moderator", scopes=["read", "admin"]).get("/metrics", expect=403)
    join("anna", role="admin", scopes=["write"]).get("/metrics", expect=403)
