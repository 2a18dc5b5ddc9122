"""The filter dialect of lists: ``tag:mri,tier:strong|sound,kind:!micro,created_at:>2026-01-01``.

A comma means and, ``|`` or, ``!`` not; ``<``, ``>``, ``<=``, ``>=`` begin a range; quotes keep a comma in a value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from scholarnet.errors import BadQuery

PIECE = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^,"])+')
VALUE = re.compile(r'"((?:[^"\\]|\\.)*)"|([^|"]+)')
OPERATORS = (">=", "<=", ">", "<")
DAY = timedelta(days=1)
MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Condition:
    """One part between commas: any of `values`, or a comparison with the only one of them."""

    field: str
    operator: str  # "=", or one of OPERATORS
    values: tuple[str, ...]
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A field one can filter by: how its values are read, and what SQL a value becomes."""

    read: Callable[[str], Any]
    matches: Callable[[Sequence[Any]], ColumnElement[bool]]
    column: Any = None  # a column that ranges compare; None where there is no order

    def clause(self, condition: Condition) -> ColumnElement[bool]:
        """Return the SQL of a condition on this field."""
        values = [self._value(condition, text) for text in condition.values]
        if condition.operator == "=":
            found = self.matches(values)
        elif self.column is None:
            msg = f"filter: {condition.field} has no order; ask for values, without {condition.operator}"
            raise BadQuery(msg)
        else:
            compare = {">": "__gt__", "<": "__lt__", ">=": "__ge__", "<=": "__le__"}[condition.operator]
            found = or_(*(getattr(self.column, compare)(value) for value in values))
        return not_(found) if condition.is_negated else found

    def _value(self, condition: Condition, text: str) -> Any:
        try:
            return self.read(text)
        except ValueError as error:
            msg = f"filter: {condition.field}: {error}"
            raise BadQuery(msg) from error


@dataclass(frozen=True, slots=True)
class Days:
    """A column of moments of which nothing finer than the day, in UTC, can be asked for."""

    column: Any

    def any_of(self, days: Sequence[datetime]) -> ColumnElement[bool]:
        """Whether it is one of these days."""
        return or_(*(and_(self >= one, self <= one) for one in days))

    def __gt__(self, one: datetime) -> ColumnElement[bool]:
        return self >= one + DAY

    def __ge__(self, one: datetime) -> ColumnElement[bool]:
        return self.column.__ge__(one)  # type: ignore[no-any-return]

    def __lt__(self, one: datetime) -> ColumnElement[bool]:
        return self.column.__lt__(one)  # type: ignore[no-any-return]

    def __le__(self, one: datetime) -> ColumnElement[bool]:
        return self < one + DAY


def parse(text: str) -> list[Condition]:
    """Return the conditions of a filter; BadQuery says which part is not one."""
    return [_condition(piece.strip()) for piece in PIECE.findall(text) if piece.strip()]


def clauses(conditions: Sequence[Condition], allowed: Mapping[str, Filter]) -> list[ColumnElement[bool]]:
    """Return the SQL of a filter over the allowed fields."""
    for condition in conditions:
        if condition.field not in allowed:
            msg = f"filter: there is no field {condition.field!r}; there are: {', '.join(sorted(allowed))}"
            raise BadQuery(msg)
    return [allowed[condition.field].clause(condition) for condition in conditions]


def one_of(kinds: Sequence[str]) -> Callable[[str], str]:
    """Read a value of an enumeration."""

    def read(text: str) -> str:
        if text not in kinds:
            msg = f"{text!r} is none of {', '.join(kinds)}"
            raise ValueError(msg)
        return text

    return read


def moment(text: str) -> datetime:
    """Read an ISO 8601 date or time; without a zone it is UTC."""
    read = datetime.fromisoformat(text)
    try:
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except OverflowError as error:
        msg = f"{text!r} lies outside the years 1 to 9999"
        raise ValueError(msg) from error


def day(text: str) -> datetime:
    """Read an ISO 8601 day, as its first moment in UTC."""
    read = date.fromisoformat(text)
    if read == date.max:
        msg = f"{text!r} has no day after it"
        raise ValueError(msg)
    return datetime.combine(read, time(), UTC)


def flag(text: str) -> bool:
    """Read true or false."""
    return one_of(["true", "false"])(text) == "true"


def whole(text: str) -> int:
    """Read a whole number of a size that columns hold."""
    value = int(text)
    if abs(value) > MOST:
        msg = f"{text!r} is more than {MOST}"
        raise ValueError(msg)
    return value


def number(text: str) -> float:
    """Read a finite number."""
    value = float(text)
    if value - value != 0:
        msg = f"{text!r} is not a finite number"
        raise ValueError(msg)
    return value


def _condition(piece: str) -> Condition:
    field, colon, rest = piece.partition(":")
    is_negated = rest.startswith("!")
    rest = rest.removeprefix("!")
    operator = next((sign for sign in OPERATORS if rest.startswith(sign)), "=")
    rest = rest.removeprefix(operator if operator != "=" else "")
    values = tuple(
        re.sub(r"\\(.)", r"\1", quoted) if quoted else plain.strip() for quoted, plain in VALUE.findall(rest)
    )
    if not colon or not values or not all(values):
        msg = f"filter: {piece!r} is not of the form field:value, field:a|b, field:!value or field:>value"
        raise BadQuery(msg)
    return Condition(field.strip(), operator, values, is_negated)
