"""Writes that may be repeated: one effect, and the first answer again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask, Response, request
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from api.blueprint import Blueprint
from api.database import db
from api.errors import problem
from scholarnet.db import now
from scholarnet.models import IdempotencyKey, Post, Review, Tag, Token
from scholarnet.services.idempotency_keys import forget_old_keys
from tests.api.calls import PREPRINT, Caller, draft, publish
from tests.api.fixtures import Join
from tests.factories import ResearcherFactory

KEY = {"Idempotency-Key": "5d0f4c9e-1"}


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """One that routes may be added to."""
    return own_app


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa")


def count(engine: Engine, table: type) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_write_has_one_effect_when_it_is_repeated(rosa: Caller, engine: Engine) -> None:
    first = rosa.post("/posts", PREPRINT, headers=KEY)
    again = rosa.post("/posts", PREPRINT, headers=KEY)
    assert (again.status_code, again.data, again.headers["ETag"]) == (201, first.data, first.headers["ETag"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert count(engine, Post) == 1


def test_another_key_is_another_write(rosa: Caller, engine: Engine) -> None:
    rosa.post("/posts", PREPRINT, headers=KEY)
    rosa.post("/posts", PREPRINT, headers={"Idempotency-Key": "another"})
    rosa.post("/posts", PREPRINT)
    assert count(engine, Post) == 3


def test_a_key_is_refused_when_it_comes_with_something_else(rosa: Caller, engine: Engine) -> None:
    post = draft(rosa)
    rosa.post("/posts", PREPRINT, headers=KEY)
    other = PREPRINT | {"title": "Another"}
    assert "Idempotency-Key" in rosa.post("/posts", other, headers=KEY, expect=422).json["errors"]
    rosa.post(f"/posts/{post}/publish", headers=KEY, expect=422)
    assert count(engine, Post) == 2


def test_a_key_is_its_owners_alone(rosa: Caller, join: Join, engine: Engine) -> None:
    tom = join("tom")
    assert rosa.post("/posts", PREPRINT, headers=KEY).json["id"] != tom.post("/posts", PREPRINT, headers=KEY).json["id"]
    assert count(engine, Post) == 2


def test_nothing_is_kept_of_a_write_that_failed(rosa: Caller, engine: Engine) -> None:
    rosa.post("/posts", PREPRINT | {"title": "  "}, headers=KEY, expect=422)
    rosa.post("/posts/nothing/publish", headers={"Idempotency-Key": "k2"}, expect=404)
    assert count(engine, IdempotencyKey) == 0
    rosa.post("/posts", PREPRINT, headers=KEY, expect=201)


def test_a_review_counts_once_when_it_is_repeated(rosa: Caller, join: Join, engine: Engine) -> None:
    post, tom = publish(rosa), join("tom")
    body = {"overall": 7, "body": "Careful."}
    first = tom.post(f"/posts/{post}/reviews", body, headers=KEY)
    assert tom.post(f"/posts/{post}/reviews", body, headers=KEY).data == first.data
    assert count(engine, Review) == 1
    assert rosa.get(f"/posts/{post}").json["score"]["n_reviews"] == 1


def test_an_empty_answer_is_repeated_as_one(rosa: Caller, join: Join) -> None:
    tom = join("tom")
    for _ in range(2):
        answer = rosa.put(f"/researchers/{tom.id}/vouch", {"reason": "We worked together."}, headers=KEY)
        assert (answer.status_code, answer.data) == (204, b"")


def test_a_secret_is_kept_nowhere(rosa: Caller, engine: Engine) -> None:
    body = {"name": "notebook", "scopes": ["read"]}
    secret = rosa.post("/auth/tokens", body, headers=KEY).json["token"]
    rosa.post("/auth/tokens", body, headers=KEY, expect=409)
    assert count(engine, Token) == 2  # the one that rosa calls with, and the new one
    with Session(engine) as session:
        row = session.scalars(select(IdempotencyKey)).one()
        assert row.body is None
        assert secret not in str(row.headers)


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "ü"])
def test_a_key_must_be_short_and_visible(rosa: Caller, key: str, engine: Engine) -> None:
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    assert "Idempotency-Key" in rosa.post("/posts", PREPRINT, headers=headers, expect=422).json["errors"]
    assert count(engine, Post) == 0


def test_a_key_is_forgotten_after_a_day(rosa: Caller, engine: Engine) -> None:
    first = rosa.post("/posts", PREPRINT, headers=KEY).json["id"]
    with time_machine.travel(now() + timedelta(hours=25)):
        assert rosa.post("/posts", PREPRINT, headers=KEY).json["id"] != first
    assert count(engine, IdempotencyKey) == 1


def test_old_keys_go_and_new_ones_stay(session: Session) -> None:
    owner = ResearcherFactory()
    for key, age in (("old", timedelta(hours=25)), ("new", timedelta(hours=23))):
        row = IdempotencyKey(researcher_id=owner.id, key=key, fingerprint="0" * 64, created_at=now() - age)
        session.add(row)
    session.flush()
    forget_old_keys(session)
    assert session.scalars(select(IdempotencyKey.key)).all() == ["new"]


def test_twins_at_the_same_time_have_one_effect(app: Flask, rosa: Caller, engine: Engine) -> None:
    def write(_: int) -> bytes:
        twin = Caller(app.test_client(use_cookies=False), token=rosa.token)
        return twin.post("/posts", PREPRINT, headers=KEY, expect=201).data

    rosa.get("/openapi.json")  # the document is made once, by one thread
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(write, range(4)))
    assert len(answers) == 1
    assert count(engine, Post) == 1


def test_a_key_is_passed_over_where_nobody_need_be_signed_in(rosa: Caller, engine: Engine) -> None:
    """Else the count of wrong passwords would be undone with the rest of a refused request."""
    rosa.post(
        "/auth/login", {"handle": "rosa", "password": "wrong"}, headers={"Idempotency-Key": "x" * 256}, expect=401
    )
    assert count(engine, IdempotencyKey) == 0


def add_route(app: Flask, view: Callable[[], Response], **options: bool) -> None:
    blueprint = Blueprint("trials", "/trials", "For this test")
    blueprint.route("", methods=["POST"], permission="post.create", **options)(view)
    app.register_blueprint(blueprint)


@pytest.mark.parametrize("status", [404, 500])
def test_nothing_is_left_when_an_error_comes_after_the_write(
    app: Flask, rosa: Caller, engine: Engine, status: int
) -> None:
    def fail() -> Response:
        db.session.add(Tag(name="half", label="Half"))
        db.session.commit()
        return problem(status)

    add_route(app, fail)
    rosa.post("/trials", headers=KEY, expect=status)
    assert (count(engine, Tag), count(engine, IdempotencyKey)) == (0, 0)


def test_a_key_is_passed_over_where_a_file_is_sent(app: Flask, rosa: Caller) -> None:
    def take() -> Response:
        return Response(request.stream.read(4))  # what somebody else had read would not be there

    add_route(app, take, takes_bytes=True)
    sent = {"data": b'"\\u0000 and more"', "content_type": "application/json", "headers": KEY}
    assert rosa.post("/trials", **sent).data == b'"\\u0'
    assert rosa.post("/trials", **(sent | {"data": b"another file"})).data == b"anot"


def test_no_key_is_kept_when_a_second_review_is_refused(rosa: Caller, join: Join, engine: Engine) -> None:
    path, said, tom = f"/posts/{publish(rosa)}/reviews", {"overall": 7, "body": "Sound."}, join("tom")
    tom.post(path, said, headers=KEY, expect=201)
    tom.post(path, said, headers={"Idempotency-Key": "another"}, expect=409)
    assert (count(engine, IdempotencyKey), count(engine, Review)) == (1, 1)
