"""The folder of an exported epoch: `epoch.json` says what is in it, the other files are sealed lines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from scholarnet.errors import InputError
from scholarnet.sources.outputs import open_outputs
from scholarnet.sources.sealed_lines import Record, read_sealed, seal

FORMAT = 1
MANIFEST = "epoch.json"
NEEDED = (
    "format",
    "detail",
    "id",
    "hash",
    "scores_hash",
    "model_version",
    "as_of",
    "log_position",
    "population",
    "files",
)


@dataclass(slots=True)
class _Writing:
    """A file on its way, and what the manifest will say of it."""

    file: TextIO
    seed: str
    n_lines: int = 0
    state: Any = field(default_factory=sha256)

    def add(self, record: Record) -> None:
        self.n_lines += 1
        line = seal(record, line=self.n_lines, seed=self.seed)
        self.state.update(line)
        self.file.write(line.decode())


def seed_of(manifest: Record, name: str) -> str:
    """What the lines of a file are sealed with besides what they say: no line passes for one of another epoch's."""
    return f"{manifest['hash']} {manifest['detail']} {name}"


def write_folder(
    folder: Path, *, manifest: Record, names: Sequence[str], records: Iterable[tuple[str, Record]]
) -> None:
    """Write records, each with the name of its file, into a new folder; all files appear, or none.

    `manifest` needs `detail` and `hash`. InputError where the folder is not empty or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError(str(folder), "is not empty; name a folder that is, or that is not there")
    except OSError as error:
        raise InputError(str(folder), f"cannot be made: {error.strerror or error}") from error
    paths = {name: folder / name for name in (*names, MANIFEST)}
    with open_outputs(*paths.values()) as files:
        writing = {name: _Writing(files[paths[name]], seed_of(manifest, name)) for name in names}
        for name, record in records:
            writing[name].add(record)
        told = {name: {"lines": one.n_lines, "sha256": one.state.hexdigest()} for name, one in writing.items()}
        head = {"section": "epoch", "format": FORMAT, **manifest, "files": told}
        files[paths[MANIFEST]].write(seal(head, line=1, seed=MANIFEST).decode())


def read_manifest(folder: Path) -> Record:
    """What the folder says of itself. InputError where it is no export, or was changed."""
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            lines = list(read_sealed(file, path=path, seed=MANIFEST))
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or error}; is this an export?") from error
    if len(lines) != 1 or any(name not in lines[0] for name in NEEDED):
        raise InputError(str(path), "is not what an export says of itself")
    if lines[0]["format"] != FORMAT:
        raise InputError(str(path), f"is of format {lines[0]['format']!r}; this version reads format {FORMAT}")
    return lines[0]


def read_file(folder: Path, manifest: Record, name: str) -> Iterator[Record]:
    """The records of one file. InputError names the file and the line that is not as it was written."""
    path, told, state, n_lines = folder / name, manifest["files"][name], sha256(), 0
    try:
        with path.open("rb") as file:
            for record in read_sealed(file, path=path, seed=seed_of(manifest, name)):
                n_lines += 1
                yield record
        with path.open("rb") as file:
            while block := file.read(2**20):
                state.update(block)
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or error}") from error
    if n_lines < told["lines"]:
        raise InputError(str(path), f"ends here; {told['lines'] - n_lines} lines are missing", line=n_lines + 1)
    if n_lines > told["lines"] or state.hexdigest() != told["sha256"]:
        raise InputError(str(path), f"is not the file that {MANIFEST} tells of: lines were added or exchanged")
