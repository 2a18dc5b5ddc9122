"""The request's session: Flask-SQLAlchemy over the tables of `scholarnet`."""

import logging
from typing import Any

from flask import Flask, current_app, g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from api.replica import replica_for_request
from scholarnet.db import Base, autocommit, reading, set_up_engine

log = logging.getLogger(__name__)
SINGLE_READS = "scholarnet.single_reads"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class RequestSession(FlaskSession):
    """A session whose safe requests read one snapshot and never hold a lock."""

    def get_bind(self, *args: Any, **options: Any) -> Engine | Connection:
        """Return the engine for this request's method."""
        engine = super().get_bind(*args, **options)
        if isinstance(engine, Engine) and has_request_context() and is_reading():
            if "reading_engine" not in g:
                replica = replica_for_request()
                g.reading_engine = reading(replica.engine if replica else engine)
            return g.reading_engine  # type: ignore[no-any-return]
        if isinstance(engine, Engine) and engine.dialect.name == "sqlite" and has_request_context() and begins_late():
            return current_app.extensions[SINGLE_READS]  # type: ignore[no-any-return]
        return engine

    def close(self) -> None:
        """Close, at the end of a request that is answered by now; what went away with the database is rolled back."""
        try:
            super().close()
        except DBAPIError as error:
            log.warning("the database went away while a request ended (%s)", type(error.orig).__name__)

    def commit(self) -> None:
        """Commit; under an idempotency key the whole is committed with the answer (api/idempotency.py)."""
        if has_request_context() and g.get("holds_commit", False):
            self.flush()
        else:
            super().commit()


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": RequestSession, "expire_on_commit": False})


def is_reading() -> bool:
    """Whether the request may only read: a link in a mail is the one GET that writes, and says so."""
    return request.method in SAFE_METHODS and not g.get("writes", False)


def begins_late() -> bool:
    """Whether the request reads before it queues for the log: nobody waits on SQLite for what it reads till then."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "begins_late", False)


def init_app(app: Flask) -> None:
    """Bind the session to the app's engine."""
    db.init_app(app)
    with app.app_context():
        set_up_engine(db.engine)
        app.extensions[SINGLE_READS] = autocommit(db.engine)


def single_read() -> Connection:
    """Return a connection for one statement, without a transaction around it; close it after use."""
    replica = replica_for_request()
    engine: Engine = replica.single_reads if replica else current_app.extensions[SINGLE_READS]
    return engine.connect()
