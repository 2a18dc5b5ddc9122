"""A venue's reviews and the items they are of: a table of ratings, and JSON lines with titles, authors, keywords."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scholarnet.errors import InputError
from scholarnet.sources.columns import Column, Time, number, shown, text_id, whole_number
from scholarnet.sources.json_lines import read_json_lines
from scholarnet.sources.tables import read_table
from scoring.reviews import latest

COLUMNS = ("item", "reviewer", "rating", "confidence", "time")
ITEM_ALIASES = ("paper_id", "submission")
REVIEWER_ALIASES = ("review_no", "reviewer_id")
LONGEST_TOKEN = 200  # characters of an item's or a reviewer's id, and of an author's name: they become keys
LONGEST_TITLE = 300
LONGEST_KEYWORD = 120


@dataclass(frozen=True, slots=True)
class RatedRow:
    """One review; `rating` in the file's own units, `confidence` 1 to 5 where it is stated."""

    item: str
    reviewer: str
    rating: float
    confidence: int | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item, with what the file says of it."""

    item: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    keywords: tuple[str, ...]


def token(text: str) -> str:
    """Read an identifier that a key can be made of."""
    value = text_id(text)
    if len(value) > LONGEST_TOKEN:
        raise ValueError(f"{shown(value)} has {len(value):,} characters; at most {LONGEST_TOKEN} are allowed")
    return value


def read_reviews(path: Path, *, scale: tuple[float, float], names: Mapping[str, str] | None = None) -> list[RatedRow]:
    """Read the reviews, the latest of each reviewer and item: by time where the file has one, else by row.

    Raises InputError for the first line that is wrong, a rating off the scale included, and where there is no review.
    """
    low, high = scale
    columns = (
        Column(name="item", parse=token, aliases=ITEM_ALIASES),
        Column(name="reviewer", parse=token, aliases=REVIEWER_ALIASES),
        Column(name="rating", parse=number(low=low, high=high)),
        Column(name="confidence", parse=_confidence, required=False),
        Column(name="time", parse=Time(), required=False),
    )
    rows: list[RatedRow] = []
    times: list[float] = []
    for batch in read_table(path, columns=columns, names=names):
        given = batch.columns
        confidence = given.get("confidence") or [None] * len(batch.lines)
        rows += map(RatedRow, given["item"], given["reviewer"], given["rating"], confidence)
        times += given.get("time", [])
    if not rows:
        raise InputError(str(path), "there is a header and no review below it", line=1)
    items: dict[str, int] = {}
    reviewers: dict[str, int] = {}
    kept = latest(
        np.array([reviewers.setdefault(row.reviewer, len(reviewers)) for row in rows], np.int64),
        np.array([items.setdefault(row.item, len(items)) for row in rows], np.int64),
        np.array(times, np.float64) if times else None,
    )
    return [rows[row] for row in kept]


def read_items(path: Path, *, names: Mapping[str, str] | None = None) -> dict[str, ItemRow]:
    """Read the items by their ids. The id is under the name that the reviews have it under.

    `authors` and `keywords` are lists or texts: authors separated by semicolons, keywords by semicolons where there is
    one, else by commas. Raises InputError with the line.
    """
    keys = (names["item"],) if names and "item" in names else ("item", *ITEM_ALIASES)
    items: dict[str, ItemRow] = {}
    with closing(read_json_lines(path)) as lines:
        for line, value in lines:
            reader = _Reader(path, line, value)
            key = next((name for name in keys if name in value), keys[0])
            item = reader.read(key, _as_token)
            if item in items:
                raise reader.error(key, f"{shown(item)} is in the file a second time")
            items[item] = ItemRow(
                item=item,
                title=reader.read("title", _title) or item,
                abstract=reader.read("abstract", _text),
                authors=tuple(dict.fromkeys(reader.read("authors", _names))),
                keywords=tuple(dict.fromkeys(reader.read("keywords", _keywords))),
            )
    if not items:
        raise InputError(str(path), "the file holds no item", line=1)
    return items


@dataclass(frozen=True, slots=True)
class _Reader:
    """One object of the file, its values read under their names."""

    path: Path
    line: int
    value: Mapping[str, Any]

    def read(self, name: str, parse: Callable[[Any], Any]) -> Any:
        try:
            return parse(self.value.get(name))
        except ValueError as error:
            raise self.error(name, str(error)) from None

    def error(self, name: str, message: str) -> InputError:
        return InputError(str(self.path), message, line=self.line, column=name)


def _confidence(text: str) -> int | None:
    """1 to 5; nothing and 0 both mean that it was not stated."""
    return (whole_number(low=0, high=5)(text) or None) if text.strip() else None


def _as_token(value: Any) -> str:
    if value is None:
        raise ValueError("is missing; say which name it has with --columns item=NAME")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return token(_text(value))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{shown(str(value))} is not a text")
    return value.strip()


def _title(value: Any) -> str:
    title = " ".join(_text(value).split())
    if len(title) > LONGEST_TITLE:
        raise ValueError(f"{shown(title)} has {len(title):,} characters; at most {LONGEST_TITLE} are allowed")
    return title


def _names(value: Any) -> tuple[str, ...]:
    names = _list(value, separators=";")
    for name in names:
        if len(name) > LONGEST_TOKEN:
            raise ValueError(f"{shown(name)} has {len(name):,} characters; at most {LONGEST_TOKEN} are allowed")
    return names


def _keywords(value: Any) -> tuple[str, ...]:
    return tuple(keyword[:LONGEST_KEYWORD] for keyword in _list(value, separators=";,"))


def _list(value: Any, *, separators: str) -> tuple[str, ...]:
    """The parts of a list, or of a text at the first of `separators` that is in it; without empty ones."""
    if isinstance(value, list):
        parts = [_text(part) for part in value]
    else:
        text = _text(value)
        parts = text.split(next((sign for sign in separators if sign in text), separators[0]))
    return tuple(" ".join(part.split()) for part in parts if part.strip())
