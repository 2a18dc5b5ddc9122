"""Health."""

from datetime import timedelta
from typing import Any

from flask import Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from api.blueprint import Blueprint
from api.config import current_config
from api.database import db
from api.replica import find_replica
from api.schemas.health import LiveOut, ReadyOut
from scholarnet import migration
from scholarnet.db import now, reading
from scholarnet.services.health import Health, read_health
from scholarnet.services.queues import Queues, read_queues

blueprint = Blueprint("health", "/health", "Whether the server is well")


@blueprint.route("/live", permission="public.read")
@blueprint.response(200, LiveOut)
def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@blueprint.route("/ready", permission="public.read")
@blueprint.response(200, ReadyOut)
@blueprint.alt_response(503, schema=ReadyOut, description="Something is missing")
def ready() -> Response:
    """Say whether the database is there and migrated, which epoch is in force, and whether the next one comes.

    `degraded` is served as well as ever, and somebody should look: the scores rest on an old epoch, because the last
    fit failed or none was made; mail and imports wait because no worker is there; or the replica that visitors read
    from is down, and they read where everybody does. How many, and for how long, is for administrators: `/metrics`.
    """
    body: dict[str, Any] = {"database": False, "migrations": False}
    health: Health | None = None
    queues: Queues | None = None
    try:
        with reading(db.engine).connect() as connection:
            body["migrations"] = migration.is_current(connection)
        body["database"] = True
        if body["migrations"]:
            every = timedelta(seconds=current_config().epoch_every)
            health = read_health(db.session(), every=every, moment=now())
            queues = read_queues(db.session(), moment=now())
    except SQLAlchemyError:
        db.session.rollback()
    replica = find_replica()
    body["replica"] = None if replica is None else "ok" if replica.answers() else "down"
    status = _status(health, queues)
    if status == "ok" and body["replica"] == "down":
        status = "degraded"
    response = jsonify(ReadyOut().dump({"status": status, **body, **_told(health), **_waiting(queues)}))
    response.status_code = 503 if queues is None else 200
    return response


def _status(health: Health | None, queues: Queues | None) -> str:
    if health is None or queues is None:
        return "unavailable"
    return "degraded" if health.is_degraded or queues.is_late or queues.worker == "silent" else "ok"


def _waiting(queues: Queues | None) -> dict[str, Any]:
    if queues is None:
        return {"queue": None, "worker": None}
    return {"queue": "late" if queues.is_late else "ok", "worker": queues.worker}


def _told(health: Health | None) -> dict[str, Any]:
    if health is None:
        return {"epoch": None, "epoch_age_seconds": None, "is_stale": False, "failed_at": None}
    age = None if health.age is None else int(health.age.total_seconds())
    return {
        "epoch": health.epoch,
        "epoch_age_seconds": age,
        "is_stale": health.is_stale,
        "failed_at": health.failed_at,
    }
