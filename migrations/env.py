"""Run by Alembic: migrate the database whose connection or URL stands in the configuration."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

import scholarnet.models  # noqa: F401  (registers the tables)
from scholarnet.db import Base, UtcDateTime, make_engine
from scholarnet.migration import is_mapped


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as what the database holds."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    """Migrate in one transaction; on SQLite by copying tables where ALTER cannot do it."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        include_name=is_mapped,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with make_engine(context.config.get_main_option("sqlalchemy.url") or "").begin() as own:
        migrate(own)
