"""schemathesis over the whole document, stateful, as four people on both databases: nothing undescribed comes back.

All of its checks are on but that of response times; REFUSALS and LATER are what it is told beside the document.
A fixed budget runs with the suite; `make fuzz` sets SCHOLARNET_FUZZ_EXAMPLES for longer.
"""

import os
import re
from collections import Counter, defaultdict
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import EngineEvent, FatalError, NonFatalError, PhaseFinished, ScenarioFinished
from schemathesis.transport.wsgi import WSGITransport
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.config import PREFIX
from tests.api.calls import Caller
from tests.api.fixtures import Join
from tests.fuzz.community import Known, mailed, settle, teach

FEW = 3  # with more than these all four send the values at the edge of every schema to both databases
EXAMPLES = int(os.environ.get("SCHOLARNET_FUZZ_EXAMPLES", FEW))
OF_SOCKETS = {"max_redirects", "verify", "cert", "proxies"}
EVERYTHING = ["read", "write", "review", "admin"]
EDGES = {("sqlite", "visitor"), ("sqlite", "editor"), ("postgresql", "member"), ("postgresql", "admin")}
PHASES = {"examples", "fuzzing", "stateful"}
# What fits a schema may still name nobody, contradict what is there, or break a rule that no schema can say. 304 and
# 416 are what a conditional or partial read asks for, 415 is said of a file's bytes, and 429 of wrong passwords, as no
# rates are limited here. A fault of the server is never among them.
REFUSALS = ["2xx", "304", "400", "401", "403", "404", "409", "412", "415", "416", "422", "428", "429"]
# Beside a post or an attachment that is there, or once sessions were ended, these may be missing: 404 is an answer.
LATER = ["sessions/{session_id}", "declaration", "review-draft", "score", "thumbnail", "versions/{number}"]
# An answer past the shape: done, or refused for who asks or for what is there. No 404: it may be a thing that is none.
ANSWERS = {403, 409, 412}
MAY_MISS = rf"/({'|'.join(re.escape(one) for one in LATER)})$"

CONFIG = {
    "seed": 1,
    "cache": {"enabled": False},
    "operations": [{"include-path-regex": MAY_MISS, "checks": {"ensure_resource_availability": {"enabled": False}}}],
}


class Run:
    """What came back."""

    def __init__(self) -> None:
        self.failures: Counter[str] = Counter()
        self.statuses: dict[str, Counter[int]] = defaultdict(Counter)
        self.phases: set[str] = set()

    def note(self, event: EngineEvent) -> None:
        if isinstance(event, NonFatalError | FatalError):
            self.failures[str(event.info.format() if isinstance(event, NonFatalError) else event.exception)] += 1
        elif isinstance(event, PhaseFinished) and event.status is Status.SUCCESS:
            self.phases.add(event.phase.name.value)
        elif isinstance(event, ScenarioFinished):
            self._note_scenario(event)

    def _note_scenario(self, event: ScenarioFinished) -> None:
        for name, interaction in event.recorder.interactions.items():
            case = event.recorder.cases[name].value
            if case.method.upper() == case.operation.method.upper() and interaction.response:
                self.statuses[case.operation.label][interaction.response.status_code] += 1
        for node in (node for nodes in event.recorder.checks.values() for node in nodes if node.failure_info):
            self.failures[
                f"{event.label} {node.name}: {node.failure_info.failure}\n{node.failure_info.code_sample}"
            ] += 1

    def reached(self, answers: set[int]) -> set[str]:
        """The operations that came to an answer of these, or to a success."""
        return {
            label
            for label, seen in self.statuses.items()
            if any(s < 400 or s in answers or (s == 404 and re.search(MAY_MISS, label)) for s in seen)
        }


@pytest.fixture(params=["visitor", "member", "editor", "admin"])
def role(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def fuzz(role: str, join: Join) -> Caller:
    """Somebody of that role; as a visitor they do not use their token."""
    if role in {"visitor", "member"}:
        return join("fuzz")
    return join("fuzz", role=role, scopes=EVERYTHING)


@pytest.fixture
def known(join: Join, fuzz: Caller, session: Session, monkeypatch: pytest.MonkeyPatch) -> Known:
    """A community; and nothing that is sent revokes the token of the run."""
    (own,) = fuzz.get("/auth/tokens").json["results"]
    known = settle(join, fuzz, session)
    send = WSGITransport.send

    def send_here(transport: WSGITransport, case: schemathesis.Case, **options: Any) -> schemathesis.Response:
        if own["id"] in case.path_parameters.values():
            case.path_parameters["token_id"] = "0" * 13
        # Probes hand settings of sockets to the in-process transport, which does not take them.
        return send(transport, case, **{name: value for name, value in options.items() if name not in OF_SOCKETS})

    monkeypatch.setattr(WSGITransport, "send", send_here)
    return known


def test_nothing_undescribed_comes_back(
    app: Flask, role: str, fuzz: Caller, known: Known, session: Session, engine: Engine
) -> None:
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG))
    teach(schema.raw_schema, known, mailed(app, session))
    schema.config.headers = {} if role == "visitor" else {"Authorization": f"Bearer {fuzz.token}"}
    schema.config.generation.max_examples = EXAMPLES
    schema.config.generation.deterministic = True
    schema.config.checks.positive_data_acceptance.expected_statuses = REFUSALS
    has_edges = EXAMPLES > FEW or (engine.dialect.name, role) in EDGES
    schema.config.phases.coverage.enabled = has_edges
    run = Run()
    for event in from_schema(schema).execute():
        run.note(event)
    assert not run.failures, "\n\n".join(run.failures)
    assert fuzz.get("/auth/me").json["id"] == fuzz.id  # all of it was sent by somebody, to the last
    assert run.phases >= PHASES | ({"coverage"} if has_edges else set())
    operations = {operation.ok().label for operation in schema.get_all_operations()}
    left = operations - run.reached(ANSWERS | ({401} if role == "visitor" else set()))
    assert not left, {label: dict(run.statuses[label]) for label in left}
