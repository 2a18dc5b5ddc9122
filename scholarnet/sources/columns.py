"""What a column is called, and how its texts become values. A parser refuses with a ValueError."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from sys import float_info
from typing import Any

LONGEST_ID = 512
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that a reader asks for: the name we use, other headers it is known by, and its parser."""

    name: str
    parse: Callable[[str], Any]
    aliases: tuple[str, ...] = ()
    required: bool = True


def shown(text: str) -> str:
    """Quote a text for a message, cut where it would bury the message."""
    return repr(text) if len(text) <= 40 else f"{text[:40]!r}…"


def text_id(text: str) -> str:
    """Read an identifier: not empty, no control characters (a quote left open swallows lines), bounded."""
    value = text.strip()
    if not value:
        raise ValueError("is empty")
    if len(value) > LONGEST_ID:
        raise ValueError(f"{shown(value)} has {len(value):,} characters; at most {LONGEST_ID} are allowed")
    if not value.isprintable() and CONTROL.search(value):
        raise ValueError(f"{shown(value)} contains a line break or another control character")
    return value


def number(*, low: float = -float_info.max, high: float = float_info.max) -> Callable[[str], float]:
    """Return a parser of finite decimal numbers from `low` to `high`."""

    def parse(text: str) -> float:
        value = _float(text)
        if low <= value <= high:
            return value
        raise ValueError(
            f"{shown(text)} is not a finite number"
            if not isfinite(value)
            else f"{shown(text)} is outside {low:g} to {high:g}"
        )

    return parse


def whole_number(*, low: int, high: int) -> Callable[[str], int]:
    """Return a parser of whole numbers; `4.0` is one, since many tools write them so."""
    within = number(low=low, high=high)

    def parse(text: str) -> int:
        value = within(text)
        if value != int(value):
            raise ValueError(f"{shown(text)} is not a whole number")
        return int(value)

    return parse


@dataclass(slots=True)
class Time:
    """A parser of times as seconds: ISO 8601 (UTC where no zone is given), or plain numbers in any unit.

    One parser reads one file, since it holds the file to the kind that it met first: an order
    between a date and a bare counter would be made up.
    """

    kind: str = field(default="", init=False)

    def __call__(self, text: str) -> float:
        """Return the time as a number that orders as time does."""
        kind, value = _time(text.strip())
        if self.kind and kind != self.kind:
            raise ValueError(f"{shown(text)} is {kind}, but the times above are each {self.kind}")
        self.kind = kind
        return value


def _float(text: str) -> float:
    # float() would take 1_000 and digits of other scripts, which other readers of the same file refuse.
    if "_" not in text and text.isascii():
        try:
            return float(text)
        except ValueError:
            pass
    raise ValueError(f"{shown(text)} is not a number" if text.strip() else "is empty")


def _time(text: str) -> tuple[str, float]:
    try:
        return "a number", number()(text)
    except ValueError:
        if not text:
            raise
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{shown(text)} is neither an ISO 8601 time nor a finite number") from None
    return "an ISO 8601 time", (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
