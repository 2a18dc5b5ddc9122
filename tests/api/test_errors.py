"""Every error is a problem (RFC 9457) that names the fields at fault and nothing of the inside."""

import errno
import logging
import sqlite3

import pytest
from flask import Flask
from psycopg.errors import AdminShutdown, DiskFull
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError

from api import mail
from api.database import db
from api.errors import BUSY, FULL, STATUS, status_of
from scholarnet import errors
from scholarnet.errors import DomainError
from tests.api.calls import PREPRINT, Caller, check_problem, publish
from tests.api.fixtures import Join

SECRET = "SELECT password FROM researcher"


@pytest.fixture
def broken(own_app: Flask) -> Flask:
    """The application with routes that fail."""

    def fail() -> None:
        raise RuntimeError(SECRET)

    def wait() -> None:
        raise OperationalError(SECRET, {}, Exception("locked"))

    own_app.add_url_rule("/api/v1/fail", view_func=fail)
    own_app.add_url_rule("/api/v1/wait", view_func=wait)
    return own_app


def test_a_fault_of_the_server_tells_nothing_and_is_written_down(
    broken: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    answer = Caller(broken.test_client()).client.get("/api/v1/fail")
    assert answer.status_code == 500
    check_problem(answer)
    assert SECRET not in answer.get_data(as_text=True)
    assert any(record.exc_info and record.levelno == logging.ERROR for record in caplog.records)


def test_a_busy_database_asks_for_patience(broken: Flask) -> None:
    answer = Caller(broken.test_client()).get("/wait", expect=503)
    assert int(answer.headers["Retry-After"]) > 0
    assert SECRET not in answer.get_data(as_text=True)


def full_sqlite() -> Exception:
    """What SQLite says itself where a page too many is asked for."""
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("CREATE TABLE a (b)")
    connection.close()
    return caught.value


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (OperationalError(SECRET, {}, AdminShutdown(SECRET)), 503, BUSY),
        (InterfaceError(SECRET, {}, Exception("the connection is closed")), 503, BUSY),
        (DBAPIError(SECRET, {}, Exception(SECRET), connection_invalidated=True), 503, BUSY),
        (OperationalError(SECRET, {}, DiskFull(SECRET)), 503, FULL),
        (OperationalError(SECRET, {}, full_sqlite()), 503, FULL),
        (OSError(errno.ENOSPC, SECRET), 503, FULL),
        (OSError(errno.EIO, SECRET), 500, ""),
        (InternalError(SECRET, {}, Exception(SECRET)), 500, ""),
    ],
)
def test_what_the_database_or_the_disk_cannot_do_now_is_to_be_asked_again(
    own_app: Flask, caplog: pytest.LogCaptureFixture, error: Exception, status: int, detail: str
) -> None:
    def fail() -> None:
        raise error

    own_app.add_url_rule("/api/v1/fail", view_func=fail)
    answer = own_app.test_client().get("/api/v1/fail")
    assert answer.status_code == status
    check_problem(answer)
    if detail:
        assert answer.json["detail"] == detail
        assert int(answer.headers["Retry-After"]) > 0
        assert SECRET not in caplog.text  # nor what somebody wrote


def test_what_is_not_there_is_a_problem_too(visitor: Caller) -> None:
    for path in ("/nothing", "/posts/x/nothing", "/researchers/x", "/publications/x", "/reviews/x", "/epochs/x"):
        assert visitor.get(path, expect=404).json["instance"] == f"/api/v1{path}"
    visitor.get("http://localhost/", expect=404)
    visitor.get("http://localhost/index.html", expect=404)


def test_a_method_that_is_not_there_names_the_others(visitor: Caller) -> None:
    refused = visitor.put("/posts", {}, expect=405)
    assert {"GET", "POST"} <= set(refused.headers["Allow"].split(", "))


def test_a_visitor_is_asked_to_sign_in(visitor: Caller) -> None:
    refused = visitor.post("/posts", PREPRINT, expect=401)
    assert "/auth/login" in refused.json["detail"]
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("body", [b"{", b"nope", b'{"title": }', b"\xff\xfe"])
def test_a_body_that_is_no_json_is_refused(join: Join, body: bytes) -> None:
    join().post("/posts", data=body, content_type="application/json", expect=400)


