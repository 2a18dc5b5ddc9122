"""The server as production runs it: it ends what it began, all processes count together, logs are for machines."""

import json
import re
import shutil
import socket
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from sqlalchemy.orm import Session

from api.config import PREFIX
from scholarnet.models import Attachment
from scholarnet.services.tokens import create_token
from tests import databases
from tests.factories import PostFactory, ResearcherFactory
from tests.factories.row import using
from tests.uploads import WAIT_SECONDS, begin, send, serving

HALF = b"0,1\n" * 1000
WORDS = ("rosa", "uni.edu", "127.0.0.1 ", "192.0.2.7")


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'served.db')}"


def counted(port: int, token: str) -> float:
    """How often the forms were read, as all processes tell it."""
    request = Request(f"http://127.0.0.1:{port}{PREFIX}/metrics", headers={"Authorization": f"Bearer {token}"})
    with urlopen(request, timeout=WAIT_SECONDS) as answer:
        told = answer.read().decode()
    found = re.search(r'request_seconds_count\{method="GET",route="/api/v1/forms",status="200"\} (\S+)', told)
    return float(found[1]) if found else 0.0


def wait_until_closed(port: int) -> None:
    """Return once nobody takes a new connection."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.02)
    raise AssertionError("it still takes connections")


def test_a_server_told_to_stop_ends_what_it_began_and_its_logs_tell_of_nobody(url: str, tmp_path: Path) -> None:
    with databases.disposing(url) as engine, Session(engine) as session, using(session):
        post, admin = PostFactory(draft=True), ResearcherFactory(role="admin")
        _, token = create_token(session, researcher=post.authors[0].researcher, name="tests", scopes=["read", "write"])
        _, scraper = create_token(session, researcher=admin, name="tests", scopes=["read"])
        path = f"{PREFIX}/posts/{post.public_id}/attachments?name=rosa.csv"
        session.commit()
        settings = {
            "database_url": url,
            "attachments_url": str(tmp_path / "attachments"),
            "environment": "production",
            "secret_key": "a key of our own, long enough",
        }
        with serving(log=tmp_path / "log", workers="2", **settings) as (server, port):
            for _ in range(12):
                with urlopen(f"http://127.0.0.1:{port}{PREFIX}/forms", timeout=WAIT_SECONDS) as answer:
                    answer.read()
            assert counted(port, scraper) == 12
            with socket.create_connection(("127.0.0.1", port)) as wrong:
                wrong.sendall(b"GET /rosa@uni.edu?search=rosa HTTP/rosa\r\n\r\n")
                wrong.recv(100)
            connection = begin(port, path, token, length=2 * len(HALF))
            connection.send(HALF)
            server.terminate()
            wait_until_closed(port)
            assert send(connection, [HALF]).status == 201
            connection.close()
            assert server.wait(WAIT_SECONDS) == 0
        assert session.query(Attachment.size_bytes).all() == [(2 * len(HALF),)]
    written = (tmp_path / "log").read_text()
    lines = [json.loads(line) for line in written.splitlines()]
    assert {"at", "level", "logger", "message"} <= set.intersection(*map(set, lines))
    assert [one["status"] for one in lines if one.get("route", "").endswith("/attachments")] == [201]
    assert [word for word in WORDS if word in written] == []
