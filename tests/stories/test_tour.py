"""The README's tour, run as it is printed, against the server that ``make demo`` starts."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine

ROOT = Path(__file__).parents[2]
TOUR = re.compile(r"<!-- tour:.*?-->\n```sh\n(.*?)```\n<!-- end of the tour -->", re.DOTALL)
START_SECONDS = 180


@pytest.fixture
def tour() -> str:
    """The lines of the README."""
    found = TOUR.search((ROOT / "README.md").read_text("utf-8"))
    assert found, "README.md has lost its tour"
    return found[1]


@pytest.fixture
def port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(engine: Engine, port: int) -> Iterator[dict[str, str]]:
    """`scholarnet demo` on the test's database; yields its environment."""
    url = engine.url.render_as_string(hide_password=False)
    environment = {**os.environ, "SCHOLARNET_DATABASE_URL": url, "SCHOLARNET_ENVIRONMENT": "development"}
    command = [str(Path(sys.executable).parent / "scholarnet"), "demo", "--port", str(port)]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/api/v1/health/ready", process)
            yield environment
        finally:
            process.terminate()


@pytest.mark.timeout(400)
def test_the_tour_runs_as_printed(tour: str, server: dict[str, str], port: int) -> None:
    script = tour.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace(
        ".venv/bin/", f"{Path(sys.executable).parent}/"
    )
    shown = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", script],
        env=server,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr + shown.stdout[-2000:]
    answers = [json.loads(line) for line in _json_documents(shown.stdout)]
    ranking = next(answer for answer in answers if "results" in answer)
    values = [post["score"]["value"] for post in ranking["results"]]
    assert len(values) == 3
    score = next(answer for answer in answers if "prior_share" in answer)
    assert score["n_reviews"] == 1
    assert score["prior_share"] + sum(share["share"] for share in score["shares"]) == pytest.approx(
        score["value"], abs=1e-9
    )
    imported = [one for answer in answers for one in answer.get("results", []) if "outcome" in one]
    assert [(one["key"], one["outcome"]) for one in imported] == [("tour", "added")]
    reputation = next(answer for answer in answers if "components" in answer)
    assert sum(share["units"] for share in reputation["shares"]) == reputation["units"] > 0


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"the demo ended with {process.wait(timeout=0.2)}")
    pytest.fail(f"the demo did not serve within {START_SECONDS} s")


def _json_documents(text: str) -> list[str]:
    """The JSON documents that curl printed one behind the other, among other output."""
    decoder, documents, at = json.JSONDecoder(), [], 0
    while (at := text.find("{", at)) >= 0:
        try:
            _, end = decoder.raw_decode(text, at)
        except ValueError:
            at += 1
        else:
            documents.append(text[at:end])
            at = end
    return documents
