"""Where the bytes of attachments are: a local folder, or a bucket behind an s3:// URL."""

from __future__ import annotations  # what is loaded later is not looked at for a signature

import os
import secrets
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import obstore

CHUNK = 256 * 1024
PART = 8 * 1024 * 1024  # of an upload to a bucket, and of a download from one
BUCKET: Any = {"connect_timeout": "5s", "timeout": "60s"}  # of a request to a bucket, with all its bytes
RETRIES: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=60)}  # of what failed for now
OBJECTS, INCOMING, THUMBNAIL = "objects", "incoming", ".thumbnail"


class Storage:
    """Objects under random keys. What is on its way waits in the folder `incoming`, on this machine."""

    def __init__(self, url: str) -> None:
        self._folder: Path | None = None
        self._store: obstore.store.LocalStore | obstore.store.S3Store
        if url.startswith("s3://"):
            self._store = obstore.store.S3Store.from_url(url, client_options=BUCKET | _plain(), retry_config=RETRIES)
            self.incoming = Path(tempfile.gettempdir()) / "scholarnet-incoming"
        else:
            root = Path(url).absolute()
            self._folder = root / OBJECTS
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._store = obstore.store.LocalStore(self._folder)
            self.incoming = root / INCOMING
        self.incoming.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, path: Path, key: str) -> None:
        """Keep a file of `incoming`: at once and whole, or not at all."""
        if self._folder is None:
            obstore.put(self._store, key, path, chunk_size=PART)
            path.unlink()
        else:
            path.replace(self._folder / key)

    def read(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """Give the bytes from `start` on, a part at a time."""
        for begin in range(start, start + length, PART):  # a slow reader of a large file holds no request for long
            until = min(start + length, begin + PART)
            found = obstore.get(self._store, key, options={"range": (begin, until)})
            for chunk in found.stream(min_chunk_size=CHUNK):
                yield bytes(chunk)

    def size(self, key: str) -> int:
        """Return how many bytes an object has."""
        return obstore.head(self._store, key)["size"]

    def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            return

    def keys_before(self, moment: datetime) -> Iterator[list[str]]:
        """The keys of the objects that are older, some at a time."""
        for entries in obstore.list(self._store):
            yield [entry["path"] for entry in entries if entry["last_modified"] < moment]

    def incoming_before(self, moment: datetime) -> Iterator[Path]:
        """The files that were on their way then, and of which nothing became."""
        for path in self.incoming.iterdir():
            try:
                changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except FileNotFoundError:
                continue  # its upload, or another collector, was done with it just now
            if changed < moment:
                yield path


def _plain() -> Any:
    """Whether a bucket may be asked without TLS, which options that are given would otherwise overrule."""
    return {"allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true"}


@cache
def open_storage(url: str) -> Storage:
    """Return the storage behind a URL, one for each process."""
    return Storage(url)


def new_key() -> str:
    """Return a key that says nothing and that nobody guesses."""
    return secrets.token_hex(16)


def thumbnail_of(key: str) -> str:
    """Return the key of the small image that belongs to an object."""
    return key + THUMBNAIL


def owner_of(key: str) -> str:
    """Return the key of the object that a key belongs to: itself, or what it is the small image of."""
    return key.removesuffix(THUMBNAIL)
