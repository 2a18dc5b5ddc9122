"""schemathesis over the whole document, stateful, as four people on both databases: nothing undescribed comes back.

A fixed budget runs with the suite; `make fuzz` sets SCHOLARNET_FUZZ_EXAMPLES for longer.
"""

import os
from collections import Counter
from typing import Any

import pytest
import schemathesis
from flask import Flask
from limits import RateLimitItemPerMinute
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.transport.wsgi import WSGITransport

from api import lockout
from api.config import PREFIX
from tests.api.calls import publish, review
from tests.api.fixtures import Join

EXAMPLES = int(os.environ.get("SCHOLARNET_FUZZ_EXAMPLES", "3"))
OF_SOCKETS = {"max_redirects", "verify", "cert", "proxies"}
EVERYTHING = ["read", "write", "review", "admin"]
# What fits a schema may still name nobody, be known already, contradict what is there, or break a rule that no
# schema can say.
REFUSALS = ["2xx", "304", "400", "401", "403", "404", "409", "412", "415", "422", "428", "503"]


@pytest.fixture(params=["visitor", "member", "editor", "admin"])
def token(request: pytest.FixtureRequest, join: Join) -> str:
    """The bearer token of somebody of that role, in a community with a post and a review."""
    post = publish(join("rosa"), tags=["mri"])
    review(join("tom"), post)
    scopes = [scope for scope in EVERYTHING if scope != "admin" or request.param != "member"]
    return "" if request.param == "visitor" else join("fuzz", role=request.param, scopes=scopes).token


@pytest.fixture(autouse=True)
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its probes hand settings of sockets to the in-process transport, which does not take them."""
    send = WSGITransport.send

    def send_here(transport: WSGITransport, case: schemathesis.Case, **options: Any) -> schemathesis.Response:
        return send(transport, case, **{name: value for name, value in options.items() if name not in OF_SOCKETS})

    monkeypatch.setattr(WSGITransport, "send", send_here)


@pytest.fixture(autouse=True)
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is guessed here is guessed wrong; the lock after ten would hide what lies behind it."""
    for name in ("PAIR", "NETWORK"):
        monkeypatch.setattr(lockout, name, RateLimitItemPerMinute(1_000_000, lockout.MINUTES, namespace=name))


def test_nothing_undescribed_comes_back(app: Flask, token: str) -> None:
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app, config=SchemathesisConfig(seed=1))
    schema.config.headers = {"Authorization": f"Bearer {token}"} if token else {}
    schema.config.generation.max_examples = EXAMPLES
    schema.config.generation.deterministic = True
    schema.config.checks.positive_data_acceptance.expected_statuses = REFUSALS
    failures: Counter[str] = Counter()
    operations = set()
    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError | FatalError):
            failures[str(event.info.format() if isinstance(event, NonFatalError) else event.exception)] += 1
        if isinstance(event, ScenarioFinished):
            operations.add(event.label)
            for nodes in event.recorder.checks.values():
                for node in nodes:
                    if node.failure_info:
                        found = node.failure_info
                        failures[f"{event.label} {node.name}: {found.failure}\n{found.code_sample}"] += 1
    assert len(operations) > 60
    assert not failures, "\n\n".join(failures)
