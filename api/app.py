"""The application: everything is put together here, and nothing happens here."""

import re
from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask, current_app, request
from sqlalchemy import make_url

from api import auth, database, errors, headers, limits, mail, observation, replica
from api.config import PREFIX, Config
from api.resources import (
    accepted_answers,
    attachments,
    claims,
    clusters,
    comments,
    duplicates,
    emails,
    epoch_exports,
    epochs,
    experts,
    follows,
    forms,
    graph,
    health,
    helpfulness_votes,
    imports,
    invitations,
    login_sessions,
    metrics,
    moderation,
    moves,
    orcid_sign_in,
    overrides,
    passwords,
    post_recommendations,
    posts,
    publication_merges,
    publications,
    read_counts,
    researcher_merges,
    researchers,
    review_drafts,
    reviews,
    saved_posts,
    styles,
    suggested_collaborators,
    tags,
    trends,
    venues,
    vouches,
)
from api.resources import auth as accounts
from api.security import SECURITY, WHO_IS_ASKING
from scholarnet.db import engine_options
from scholarnet.errors import Invalid

MOST_BYTES = 4 * 1024 * 1024  # of a request's body; an attachment has a limit of its own
POOL_SECONDS = 10  # that a request waits for a connection of its process
NUL = re.compile(rb"\0|(?<!\\)(?:\\\\)*\\u0000")
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")

RESOURCES = (
    accounts,
    orcid_sign_in,
    login_sessions,
    emails,
    passwords,
    researchers,
    vouches,
    follows,
    duplicates,
    researcher_merges,
    claims,
    publications,
    publication_merges,
    imports,
    styles,
    venues,
    posts,
    moves,
    overrides,
    post_recommendations,
    saved_posts,
    read_counts,
    attachments,
    moderation,
    invitations,
    experts,
    review_drafts,
    reviews,
    helpfulness_votes,
    comments,
    accepted_answers,
    forms,
    suggested_collaborators,
    tags,
    graph,
    epochs,
    epoch_exports,
    clusters,
    trends,
    health,
    metrics,
)


class Application(Flask):
    """Flask, which looks at each function that it calls whether it is a coroutine: ours are none."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return it."""
        return func


def create_app(config: Config | None = None, *, metrics_folder: str | None = None) -> Flask:
    """Return the application for a configuration, the environment's if none is given.

    `metrics_folder` is where processes that serve it together keep their metrics.
    """
    config = config or Config.from_environment()
    config.make_folder()
    app = Application("api", static_url_path=f"{PREFIX}/static")
    app.config.update(_settings(config))
    app.extensions["scholarnet.config"] = config
    database.init_app(app)
    observation.init_app(app, metrics_folder)
    replica.init_app(app, config)
    auth.init_app(app)
    mail.init_app(app)
    limits.init_app(app, config)
    errors.init_app(app)
    api = app.extensions["scholarnet.api"] = errors.ProblemApi(app)
    for name, scheme in SECURITY.items():
        api.spec.components.security_scheme(name, scheme)
    for resource in RESOURCES:
        api.register_blueprint(resource.blueprint)
    app.before_request(_refuse_unstorable_text)
    headers.init_app(app, config)
    return app


def _settings(config: Config) -> dict[str, object]:
    is_production = config.environment == "production"
    return {
        "SECRET_KEY": config.secret_key,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(config),
        "MAX_CONTENT_LENGTH": MOST_BYTES,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": is_production,
        "WTF_CSRF_CHECK_DEFAULT": False,  # the guard asks for it where a cookie signs somebody in
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "API_TITLE": "ScholarNet",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": PREFIX,
        "OPENAPI_JSON_PATH": "openapi.json",
        "OPENAPI_RAPIDOC_PATH": "docs",
        "OPENAPI_RAPIDOC_URL": f"{PREFIX}/static/rapidoc-min.js",
        "OPENAPI_RAPIDOC_CONFIG": {"theme": "light", "render-style": "read", "allow-authentication": "true"},
        "API_SPEC_OPTIONS": {"info": {"description": WHO_IS_ASKING}},
        "ETAG_DISABLED": True,  # ours have two parts (api/etags.py)
    }


def _engine_options(config: Config) -> dict[str, object]:
    options = engine_options(config.database_url, statement_seconds=config.statement_seconds)
    url = make_url(config.database_url)
    is_in_memory = url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}
    return options if is_in_memory else {"pool_timeout": POOL_SECONDS, **options}  # there is one connection in memory


def _refuse_unstorable_text() -> None:
    """PostgreSQL holds no NUL, and no database half of a surrogate pair."""
    view = current_app.view_functions.get(request.endpoint or "")
    body = request.get_data() if request.is_json and not getattr(view, "takes_bytes", False) else b""
    is_unstorable = "\0" in request.path or b"%00" in request.query_string or NUL.search(body)
    if not is_unstorable and SURROGATE.search(body):
        try:
            orjson.loads(body)  # a whole pair is a character like any other
        except orjson.JSONDecodeError:
            is_unstorable = True
    if is_unstorable:
        raise Invalid("text", "contains a NUL or half of a surrogate pair, which cannot be stored")
