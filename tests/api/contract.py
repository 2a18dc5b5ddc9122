"""Holds answers against the document: each must be what `openapi.json` says of it, and nothing more."""

import re
from copy import deepcopy
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from api.config import PREFIX

JSON = "application/json"
METHODS = ("get", "post", "put", "patch", "delete")
formats = FormatChecker(formats=[])


@formats.checks("date-time", raises=ValueError)
def is_moment(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


@formats.checks("date", raises=ValueError)
def is_day(text: object) -> bool:
    return not isinstance(text, str) or bool(date.fromisoformat(text))


class Contract:
    """The document of an application; `checked` are the operations whose answers it has seen."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._paths = app.url_map.bind("localhost")
        self._validator = cache(self._make_validator)
        self.checked: set[tuple[str, str]] = set()

    @cached_property
    def document(self) -> dict[str, Any]:
        """What the application serves; asked for late, so that a test may still add routes."""
        return FlaskClient(self._app).get(f"{PREFIX}/openapi.json").json

    @cached_property
    def _components(self) -> Any:
        return closed(self.document["components"])

    def operations(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every operation by method and path."""
        return {
            (method, path): entry[method]
            for path, entry in self.document["paths"].items()
            for method in METHODS
            if method in entry
        }

    def check(self, response: TestResponse) -> None:
        """Hold a success with a JSON body against the schema that the document names for it."""
        if response.status_code == 204:
            assert not response.data
        if not 200 <= response.status_code < 300 or response.mimetype != JSON or response.status_code == 204:
            return
        operation = self._operation(response)
        if operation is None:
            return
        wanted = response.request.args.get("select", "")
        errors = list(self._validator(*operation, response.status_code, wanted).iter_errors(response.json))
        assert not errors, f"{operation}: {errors[0].json_path}: {errors[0].message}"
        self.checked.add(operation)

    def _operation(self, response: TestResponse) -> tuple[str, str] | None:
        method = response.request.method.lower()
        rule, _ = self._paths.match(response.request.path, method=method.upper(), return_rule=True)
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        return (method, path) if method in self.document["paths"].get(path, {}) else None

    def _make_validator(self, method: str, path: str, status: int, wanted: str) -> Draft202012Validator:
        schema = self.document["paths"][path][method]["responses"][str(status)]["content"][JSON]["schema"]
        page = self._named(schema)
        if page.get("properties", {}).keys() == {"meta", "results"}:
            schema = self._selected(page, wanted.split(",") if wanted else [])
        return Draft202012Validator({**closed(schema), "components": self._components}, format_checker=formats)

    def _selected(self, page: dict[str, Any], names: list[str]) -> dict[str, Any]:
        """The schema of a page whose entries have exactly these fields, or all: the document requires none of them."""
        page = deepcopy(page)
        entry = self._named(page["properties"]["results"]["items"])
        properties = {name: entry["properties"][name] for name in names or entry["properties"]}
        page["properties"]["results"]["items"] = {"required": list(properties), "properties": properties}
        return page

    def _named(self, schema: dict[str, Any]) -> dict[str, Any]:
        return self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def closed(schema: Any) -> Any:
    """The same schema with no room for a property that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return deepcopy(schema)
    parts = {name: closed(part) for name, part in schema.items()}
    if isinstance(parts.get("properties"), dict):
        parts.setdefault("additionalProperties", False)
    return parts


class CheckedClient(FlaskClient):
    """A client that checks whatever comes back."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        response = super().open(*arguments, **options)
        self.application.extensions["contract"].check(response)
        return response
