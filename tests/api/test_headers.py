"""What answers say to browsers: nothing runs, nothing is kept that is somebody's, other origins have no session."""

import re

from flask import Flask
from sqlalchemy import Engine

from api.app import create_app
from api.config import Config
from tests.api.calls import Caller, publish
from tests.api.fixtures import Join

ELSEWHERE = {"Origin": "https://elsewhere.example"}


def test_no_answer_runs_anything(visitor: Caller, join: Join) -> None:
    post = publish(join("rosa"))
    for answer in (visitor.get("/posts"), visitor.get(f"/posts/{post}"), visitor.get("/nothing", expect=404)):
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; frame-ancestors 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_page_of_the_docs_may_load_its_own_script_alone(visitor: Caller) -> None:
    page = visitor.get("/docs")
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.get_data(as_text=True)
    assert not re.search(r"\son\w+=", page.get_data(as_text=True))


def test_a_page_elsewhere_reads_without_a_session(visitor: Caller) -> None:
    answer = visitor.get("/posts", headers=ELSEWHERE)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert {"ETag", "Link", "Retry-After"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))


def test_a_page_elsewhere_asks_first_before_it_writes(visitor: Caller) -> None:
    asked = ELSEWHERE | {
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, if-match, idempotency-key",
    }
    answer = visitor.call("OPTIONS", "/posts/1", headers=asked)
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    assert "if-match" in answer.headers["Access-Control-Allow-Headers"].lower()


def test_other_origins_are_kept_out_when_some_are_named(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    client = create_app(Config(database_url=url, cors_origins=("https://here.example",))).test_client()
    here = client.get("/api/v1/health/live", headers={"Origin": "https://here.example"})
    assert here.headers["Access-Control-Allow-Origin"] == "https://here.example"
    assert "Access-Control-Allow-Origin" not in client.get("/api/v1/health/live", headers=ELSEWHERE).headers


def test_what_is_shown_to_a_person_is_kept_by_nobody_else(visitor: Caller, join: Join) -> None:
    assert join("rosa").get("/posts").headers["Cache-Control"] == "private, no-cache"
    answer = visitor.get("/posts")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert {"authorization", "cookie", "origin"} <= {name.lower() for name in answer.vary}


def test_browsers_stay_with_tls_in_production(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    secret = "a secret that is long enough"
    client = create_app(Config(database_url=url, environment="production", secret_key=secret)).test_client()
    assert "max-age=31536000" in client.get("/api/v1/health/live").headers["Strict-Transport-Security"]


def test_there_is_no_promise_of_tls_in_development(app: Flask) -> None:
    assert "Strict-Transport-Security" not in app.test_client().get("/api/v1/health/live").headers


def test_what_a_person_has_unmodified_is_not_sent_again(join: Join) -> None:
    rosa = join("rosa")
    path = f"/posts/{publish(rosa)}"
    again = rosa.get(path, headers={"If-None-Match": rosa.get(path).headers["ETag"]})
    assert (again.status_code, again.data, again.headers["Cache-Control"]) == (304, b"", "private, no-cache")
