"""Shapes of health."""

import marshmallow as ma


class LiveOut(ma.Schema):
    """The process answers."""

    status = ma.fields.String(required=True)


class ReadyOut(LiveOut):
    """Database and migrations are as they should be; the epoch in force, if any, and whether the next one comes."""

    status = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["ok", "degraded", "unavailable"]),
        metadata={"description": "`degraded`: all is served, on an epoch that is stale or that no fit could replace"},
    )
    database = ma.fields.Boolean(required=True)
    migrations = ma.fields.Boolean(required=True)
    queue = ma.fields.String(
        required=True,
        allow_none=True,
        validate=ma.validate.OneOf(["ok", "late"]),
        metadata={"description": "`late`: mail or an import waits that a worker should have taken long ago"},
    )
    worker = ma.fields.String(
        required=True,
        allow_none=True,
        validate=ma.validate.OneOf(["ok", "silent", "none"]),
        metadata={"description": "`silent`: there was one, and none for ten minutes; `none`: none was seen for days"},
    )
    replica = ma.fields.String(
        required=True,
        allow_none=True,
        validate=ma.validate.OneOf(["ok", "down"]),
        metadata={"description": "Of the replica that visitors read from, which is no one's loss while it is down"},
    )
    epoch = ma.fields.String(required=True, allow_none=True)
    epoch_age_seconds = ma.fields.Integer(required=True, allow_none=True)
    is_stale = ma.fields.Boolean(
        required=True, metadata={"description": "Whether the epoch is older than two intervals of the schedule"}
    )
    failed_at = ma.fields.DateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When the last fit failed or fell silent; null where it did its work"},
    )
