"""Logs: what is told of a request, and that nothing tells whose it is."""

import io
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError, OperationalError

from api.logs import Lines

SECRET = "rosa@uni.edu"
WORDS = ("rosa", "uni.edu", "192.0.2.7", "hunter")
PLACES = {
    "User-Agent": f"{SECRET} browser",
    "Referer": f"http://example.org/{SECRET}",
    "X-Forwarded-For": "192.0.2.7",
    "X-Request-ID": SECRET,
    "Cookie": f"session={SECRET}; other={SECRET}",
    "Authorization": f"Bearer {SECRET}",
    "Idempotency-Key": SECRET,
    "If-Match": f'"{SECRET}"',
    "Origin": f"http://{SECRET}",
}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that anybody logs, at any level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", "scholarnet", "api")}
    root.addHandler(handler)
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


def send(app: Flask, method: str, path: str, **options: Any) -> Any:
    headers = PLACES | options.pop("headers", {})
    client = FlaskClient(app, app.response_class)
    environ = {"REMOTE_ADDR": "192.0.2.7"}
    return client.open(path, method=method, headers=headers, environ_overrides=environ, **options)


def test_a_request_is_a_line_with_an_id_that_the_answer_has_too(app: Flask, written: io.StringIO) -> None:
    answer = FlaskClient(app, app.response_class).get("/api/v1/posts?search=noise")
    (line,) = [one for one in lines(written) if one["logger"] == "scholarnet.requests"]
    assert datetime.fromisoformat(line.pop("at")).utcoffset() is not None
    assert line.pop("ms") >= 0
    assert line == {
        "level": "info",
        "logger": "scholarnet.requests",
        "message": "GET",
        "route": "/api/v1/posts",
        "status": 200,
        "request_id": answer.headers["X-Request-ID"],
    }


def test_nothing_of_a_person_is_logged_wherever_in_a_request_it_stands(app: Flask, written: io.StringIO) -> None:
    body = {"handle": "rosa", "name": "rosa", "email": SECRET, "password": "hunter2 hunter2"}
    sent = [
        ("GET", f"/api/v1/posts?search={SECRET}&{SECRET}=1", {}),
        ("GET", f"/api/v1/researchers/@rosa?{SECRET}", {}),
        ("GET", f"/api/v1/posts/{SECRET}", {}),
        ("GET", f"/api/v1/{SECRET}", {}),
        ("ROSA", "/api/v1/posts", {}),
        ("POST", "/api/v1/auth/register", {"json": body}),
        ("POST", "/api/v1/auth/login", {"json": body}),
        ("POST", "/api/v1/auth/register", {"data": f'{{"{SECRET}', "content_type": "application/json"}),
        ("POST", f"/api/v1/imports?name={SECRET}", {"data": SECRET, "content_type": "application/x-bibtex"}),
    ]
    for anonymous in (False, True):
        for method, path, options in sent:
            headers = {"Authorization": "", "Cookie": ""} if anonymous else {}
            send(app, method, path, headers=headers, **options)
    assert len([one for one in lines(written) if one["logger"] == "scholarnet.requests"]) == 2 * len(sent)
    assert [word for word in WORDS if word in written.getvalue()] == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (RuntimeError(SECRET), "RuntimeError"),
        (OperationalError(f"SELECT '{SECRET}'", {"email": SECRET}, Exception(SECRET)), "OperationalError"),
        (IntegrityError(f"INSERT '{SECRET}'", {"email": SECRET}, Exception(f"Key (email)=({SECRET})")), None),
    ],
)
def test_a_fault_is_logged_by_kind_and_place_and_not_by_what_it_says(
    app: Flask, written: io.StringIO, monkeypatch: pytest.MonkeyPatch, error: Exception, kind: str | None
) -> None:
    def fail(**_values: Any) -> None:
        try:
            raise ValueError(SECRET)
        except ValueError as cause:
            raise error from cause

    monkeypatch.setitem(app.view_functions, "health.live", fail)
    headers = {"Authorization": "", "Cookie": ""}
    answer = send(app, "GET", f"/api/v1/health/live?{SECRET}", headers=headers)
    assert answer.status_code >= 400
    told = [one for one in lines(written) if one["logger"] == "api.errors"]
    assert [one["request_id"] for one in told] == [answer.headers["X-Request-ID"]]
    if kind is not None:
        chain = told[0]["error"]
        assert [one["kind"] for one in chain] == [kind, "ValueError"]
        assert chain[1]["trace"][-1].endswith(" fail")
    assert [word for word in WORDS if word in written.getvalue()] == []


def test_of_what_a_library_says_only_the_words_before_its_values_are_logged(written: io.StringIO) -> None:
    logging.getLogger("some.library").warning("could not send to %s", SECRET)
    logging.getLogger("some.library").warning(f"could not send to {SECRET}")  # noqa: G004
    logging.getLogger("gunicorn.error").error("Error handling request %s", f"/posts?search={SECRET}")
    logging.getLogger("gunicorn.error").info("Listening at: %s", "http://127.0.0.1:8000")
    place = f"{__name__.rpartition('.')[2]}.test_of_what_a_library_says_only_the_words_before_its_values_are_logged"
    assert [one["message"] for one in lines(written)] == [
        f"{place}: could not send to %s",
        place,
        f"{place}: Error handling request %s",
        "Listening at: http://127.0.0.1:8000",
    ]
