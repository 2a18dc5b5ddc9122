"""Health."""

from flask import Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from api.blueprint import Blueprint
from api.database import db
from api.schemas.health import LiveOut, ReadyOut
from scholarnet.db import reading
from scholarnet.migration import is_current
from scholarnet.services.epochs import current_epoch

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
    """Say whether the database is there and migrated, and which epoch is in force."""
    body: dict[str, str | bool | None] = {"database": False, "migrations": False, "epoch": None}
    try:
        with reading(db.engine).connect() as connection:
            body["migrations"] = is_current(connection)
        body["database"] = True
        epoch = current_epoch(db.session()) if body["migrations"] else None
        body["epoch"] = epoch.public_id if epoch else None
    except SQLAlchemyError:
        db.session.rollback()
    is_ready = body["database"] and body["migrations"]
    response = jsonify({"status": "ok" if is_ready else "unavailable", **body})
    response.status_code = 200 if is_ready else 503
    return response
