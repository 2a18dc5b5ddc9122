"""The files that a backup's rows refer to. They never change, so they are copied once the moment is fixed."""

from pathlib import Path

from api.backups.folder import BLOCK, OBJECTS, Folder
from api.backups.tables import Run
from scholarnet.storage import Storage, new_key, thumbnail_of

ATTACHED = "SELECT DISTINCT object_key, has_thumbnail FROM attachment"
IMPORTED = "SELECT object_key FROM import_job WHERE object_key IS NOT NULL"


def copy_objects(run: Run, storage: Storage, folder: Folder, *, are_copied: bool) -> None:
    """Copy what the rows refer to, or write down the keys alone, where a bucket keeps them; what is gone is named."""
    keys = {key for (key,) in run(IMPORTED)}
    for key, has_thumbnail in run(ATTACHED):
        keys |= {key, thumbnail_of(key)} if has_thumbnail else {key}
    told = folder.told["attachments"] = {"copied": are_copied, "keys": sorted(keys), "missing": []}
    for key in sorted(keys):
        try:
            size = storage.size(key)
        except FileNotFoundError:
            told["missing"].append(key)
            continue
        if are_copied:
            with folder.adding(f"{OBJECTS}/{key}") as file:
                for chunk in storage.read(key, 0, size):
                    file.write(chunk)


def restore_objects(storage: Storage, folder: Folder) -> list[str]:
    """Put the copied files back; return the keys that the rows refer to and that are nowhere."""
    told = folder.told["attachments"]
    for name in folder.told["files"]:
        place, _, key = name.partition("/")
        if place == OBJECTS:
            _put(storage, folder.path / name, key)
    return [key for key in told["keys"] if not _is_there(storage, key)]


def _put(storage: Storage, path: Path, key: str) -> None:
    draft = storage.incoming / new_key()
    with path.open("rb") as kept, draft.open("xb") as file:
        while block := kept.read(BLOCK):
            file.write(block)
    storage.put(draft, key)


def _is_there(storage: Storage, key: str) -> bool:
    try:
        storage.size(key)
    except FileNotFoundError:
        return False
    return True
