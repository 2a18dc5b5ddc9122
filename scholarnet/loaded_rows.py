"""Rows of columns as the objects that a session would have made of them: loading them by the ORM costs more than to
read them."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import manager_of_class, set_committed_value
from sqlalchemy.orm.util import identity_key

from scholarnet.db import Base

T = TypeVar("T", bound=Base)


def as_loaded(session: Session, table: type[T], values: Mapping[str, Any]) -> T:
    """Return the row with these attributes as one that the session has loaded; if it has, what is missing is added.

    `values` has the row's `id`, and may have its relations; what it leaves out is loaded when it is asked for.
    """
    held = session.identity_map.get(identity_key(table, values["id"]))
    if held is not None:
        for name in values.keys() - held.__dict__.keys():
            set_committed_value(held, name, values[name])
        return held
    row: T = manager_of_class(table).new_instance()
    row.__dict__.update(values)
    make_transient_to_detached(row)
    session.add(row)
    return row
