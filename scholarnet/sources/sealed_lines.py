"""Lines of JSON that each carry a check of their own: a changed byte is found, and named by file, line and field.

    {"line":7,"section":"review", …, "check":"2f8e6c0a91d47b35:a07f…"}

Before the colon the first 16 digits of the sha256 over a seed (what the file belongs to, and its name), a colon, the
line up to the check, and what stands behind the colon: two digits of CRC-32 for every field, by which the changed one
is named. A line that is missing, added or swapped is told by the number it carries.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

import orjson

from scholarnet.errors import InputError

CHECK = b',"check":"'
DIGITS = 16
LONGEST = 2**22  # bytes of a line
Record = dict[str, Any]


def seal(record: Record, *, line: int, seed: str) -> bytes:
    """Return the record as line number `line`, with its check and the newline."""
    numbered = {"line": line, **record}
    body, marks = orjson.dumps(numbered)[:-1], _marks(numbered)
    return b"".join((body, CHECK, _digest(body, marks, seed), b":", marks, b'"}\n'))


def read_sealed(file: BinaryIO, *, path: Path, seed: str) -> Iterator[Record]:
    """The records of a file. InputError names the line, and the field where that can be told, that is not as sealed."""
    line = 0
    while raw := file.readline(LONGEST):
        line += 1
        yield unseal(raw, line=line, seed=seed, path=path)


def unseal(raw: bytes, *, line: int, seed: str, path: Path) -> Record:
    """Return what was sealed as that line; InputError where it is not as it was."""
    if not raw.endswith(b'"}\n'):
        raise InputError(str(path), "is cut off or damaged at its end", line=line)
    body, found, check = raw[:-3].rpartition(CHECK)
    digest, _, marks = check.partition(b":")
    if not found or digest != _digest(body, marks, seed):
        raise InputError(str(path), _damage(body, marks), line=line)
    record: Record = orjson.loads(body + b"}")
    if record.pop("line") != line:
        number = orjson.loads(body + b"}")["line"]
        raise InputError(str(path), f"is line {number}: a line is missing, was added or was moved here", line=line)
    return record


def _damage(body: bytes, marks: bytes) -> str:
    """What can be told of a line whose check does not fit."""
    try:
        record = orjson.loads(body + b"}")
    except orjson.JSONDecodeError as error:
        return f"was changed, and is no JSON any more: {error}"
    now = _marks(record) if isinstance(record, dict) else b""
    pairs = zip(_pairs(now), _pairs(marks), strict=False)
    names = [name for name, (is_, was) in zip(record, pairs, strict=False) if is_ != was] if now else []
    what = f"{record.get('section', 'record')} {record.get('id', '')}".strip() if now else "it"
    if len(now) == len(marks) and 0 < len(names) <= len(record) // 2:
        return f"was changed in {', '.join(map(repr, names))} of the {what}"
    return f"was changed, or is of another file: the {what} does not fit its check"


def _pairs(marks: bytes) -> Iterable[bytes]:
    return (marks[at : at + 2] for at in range(0, len(marks), 2))


def _marks(record: Record) -> bytes:
    return b"".join(b"%02x" % (crc32(orjson.dumps([name, value])) & 0xFF) for name, value in record.items())


def _digest(body: bytes, marks: bytes, seed: str) -> bytes:
    return sha256(b"%b:%b%b" % (seed.encode(), body, marks)).hexdigest()[:DIGITS].encode()
