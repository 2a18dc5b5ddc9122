"""Shapes of health."""

import marshmallow as ma


class LiveOut(ma.Schema):
    """The process answers."""

    status = ma.fields.String(required=True)


class ReadyOut(LiveOut):
    """Database and migrations are as they should be; the epoch in force, if any."""

    database = ma.fields.Boolean(required=True)
    migrations = ma.fields.Boolean(required=True)
    epoch = ma.fields.String(required=True, allow_none=True)
