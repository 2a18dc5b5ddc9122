"""JSON lines, read as a stream: one object a line, plain or gzipped."""

from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson

from scholarnet.errors import InputError
from scholarnet.sources.files import read_lines


def read_json_lines(path: Path) -> Generator[tuple[int, dict[str, Any]]]:
    """Yield (line, object) for each line that holds something.

    Raises InputError for a line that is not JSON (NaN and Infinity are not), not an object, or
    that smuggles in a NUL, which PostgreSQL could not keep; and for a file with no object at all.
    """
    number = 0
    with closing(read_lines(path)) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, _object(line, path=path, number=number)
    if not number:
        raise InputError(str(path), "the file is empty; every line must hold a JSON object", line=1)


def _object(line: str, *, path: Path, number: int) -> dict[str, Any]:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        message = f"the line is not JSON: {error.msg} at character {error.pos + 1}"
        raise InputError(str(path), message, line=number) from error
    if not isinstance(value, dict):
        raise InputError(str(path), "the line is JSON, but not an object in braces", line=number)
    if "\\u0000" in line.replace("\\\\", ""):  # a doubled backslash escapes itself, not what follows
        raise InputError(str(path), "a text contains NUL (\\u0000)", line=number)
    return value
