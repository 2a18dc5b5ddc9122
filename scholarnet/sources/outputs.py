"""Files that appear together, whole, or not at all."""

import gzip
import io
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

from scholarnet.errors import InputError


@contextmanager
def open_outputs(*paths: Path) -> Iterator[dict[Path, TextIO]]:
    """Open files for writing that appear when the block has ended well, all of them or none.

    What stood there before is replaced only then. A name that ends in .gz gets a gzip archive,
    with the same bytes for the same text. Raises InputError where a file cannot be made.
    """
    check_outputs(*paths)
    drafts: list[Draft] = []
    try:
        for path in paths:
            drafts.append(Draft(path))  # noqa: PERF401 (those made before a failure must be known below)
        yield {draft.path: draft.text for draft in drafts}
        for draft in drafts:
            draft.finish()
        _appear(drafts)
    except OSError as error:
        named = str(error.filename or ", ".join(map(str, paths)))
        raise InputError(named, f"cannot be written: {error.strerror or error}") from error
    finally:
        for draft in drafts:
            draft.discard()


def check_outputs(*paths: Path, inputs: Sequence[Path] = ()) -> None:
    """Refuse outputs that cannot appear, before the work that they are to hold is begun."""
    taken = {_place(path) for path in inputs}
    for path in paths:
        place = _place(path)
        if place in taken:
            raise InputError(str(path), "is named twice; an output must have a name of its own")
        taken.add(place)
        if place.exists() and not place.is_file():
            raise InputError(str(path), "is there and is not a file; name a file to write to")
        if not place.parent.is_dir():
            raise InputError(str(path), f"there is no directory {str(path.parent)!r}; make it first")
        if not os.access(place.parent, os.W_OK | os.X_OK):
            raise InputError(str(path), f"the directory {str(path.parent)!r} does not allow writing")


def _place(path: Path) -> Path:
    try:
        place = path.resolve()  # through a link, the file it points to is meant
        place.exists()
    except (OSError, RuntimeError) as error:  # a name too long, links in a circle
        raise InputError(str(path), f"is no name for a file: {error}") from error
    return place


class Draft:
    """A file under a hidden name in the directory of the file that it will become."""

    def __init__(self, path: Path) -> None:
        self.path, self.target = path, _place(path)
        mark = secrets.token_hex(8)
        self.hidden = self.target.with_name(f".scholarnet-{mark}.new")
        self.previous = self.target.with_name(f".scholarnet-{mark}.old")
        self.raw = self.hidden.open("xb")
        self.text = io.TextIOWrapper(_packed(self.raw, path=path), encoding="utf-8", newline="")

    def finish(self) -> None:
        """Bring every byte to the disk, so that a crash after the renaming cannot leave an empty file."""
        self.text.close()
        self.raw.close()  # an archive leaves the file below it open
        with self.hidden.open("rb") as written:
            os.fsync(written.fileno())

    def appear(self) -> None:
        """Take the target's place, and keep what was there until all drafts have appeared."""
        if self.target.exists():
            try:
                os.link(self.target, self.previous)
            except OSError:  # a file system without hard links
                shutil.copy2(self.target, self.previous)
            shutil.copymode(self.target, self.hidden)
        self.hidden.replace(self.target)

    def revert(self) -> None:
        """Undo `appear`."""
        if self.previous.exists():
            self.previous.replace(self.target)
        else:
            self.target.unlink()

    def discard(self) -> None:
        """Leave nothing but the target, if it has appeared."""
        with suppress(OSError):
            self.text.close()
        with suppress(OSError):
            self.raw.close()
        for path in (self.hidden, self.previous):
            path.unlink(missing_ok=True)


def _packed(raw: BinaryIO, *, path: Path) -> BinaryIO:
    # Neither the time nor the hidden name goes into the archive.
    return gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) if path.suffix == ".gz" else raw  # type: ignore[return-value]


def _appear(drafts: Sequence[Draft]) -> None:
    there: list[Draft] = []
    try:
        for draft in drafts:
            draft.appear()
            there.append(draft)
    except BaseException:
        for draft in reversed(there):
            draft.revert()
        raise
