"""The values of our own records as JSON has them, and back: exact, and by the types that the record declares."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from scholarnet.services.epoch_hashes import as_text

T = TypeVar("T")
AS_THEY_ARE = frozenset({int, float, str, bool, dict, type(None)})  # most values: asked first, for each of millions


def plain(value: Any) -> Any:
    """Return a value as JSON has it; a record as a dict, a float as it is."""
    if type(value) in AS_THEY_ARE:
        return value
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def typed(kind: Any, value: Any) -> Any:
    """Return what `plain` made into `value`, given its type. ValueError, TypeError or KeyError where it is no such."""
    if isinstance(kind, UnionType):
        return None if value is None else typed(next(one for one in get_args(kind) if one is not type(None)), value)
    if is_dataclass(kind):
        return record_of(kind, value)  # type: ignore[arg-type]
    if get_origin(kind) is tuple:
        return tuple(typed(get_args(kind)[0], one) for one in value)
    if get_origin(kind) is dict:
        return {str(key): typed(get_args(kind)[1], one) for key, one in value.items()}
    return READ.get(kind, kind)(value)


def record_of(kind: Callable[..., T], data: dict[str, Any], **given: Any) -> T:
    """Return a record of that type, its fields from `data` but for those given."""
    hints = _hints(kind)
    return kind(**given, **{name: typed(hint, data[name]) for name, hint in hints.items() if name not in given})


@cache
def _hints(kind: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        msg = f"{value!r} is not a whole number"
        raise ValueError(msg)
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        msg = f"{value!r} is not a number"
        raise ValueError(msg)
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        msg = f"{value!r} is not a text"
        raise ValueError(msg)
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        msg = f"{value!r} has no time zone"
        raise ValueError(msg)
    return moment


def _day(value: Any) -> date:
    return date.fromisoformat(_text(value))


READ: dict[Any, Callable[[Any], Any]] = {int: _whole, float: _number, str: _text, datetime: _moment, date: _day}
