"""Every operation × role of the access table, on both databases, each by a request that is valid for who may."""

import inspect
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from api.access import ROLES, access_table
from api.blueprint import PREFIX
from scholarnet.permissions import RULES
from tests.access.requests import Values, values_of
from tests.access.scene import ALL, Scene
from tests.api.calls import Caller, publish
from tests.api.contract import JSON, Contract

TABLE = access_table()
NO = {401, 403, 404}
NOT_THERE = 404


def entry_of(contract: Contract, operation: str) -> dict[str, Any]:
    method, path = operation.split()
    return contract.document["paths"][PREFIX + path][method.lower()]


def send(
    contract: Contract, scene: Scene, operation: str, role: str, scopes: list[str], values: Values | None = None
) -> TestResponse:
    """Make the request of this operation as somebody of this role, about what is given or what it asks for."""
    method, template = operation.split()
    values = values or values_of(operation, scene, role)
    entry = entry_of(contract, operation)
    body = values.pop("body", entry.get("requestBody", {}).get("content", {}).get(JSON, {}).get("example"))
    query, data = values.pop("query", ""), values.pop("data", None)
    path = PREFIX + template.format(**values)
    caller = scene.caller(role, scopes)
    headers = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
    if any(one["name"] == "If-Match" for one in entry.get("parameters", [])):
        headers |= Caller(caller.client).tag_of(path)
    sent = {"data": data} if data is not None else {} if body is None else {"json": body}
    response = caller.client.open(path, method=method, headers=headers, query_string=query, **sent)
    response.close()
    return response


def test_each_operation_of_the_document_has_a_row_and_each_row_an_operation(contract: Contract) -> None:
    assert set(TABLE) == {f"{method.upper()} {path.removeprefix(PREFIX)}" for method, path in contract.operations()}


def test_the_scopes_of_the_table_are_those_of_the_rules(app: Flask) -> None:
    found = {}
    for rule in app.url_map.iter_rules():
        permission = inspect.getclosurevars(app.view_functions[rule.endpoint]).nonlocals.get("permission")
        for method in rule.methods - {"HEAD", "OPTIONS"} if permission else ():
            path = rule.rule.removeprefix(PREFIX).replace("<int:", "<").replace("<", "{").replace(">", "}")
            found[f"{method} {path}"] = RULES[permission].scope.value
    assert {operation: row.scope for operation, row in TABLE.items()} == found


@pytest.mark.parametrize("operation", TABLE)
def test_those_may_whom_the_table_names_and_nobody_else(
    operation: str, app: Flask, session: Session, contract: Contract
) -> None:
    wrong, scene = {}, Scene(app, session)
    for role in ROLES:
        scene = scene if operation.startswith("GET") else Scene(app, session)  # what is read is not used up
        status = send(contract, scene, operation, role, ALL).status_code
        expected = (
            status < 400
            if role in TABLE[operation].may
            else status == 401
            if role == "visitor"
            else status in NO - {401}
        )
        if not expected:
            wrong[role] = status
    assert wrong == {}


PAGES = [
    operation
    for operation, row in TABLE.items()
    if operation.startswith("GET /posts/{post_id}") and "visitor" in row.may and "attachment_id" not in operation
]


def who_finds(contract: Contract, scene: Scene, operation: str, post_id: str) -> set[str]:
    """The roles for whom there is such a page of this post."""
    asked = {role: send(contract, scene, operation, role, ALL, {"post_id": post_id, "number": 1}) for role in ROLES}
    return {role for role, response in asked.items() if response.status_code != NOT_THERE}


@pytest.mark.parametrize("operation", PAGES)
def test_a_page_of_a_post_is_there_for_its_audience_alone(
    operation: str, app: Flask, session: Session, contract: Contract
) -> None:
    scene = Scene(app, session)
    authors = [{"researcher_id": one.public_id} for one in scene.authors]
    author = scene.caller("author")
    for audience, theirs in {"private": {"author", "coauthor"}, "members": TABLE[operation].may - {"visitor"}}.items():
        post_id = publish(author, audience=audience, authors=authors)
        assert who_finds(contract, scene, operation, post_id) == theirs


@pytest.mark.parametrize("operation", [page for page in PAGES if not page.endswith("/score")])
def test_a_page_of_a_draft_is_there_for_its_authors_alone(
    operation: str, app: Flask, session: Session, contract: Contract
) -> None:
    scene = Scene(app, session)
    assert who_finds(contract, scene, operation, scene.draft) == {"author", "coauthor"}


@pytest.mark.parametrize("operation", TABLE)
def test_a_token_that_lacks_just_the_scope_is_refused(
    operation: str, app: Flask, session: Session, contract: Contract
) -> None:
    row = TABLE[operation]
    role = next(role for role in ROLES[1:] if role in row.may)
    scopes = [scope for scope in ALL if scope != row.scope]
    response = send(contract, Scene(app, session), operation, role, scopes)
    assert response.status_code == 403
    assert response.json["detail"] == f"the token lacks the scope {row.scope!r}"
