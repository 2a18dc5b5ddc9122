"""Errors as RFC 9457 problems: the one table from facts to statuses, and nothing of the inside in any of them."""

import errno
import logging
import sqlite3
import threading
from http import HTTPStatus
from typing import Any

import marshmallow as ma
import orjson
from flask import Flask, Response, current_app, g, request
from flask_smorest import Api, Blueprint
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from api.database import db
from api.logs import chain
from api.replica import forsake_replica
from scholarnet.errors import (
    BadQuery,
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    TooLarge,
    Unavailable,
    UnsupportedKind,
)

log = logging.getLogger(__name__)
PROBLEM = "application/problem+json"
BUSY = "the database is busy; try again in a moment"
FULL = "the server has no space left: it answers what is asked, and takes nothing until there is room again"
DISK_FULL = "53100"  # of PostgreSQL
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
WAITING = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

STATUS: dict[type[DomainError], int] = {
    BadQuery: 400,
    NotSignedIn: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooLarge: 413,
    UnsupportedKind: 415,
    Invalid: 422,
    Unavailable: 503,
}


class Problem(ma.Schema):
    """An error (RFC 9457): `errors` names the fields at fault."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String()
    instance = ma.fields.String()
    errors = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Raw())


class ProblemApi(Api):
    """flask-smorest's API with problems for errors, and a document that is put together when it is first wanted."""

    ERROR_SCHEMA = Problem

    def __init__(self, app: Flask) -> None:
        self._undocumented: list[Blueprint] = []
        self._documenting = threading.Lock()
        super().__init__(app)

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Register its routes; what the document says of them takes ten times as long, and can wait."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._undocumented.append(blp)

    def document(self) -> None:
        """Have the document be whole."""
        with self._documenting:
            while self._undocumented:
                blueprint = self._undocumented.pop(0)
                blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
                self.spec.tag({"name": blueprint.name, "description": blueprint.description})

    def _openapi_json(self) -> Response:
        self.document()
        return super()._openapi_json()  # type: ignore[no-any-return]

    def _register_responses(self) -> None:
        """Have every error in the document be a problem."""
        for status in HTTPStatus:
            if status >= HTTPStatus.BAD_REQUEST:
                described: dict[str, Any] = {"description": status.phrase, "content": {PROBLEM: {"schema": Problem}}}
                if status in WAITING:
                    described["headers"] = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
                self.spec.components.response(status.name, described, lazy=True)

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer with a problem for whatever HTTP error was raised."""
        data: dict[str, Any] = getattr(error, "data", None) or {}
        errors = _by_field(data.get("errors") or data.get("messages") or {})
        response = problem(
            error.code or HTTPStatus.INTERNAL_SERVER_ERROR,
            detail=data.get("message") or _in_words(errors) or error.description,
            errors=errors,
        )
        for name, value in error.get_headers():
            if name.lower() not in {"content-type", "content-length"}:
                response.headers[name] = value
        return response


def problem(status: int, *, detail: str | None = None, errors: dict[str, Any] | None = None) -> Response:
    """Return a problem as an answer."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status)}
    body |= {"detail": detail} if detail else {}
    body |= {"instance": request.path} | ({"errors": errors} if errors else {})
    response = Response(orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS), status=status, content_type=PROBLEM)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="scholarnet"'
    return response


def init_app(app: Flask) -> None:
    """Answer every error that leaves a view."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(IntegrityError, _integrity_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(OSError, _system_error)
    app.register_error_handler(NoConnection, _no_connection)
    app.register_error_handler(Exception, _unexpected_error)


def status_of(error: DomainError) -> int:
    """Return the status of the nearest kind of error that the table knows."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)


def _domain_error(error: DomainError) -> Response:
    return problem(status_of(error), detail=error.message, errors=error.errors)


def _integrity_error(_error: IntegrityError) -> Response:
    log.warning("a constraint refused a write of %s", request.endpoint)
    return problem(HTTPStatus.CONFLICT, detail="another request changed this meanwhile; read it again and retry")


def _from_primary(error: DBAPIError) -> Response | None:
    """The answer to the request from the primary, where it was the replica that failed; else None."""
    if not forsake_replica(error):
        return None
    db.session.rollback()
    g.pop("reading_engine", None)
    try:
        view = current_app.view_functions[request.endpoint or ""]
        return current_app.make_response(view(**(request.view_args or {})))  # type: ignore[arg-type]
    except Exception as again:  # noqa: BLE001  (what a view raises is answered as ever)
        return current_app.make_response(current_app.handle_user_exception(again))


def _database_error(error: DBAPIError) -> Response:
    """One that did not answer, or went away meanwhile, is to be asked again; what else it says is a fault of ours.

    Only its kind is logged: the statement may hold what somebody wrote.
    """
    if (answer := _from_primary(error)) is not None:
        return answer
    if not (error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)):
        return _unexpected_error(error)
    log.error("the database did not answer %s", request.endpoint, extra={"facts": {"error": chain(error)}})
    told = getattr(error.orig, "sqlstate", None), getattr(error.orig, "sqlite_errorcode", None)
    is_full = told[0] == DISK_FULL or told[1] == sqlite3.SQLITE_FULL
    return _unavailable(FULL, seconds=60) if is_full else _unavailable(BUSY, seconds=2)


def _no_connection(_error: NoConnection) -> Response:
    log.error("no connection to the database came free for %s", request.endpoint)
    return _unavailable(BUSY, seconds=2)


def _system_error(error: OSError) -> Response:
    if error.errno not in NO_SPACE:
        return _unexpected_error(error)
    log.error("there is no space left for %s", request.endpoint)
    return _unavailable(FULL, seconds=60)


def _unavailable(detail: str, *, seconds: int) -> Response:
    response = problem(HTTPStatus.SERVICE_UNAVAILABLE, detail=detail)
    response.headers["Retry-After"] = str(seconds)
    return response


def _unexpected_error(_error: Exception) -> Response:
    log.exception("%s failed", request.endpoint)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail="this is a fault of the server; it was written down")


def _by_field(messages: Any) -> dict[str, Any]:
    """Drop the level that says where a field was read from: body, query, headers."""
    if not isinstance(messages, dict):
        return {"request": messages} if messages else {}
    flat: dict[str, Any] = {}
    for place, fields in messages.items():
        flat |= fields if isinstance(fields, dict) else {place: fields}
    return flat


def _in_words(errors: Any) -> str:
    """Say of the first field that is at fault what is wrong with it."""
    path: list[str] = []
    while isinstance(errors, dict) and errors:
        name, errors = next(iter(errors.items()))
        path.append(str(name))
    said = errors[0] if isinstance(errors, list) and errors else errors
    return f"{'.'.join(path)}: {said}" if path and isinstance(said, str) else ""