@pytest.mark.parametrize("body", [b"[]", b"5", b"null", b'"post"', b"{}"])
def test_a_body_of_another_shape_is_refused(join: Join, body: bytes) -> None:
    assert join().post("/posts", data=body, content_type="application/json", expect=422).json["errors"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_of_a_browser_is_not_read(join: Join, kind: str) -> None:
    join().post("/posts", data=b'{"kind": "blog", "title": "T", "abstract": "A"}', content_type=kind, expect=415)


def test_a_body_is_refused_when_it_is_too_large(join: Join) -> None:
    join().post("/posts", PREPRINT | {"body": "x" * (4 * 1024 * 1024)}, expect=413)


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800", "\\udfff", "\\ud800x", "\\\\\\u0000"])
def test_text_is_refused_when_no_database_can_hold_it(join: Join, text: str) -> None:
    body = f'{{"kind": "blog", "title": "{text}", "abstract": "A"}}'.encode()
    join().post("/posts", data=body, content_type="application/json", expect=422)


@pytest.mark.parametrize(
    ("sent", "kept"), [("\\ud83e\\ude7b", "🩻"), ("\\\\u0000", "\\u0000"), ("\\u03b1 \\u2264", "α ≤"), ("🩻", "🩻")]
)
def test_text_is_kept_as_it_was_sent(join: Join, sent: str, kept: str) -> None:
    body = f'{{"kind": "blog", "title": "{sent}", "abstract": "A"}}'.encode()
    rosa = join()
    post = rosa.post("/posts", data=body, content_type="application/json", expect=201).json
    assert rosa.get(f"/posts/{post['id']}").json["title"] == kept


@pytest.mark.parametrize("path", ["/posts/a%00b", "/tags/%00", "/posts?filter=author:a%00", "/researchers/@%00"])
def test_an_address_is_refused_when_no_database_can_hold_it(visitor: Caller, path: str) -> None:
    visitor.get(path, expect=422)


def test_a_write_names_every_field_at_fault(join: Join) -> None:
    bad = {"kind": "tweet", "title": 5, "colour": "red"}
    assert join().post("/posts", bad, expect=422).json["errors"].keys() == {"kind", "title", "abstract", "colour"}


def test_every_fact_has_a_status() -> None:
    facts = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DomainError)]
    unmapped = {kind for kind in facts if not any(base in STATUS for base in kind.__mro__)}
    assert unmapped == {DomainError, errors.InputError}  # a file at fault never reaches HTTP
    assert status_of(errors.AlreadyReviewed("twice")) == 409
    assert status_of(errors.ConflictOfInterest("own")) == 403


def test_every_answer_tells_browsers_to_be_careful(visitor: Caller, join: Join) -> None:
    for answer in (visitor.get("/posts"), visitor.get("/nothing", expect=404), join().get(f"/posts/{publish(join())}")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/posts", "/nothing"])
def test_what_fails_before_a_view_is_found_is_a_problem_too(own_app: Flask, path: str) -> None:
    def fail() -> None:
        raise RuntimeError(SECRET)

    own_app.before_request(fail)
    answer = Caller(own_app.test_client()).get(path, expect=500)
    assert SECRET not in answer.get_data(as_text=True)


def test_a_body_without_a_type_is_not_guessed_at(join: Join) -> None:
    join().post("/posts", data=b'{"kind": "blog", "title": "T", "abstract": "A"}', expect=415)


def test_a_refusal_says_what_there_is_when_a_name_is_unknown(visitor: Caller) -> None:
    assert visitor.get("/posts?per_page=x", expect=422).json["detail"] == "per_page: Not a valid integer."
    assert "reputation" in visitor.get("/researchers?sort=cited", expect=400).json["detail"]


def test_an_answer_is_given_when_the_database_goes_away_while_its_request_ends(
    app: Flask, visitor: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer() -> str:
        db.session.connection().connection.driver_connection.close()  # what was read is there, the connection is not
        return "read"

    monkeypatch.setitem(app.view_functions, "health.live", answer)
    assert visitor.get("/health/live").status_code == 200


def test_a_write_stands_when_the_database_goes_away_before_its_mail_is_sent(
    join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise OperationalError(SECRET, {}, AdminShutdown())

    ada = join("ada", unverified=True, email="ada@uni.edu")
    monkeypatch.setattr(mail, "deliver", fail)
    ada.post("/auth/verify-email", {"email": "ada@uni.edu"}, expect=202)
