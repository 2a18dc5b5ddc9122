"""A blueprint on which no route can be registered without a permission, and whose document says what may go wrong."""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from http import HTTPStatus
from typing import Any

import flask_smorest
import marshmallow as ma
from flask import g, request
from werkzeug.exceptions import UnsupportedMediaType

from api.auth import guard
from api.config import PREFIX
from api.database import SAFE_METHODS
from api.idempotency import KEY_HEADER, REPLAYED_HEADER, answer_once
from api.pagination import PageQuery
from api.security import ways_in
from scholarnet.permissions import RULES

ALWAYS = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
WRITING = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
IF_NONE_MATCH = {"If-None-Match": "The ETag that you have; 304 if it is still the one"}
UNCHANGED: dict[int | str, Any] = {304: {"description": "It is what If-None-Match names"}}
MATCHING = (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED)


class Blueprint(flask_smorest.Blueprint):
    """flask-smorest's, below PREFIX, with the permission at the route."""

    def __init__(self, name: str, path: str, description: str) -> None:
        super().__init__(name, name, url_prefix=PREFIX + path, description=description)
        self._prepare_doc_cbks.append(self._prepare_contract_doc)

    def route(
        self,
        rule: str,
        *,
        permission: str,
        writes_on_get: bool = False,
        needs_match: bool = False,
        is_tagged: bool = False,
        is_secret: bool = False,
        takes_bytes: bool = False,
        begins_late: bool = False,
        **options: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a view that runs only for whom `permission` allows; KeyError if there is no such permission.

        `needs_match`: the view asks for If-Match; `is_tagged`: a GET that answers If-None-Match; `is_secret`: its
        answer is kept nowhere; `takes_bytes`: the body is a file, read by the view alone, and a key is
        passed over: nothing may wait for the last byte of a slow upload; `begins_late`: all that it writes, it writes
        after it holds the log.
        """
        needs = RULES[permission]
        contract: dict[str, Any] = {
            "needs_person": needs.least is not None,
            "needs_match": needs_match,
            "is_tagged": is_tagged,
            "takes_bytes": takes_bytes,
            "has_path": "<" in rule,
        }

        def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
            has_json = any(one["in"] == "json" for one in _arguments(view))
            contract["is_list"] = any(_is_page(one["schema"]) for one in _arguments(view))
            contract["operation_id"] = view.__name__

            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                g.writes = writes_on_get
                guard(permission)
                if has_json and request.content_length and not request.is_json:
                    raise UnsupportedMediaType("send the body as application/json")
                if request.method in SAFE_METHODS or needs.least is None or takes_bytes:
                    return view(*args, **kwargs)
                return answer_once(lambda: view(*args, **kwargs), is_secret=is_secret)

            guarded.takes_bytes = takes_bytes  # type: ignore[attr-defined]
            guarded.begins_late = begins_late  # type: ignore[attr-defined]
            guarded.needs_person = contract["needs_person"]  # type: ignore[attr-defined]
            guarded._apidoc = deepcopy(getattr(guarded, "_apidoc", {})) | {"contract": contract}  # type: ignore[attr-defined]  # noqa: SLF001
            super(Blueprint, self).route(rule, **options)(guarded)
            return guarded

        return decorator

    def arguments(self, schema: Any, *, location: str = "json", **options: Any) -> Any:
        """flask-smorest's; a query parameter that the schema does not know is refused, not passed over.

        The `EXAMPLE` of a schema is the document's example of a body. A schema is made once: making it for each
        request costs more than reading the arguments.
        """
        schema = schema() if isinstance(schema, type) else schema
        if location == "query":
            options.setdefault("unknown", ma.RAISE)
        elif location == "json" and hasattr(schema, "EXAMPLE"):
            options.setdefault("example", schema.EXAMPLE)
        return super().arguments(schema, location=location, **options)

    def _prepare_contract_doc(
        self, doc: dict[str, Any], doc_info: dict[str, Any], *, method: str, **_options: Any
    ) -> dict[str, Any]:
        """Say who may, which headers are read, and every error that can come."""
        contract = doc_info["contract"]
        doc["operationId"] = contract["operation_id"]
        schemes = ways_in(writes=method.upper() not in SAFE_METHODS)
        doc["security"] = schemes if contract["needs_person"] else [{}, *schemes]
        doc["responses"].pop("default", None)  # every error is named
        for status in _errors(contract, method, doc):
            doc["responses"].setdefault(int(status), status.name)
        if contract["is_tagged"]:
            doc["responses"] |= UNCHANGED
        for status, response in doc["responses"].items():
            if str(status).startswith("2"):
                response.setdefault("headers", {}).update(_told(contract, method))
        doc.setdefault("parameters", []).extend(_headers(contract, method))
        return doc


def _arguments(view: Callable[..., Any]) -> list[dict[str, Any]]:
    return list(getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", []))


def _is_page(schema: Any) -> bool:
    return issubclass(schema if isinstance(schema, type) else type(schema), PageQuery)


def _errors(contract: dict[str, Any], method: str, doc: dict[str, Any]) -> set[HTTPStatus]:
    found = {HTTPStatus.UNAUTHORIZED, *ALWAYS}
    found |= {HTTPStatus.FORBIDDEN} if contract["needs_person"] else set()
    found |= {HTTPStatus.NOT_FOUND} if contract["has_path"] else set()
    found |= set(MATCHING) if contract["needs_match"] else set()
    if method.upper() not in SAFE_METHODS:
        found |= {HTTPStatus.FORBIDDEN, *WRITING}
    elif doc.get("parameters"):
        found |= {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
    if "requestBody" in doc or contract["takes_bytes"]:
        found |= {HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
    return found


def _told(contract: dict[str, Any], method: str) -> dict[str, Any]:
    """The headers of a success."""
    named = {}
    if contract["is_list"]:
        named["Link"] = 'The next page, `<…>; rel="next"`; not there on the last'
    if contract["is_tagged"] or contract["needs_match"]:
        named["ETag"] = "For If-None-Match of a GET and If-Match of a write"
    if _takes_key(contract, method):
        named[REPLAYED_HEADER] = "`true` where this is the first answer again"
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in named.items()}


def _takes_key(contract: dict[str, Any], method: str) -> bool:
    return method.upper() not in SAFE_METHODS and bool(contract["needs_person"]) and not contract["takes_bytes"]


def _headers(contract: dict[str, Any], method: str) -> list[dict[str, Any]]:
    """The headers of a request."""
    named = {}
    if contract["needs_match"]:
        named["If-Match"] = "The ETag that a GET of this gave; needed, or 428"
    if contract["is_tagged"]:
        named |= IF_NONE_MATCH
    if _takes_key(contract, method):
        named[KEY_HEADER] = "Your name for this write, such as a UUID: repeated within a day it gives the first answer"
    return header_parameters(named)


def header_parameters(named: dict[str, str]) -> list[dict[str, Any]]:
    """Describe the headers of a request, each name with what it says."""
    return [
        {"in": "header", "name": name, "description": text, "schema": {"type": "string"}}
        for name, text in named.items()
    ]
