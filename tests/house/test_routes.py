"""Every route asks who is there, and no safe one writes."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from api.blueprint import Blueprint
from api.config import PREFIX
from api.database import SAFE_METHODS
from scholarnet.db import Base
from scholarnet.permissions import RULES
from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join, app, attachments, contract, join, visitor

__all__ = ["app", "attachments", "contract", "join", "visitor"]

UNGUARDED = {"api-docs.openapi_json", "api-docs.openapi_rapidoc", "static"}
OPEN = {
    ("POST", "/auth/register"),
    ("POST", "/auth/login"),
    ("POST", "/auth/password-reset"),
    ("PUT", "/auth/password-reset"),
    ("POST", "/posts/<post_id>/reads"),
}


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Method, rule and endpoint of everything that is served."""
    return [
        (method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def dummy(rule: str) -> str:
    return re.sub(r"<(?:\w+:)?\w+>", "1", rule)


def test_every_route_lies_below_the_prefix_and_is_guarded(app: Flask) -> None:
    found = [(method, rule, endpoint) for method, rule, endpoint in routes(app) if endpoint not in UNGUARDED]
    assert len(found) > 50
    assert [rule for _, rule, _ in found if not rule.startswith(PREFIX + "/")] == []
    unguarded = [
        endpoint for _, _, endpoint in found if "guarded" not in _names_of_wrappers(app.view_functions[endpoint])
    ]
    assert unguarded == []


def _names_of_wrappers(view: Any) -> set[str]:
    names = set()
    while view is not None:
        names.add(view.__code__.co_name)
        view = getattr(view, "__wrapped__", None)
    return names


def test_a_visitor_writes_nowhere_but_at_the_door(app: Flask, visitor: Caller) -> None:
    writes = [(method, rule) for method, rule, _ in routes(app) if method not in SAFE_METHODS]
    assert len(writes) > 20
    for method, rule in writes:
        if (method, rule.removeprefix(PREFIX)) not in OPEN:
            visitor.call(method, dummy(rule), {}, expect=401)


def test_a_visitor_reads_no_account(visitor: Caller) -> None:
    for path in ("/auth/me", "/auth/tokens", "/auth/sessions"):
        visitor.get(path, expect=401)


def test_a_token_without_scopes_opens_nothing(app: Flask, join: Join) -> None:
    nobody = join(scopes=["none"], role="admin")
    for method, rule, endpoint in routes(app):
        if endpoint not in UNGUARDED:
            nobody.call(method, dummy(rule), {} if method != "GET" else None, expect=403)


def test_a_route_without_a_permission_cannot_be_registered() -> None:
    blueprint = Blueprint("things", "/things", "Things")
    with pytest.raises(TypeError, match="permission"):
        blueprint.route("")
    with pytest.raises(KeyError):
        blueprint.route("", permission="thing.read")


def test_every_rule_has_a_use(app: Flask) -> None:
    used = {
        cell.cell_contents
        for view in app.view_functions.values()
        for cell in _cells(view)
        if isinstance(cell.cell_contents, str)
    }
    assert RULES.keys() - used == set()


def _cells(view: Any) -> list[Any]:
    cells = []
    while view is not None:
        cells += view.__closure__ or ()
        view = getattr(view, "__wrapped__", None)
    return cells


def counts(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        rows = {
            name: connection.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }
        return rows | {"log": connection.execute(select(Base.metadata.tables["score_log"])).all()}


def test_safe_methods_write_nothing(app: Flask, join: Join, engine: Engine) -> None:
    rosa, tom = join("rosa"), join("tom", role="admin", scopes=["read", "write", "review", "admin"])
    post = publish(rosa, tags=["mri"])
    ids = {"post_id": post, "review_id": review(tom, post), "researcher_id": rosa.id, "name": "mri", "number": "1"}
    before = counts(engine)
    for method, rule, _ in routes(app):
        if method == "GET":
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: ids.get(match[1], "blog"), rule)
            tom.client.get(path, headers={"Authorization": f"Bearer {tom.token}"})
            tom.client.head(path, headers={"Authorization": f"Bearer {tom.token}"})
    assert counts(engine) == before
