"""Files on their way in: counted and hashed while they come."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scholarnet.errors import Invalid, TooLarge

CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """A file on this machine: how long it is, and what it is known by."""

    path: Path
    size: int
    sha256: str


def receive(chunks: Iterable[bytes], path: Path, *, most: int) -> File:
    """Write what comes to `path`; TooLarge as soon as there are more than `most` bytes."""
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                msg = f"a file has at most {most:,} bytes here"
                raise TooLarge(msg)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise Invalid("content", "the body is empty: send the bytes of the file as the body")
    return File(path, size, digest.hexdigest())


def examine(path: Path) -> File:
    """Measure and hash a file that is there."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return File(path, path.stat().st_size, digest)


def tail(path: Path, length: int) -> bytes:
    """Return the last bytes of a file."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - length, 0))
        return file.read()
