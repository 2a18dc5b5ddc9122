"""A read replica: visitors' reads go there, where SCHOLARNET_REPLICA_URL names one.

Who came by a cookie or a token reads from the primary, and so sees at once what they wrote; a visitor, who can write
nothing to be seen, sees things as late as the replica has them. Where the replica fails, the same request is answered
from the primary, and for `PAUSE` seconds nobody asks the replica.
"""

import logging
import time

from flask import Flask, current_app, g, request
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from api.config import Config
from scholarnet.db import autocommit, engine_options, normal_url, set_up_engine

EXTENSION = "scholarnet.replica"
PAUSE = 10.0  # seconds for which a replica that failed is left alone
REACHING = {"connect_timeout": 2}  # seconds, libpq's
OF_THE_PRIMARY = frozenset({"health", "metrics"})  # blueprints that tell of it
log = logging.getLogger("scholarnet.replica")


class Replica:
    """The engine of the replica, and until when it is left alone."""

    def __init__(self, url: str, *, statement_seconds: int = 0) -> None:
        options = engine_options(url, statement_seconds=statement_seconds)
        if "connect_args" in options:
            options["connect_args"] |= REACHING
        self.engine: Engine = create_engine(normal_url(url), **options)
        set_up_engine(self.engine)
        self.single_reads = autocommit(self.engine)
        self._down_until = 0.0

    def is_down(self) -> bool:
        """Whether it failed a moment ago."""
        return time.monotonic() < self._down_until

    def leave_alone(self) -> None:
        """Ask it nothing for a while."""
        self._down_until = time.monotonic() + PAUSE

    def answers(self) -> bool:
        """Whether it answers now."""
        try:
            with self.single_reads.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True


def init_app(app: Flask, config: Config) -> None:
    """Make the replica that the configuration names, if any."""
    replica = None
    if config.replica_url:
        replica = Replica(config.replica_url, statement_seconds=config.statement_seconds)
    app.extensions[EXTENSION] = replica


def find_replica() -> Replica | None:
    """The application's replica, whether it answers or not."""
    replica: Replica | None = current_app.extensions[EXTENSION]
    return replica


def replica_for_request() -> Replica | None:
    """The replica where this request, which only reads, is to read there; remembered for `forsake_replica`."""
    replica = find_replica()
    if replica is None or "reads_primary" in g or replica.is_down() or not _is_visitors():
        return None
    g.reads_replica = True
    return replica


def forsake_replica(error: DBAPIError) -> bool:
    """Whether it was the replica that failed this request, which from now on reads from the primary."""
    replica = find_replica()
    if replica is None or not g.pop("reads_replica", False):
        return False
    if error.connection_invalidated or error.statement is None:  # it is gone, or was not reached
        replica.leave_alone()
    log.warning("the replica failed (%s); %s is answered from the primary", type(error).__name__, request.endpoint)
    g.reads_primary = True
    return True


def _is_visitors() -> bool:
    has_credentials = "Authorization" in request.headers or current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    return not has_credentials and request.blueprint not in OF_THE_PRIMARY
