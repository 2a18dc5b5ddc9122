"""From bytes that come to an object that is kept: received, checked, drawn anew if it is an image, stored."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import InterfaceError, OperationalError

from scholarnet.media.images import Picture, draw_anew
from scholarnet.media.kinds import check_kind, kind_of
from scholarnet.media.streams import File, examine, receive
from scholarnet.storage import Storage, new_key, thumbnail_of


@dataclass(frozen=True, slots=True)
class Upload:
    """An object in the storage, to which a row has still to point."""

    name: str
    media_type: str
    file: File
    key: str
    picture: Picture | None


@contextmanager
def uploading(storage: Storage, chunks: Iterable[bytes], *, name: str, most: int) -> Iterator[Upload]:
    """Store what comes for as long as the caller needs to point to it; if that fails, nothing is left.

    Where the database does not say whether it does point to it, the file stays: it is an orphan at worst.
    """
    kind_of(name)  # before anything is read
    key = new_key()
    came, drawn, small = (storage.incoming / f"{key}.{part}" for part in ("came", "drawn", "small"))
    try:
        file = receive(chunks, came, most=most)
        kind = check_kind(came, name)
        picture = None
        if kind.form:
            picture = draw_anew(came, kind.form, to=drawn, thumbnail=small)
            file = examine(drawn)
            storage.put(small, thumbnail_of(key))
        storage.put(file.path, key)
        yield Upload(name, kind.media_type, file, key, picture)
    except (OperationalError, InterfaceError):
        raise
    except BaseException:
        storage.delete(key)
        storage.delete(thumbnail_of(key))
        raise
    finally:
        _remove(came, drawn, small)


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
