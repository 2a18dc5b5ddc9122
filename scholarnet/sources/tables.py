"""Tables in CSV, read as a stream in batches of columns; what is wrong is named by file, line and column."""

import csv
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scholarnet.errors import InputError
from scholarnet.sources.columns import Column, shown
from scholarnet.sources.files import read_lines

BATCH_ROWS = 8192

# What the csv module says, and what a person can do about it.
ADVICE = {
    "unexpected end of data": "a quoted field is never closed",
    "field larger": f"a field has over {csv.field_size_limit():,} characters, or its quote is never closed",
    "new-line character": "a carriage return stands alone; end lines with LF or CRLF",
    "expected after": "text follows a closing quote; inside a quoted field, write a quote twice",
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows in their columns: `lines[k]` is where row k starts in the file, `columns[name][k]` its value."""

    lines: list[int]
    columns: dict[str, list[Any]]


def read_table(path: Path, *, columns: Sequence[Column], names: Mapping[str, str] | None = None) -> Iterator[Batch]:
    """Yield the table in batches, its columns parsed.

    `names` says what a column is called in this file (`{"item": "paper_id"}`). A column that is
    not required and not in the file is not in the batches. Lines with nothing on them are skipped;
    a table with a header and no row yields nothing. The file may be gzipped.

    Raises InputError for the first line that is wrong.
    """
    with closing(_records(path)) as records:
        line, header = next(records, (1, []))
        try:
            titles = _titles(header)
            where = _places(titles, columns=columns, names=names or {})
        except ValueError as error:
            raise InputError(str(path), str(error), line=line) from None
        for lines, rows in _batches(records, titles=titles, path=path):
            yield _parsed(lines, rows, columns=columns, where=where, titles=titles, path=path)


def _records(path: Path) -> Generator[tuple[int, list[str]]]:
    start = 1
    with closing(read_lines(path)) as lines:
        reader = csv.reader(lines, strict=True)
        try:
            for record in reader:
                if record:
                    yield start, record
                start = reader.line_num + 1
        except csv.Error as error:
            advice = next((text for sign, text in ADVICE.items() if sign in str(error)), str(error))
            raise InputError(str(path), advice, line=start) from error


def _titles(header: Sequence[str]) -> list[str]:
    if not header:
        raise ValueError("the file is empty; its first line must name the columns")
    titles = [title.strip() for title in header]
    if len(titles) == 1 and (";" in titles[0] or "\t" in titles[0]):
        raise ValueError(f"the header is {shown(titles[0])}; separate columns with commas")
    for place, title in enumerate(titles):
        if not title:
            raise ValueError(f"column {place + 1} of the header has no name")
        if title in titles[:place]:
            raise ValueError(f"the header names {shown(title)} twice")
    return titles


def _places(titles: Sequence[str], *, columns: Sequence[Column], names: Mapping[str, str]) -> dict[str, int]:
    where = {}
    for column in columns:
        wanted = (names[column.name],) if column.name in names else (column.name, *column.aliases)
        present = [title for title in wanted if title in titles]
        if len(present) > 1 and present[0] != column.name:
            raise ValueError(f"{column.name} may be any of {_list(present)}; {_remedy(column)}")
        if present:
            where[column.name] = titles.index(present[0])
        elif column.required or column.name in names:
            raise ValueError(f"there is no column {_list(wanted)}, only {_list(titles)}; {_remedy(column)}")
    return where


def _list(titles: Sequence[str]) -> str:
    return ", ".join(shown(title) for title in titles[:20]) + (", …" if len(titles) > 20 else "")


def _remedy(column: Column) -> str:
    return f"say which one it is with --columns {column.name}=HEADER"


def _batches(
    records: Iterator[tuple[int, list[str]]], *, titles: Sequence[str], path: Path
) -> Iterator[tuple[list[int], list[list[str]]]]:
    lines: list[int] = []
    rows: list[list[str]] = []
    try:
        for line, row in records:
            if len(row) != len(titles):
                raise _ragged(row, titles=titles, path=path, line=line)
            lines.append(line)
            rows.append(row)
            if len(rows) == BATCH_ROWS:
                yield lines, rows
                lines, rows = [], []
    except InputError:
        yield lines, rows  # so that a wrong value further up is the one that gets named
        raise
    yield lines, rows


def _ragged(row: Sequence[str], *, titles: Sequence[str], path: Path, line: int) -> InputError:
    counts = f"fields in the row: {len(row)}, in the header: {len(titles)}"
    message = f"{counts}; a comma inside a field needs quotes around it"
    return InputError(str(path), message, line=line, column=next(iter(titles[len(row) :]), None))


def _parsed(
    lines: list[int],
    rows: list[list[str]],
    *,
    columns: Sequence[Column],
    where: Mapping[str, int],
    titles: Sequence[str],
    path: Path,
) -> Batch:
    parsed: dict[str, list[Any]] = {}
    failure = None
    for column in columns:
        if column.name not in where:
            continue
        place, values = where[column.name], parsed.setdefault(column.name, [])
        try:
            for row in rows:
                values.append(column.parse(row[place]))  # how far it came tells the line at fault
        except ValueError as error:
            line = lines[len(values)]
            failure = InputError(str(path), str(error), line=line, column=titles[place])
            rows = rows[: len(values)]  # a later column can only be at fault further up
    if failure:
        raise failure
    return Batch(lines, parsed)
