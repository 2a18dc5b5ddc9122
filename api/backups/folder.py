"""The folder of a backup: it appears whole or not at all, and every byte in it is checked before any is believed."""

import gzip
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from scholarnet.errors import InputError

FORMAT = 1
MANIFEST = "manifest.json"
OBJECTS = "objects"
BLOCK = 2**20
NEEDED = ("database", "revision", "made_at", "tables", "attachments", "files")


@dataclass(slots=True)
class Folder:
    """A backup on its way: `told` is what its manifest says so far."""

    path: Path
    told: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def adding(self, name: str, *, packed: bool = False) -> Iterator[BinaryIO]:
        """A new file, which nobody but its owner may read; `packed` makes it a gzip archive."""
        path = self.path / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with open(path, "xb", opener=_private) as raw:
            if packed:
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=1, mtime=0) as file:
                    yield file  # type: ignore[misc]
            else:
                yield raw
        self.seal(name)

    def seal(self, name: str) -> None:
        """Bring a file to the disk, and into the manifest."""
        path = self.path / name
        with path.open("rb") as written:
            os.fsync(written.fileno())
        self.told.setdefault("files", {})[name] = {"bytes": path.stat().st_size, "sha256": digest_of(path)}


@contextmanager
def new_folder(path: Path) -> Iterator[Folder]:
    """A folder that appears with its manifest once the block has ended well. InputError where it cannot be."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(str(path), "is there already; name a folder that is not, or is empty")
    hidden = path.absolute().with_name(f".{path.name}-{secrets.token_hex(8)}.new")
    try:
        hidden.mkdir(mode=0o700)
        folder = Folder(hidden, {"format": FORMAT, "files": {}})
        yield folder
        with open(hidden / MANIFEST, "xb", opener=_private) as file:
            file.write(orjson.dumps(folder.told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
            file.flush()
            os.fsync(file.fileno())
        hidden.replace(path)
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def open_folder(path: Path) -> Folder:
    """A backup, every byte of which is as it was written. InputError names the file that is not."""
    place = path / MANIFEST
    try:
        told = orjson.loads(place.read_bytes())
    except OSError as error:
        raise InputError(str(place), f"cannot be read: {error.strerror or error}; is this a backup?") from error
    except orjson.JSONDecodeError as error:
        raise InputError(str(place), f"is not JSON: {error}") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT or any(name not in told for name in NEEDED):
        raise InputError(str(place), f"is not what a backup of format {FORMAT} says of itself")
    for name, file in told["files"].items():
        _check(path, name, file)
    return Folder(path, told)


def digest_of(path: Path) -> str:
    """Return the sha256 of a file."""
    state = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            state.update(block)
    return state.hexdigest()


def _check(folder: Path, name: str, told: dict[str, Any]) -> None:
    path = folder / name
    if ".." in Path(name).parts or Path(name).is_absolute() or not path.is_file():
        raise InputError(str(path), "is named in the manifest and not there")
    if path.stat().st_size != told["bytes"] or digest_of(path) != told["sha256"]:
        raise InputError(str(path), "is not as it was written; nothing was restored")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
