"""Where an epoch that is not in force can be had from: a folder that it was exported to, what the API gave of it, or
what is kept of it."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from sqlalchemy.orm import Session

from scholarnet.errors import InputError
from scholarnet.models import Epoch, ShardSection
from scholarnet.services.epoch_exports import (
    OPERATORS,
    PEOPLE_FILE,
    PUBLIC,
    WORKS_FILE,
    Filed,
    files_of,
    manifest_of,
    post_files,
)
from scholarnet.services.epoch_inputs import Recorded, recorded
from scholarnet.services.epoch_records import Record
from scholarnet.services.epoch_shards import read_records, refuse_dropped
from scholarnet.sources.epoch_folders import MANIFEST, read_file, read_manifest
from scholarnet.sources.json_lines import read_json_lines

TOLD = ("id", "scores_hash", "n_posts", "population")  # of a download, by its first line


def open_folder(folder: Path) -> Record:
    """The manifest of an export, whose files are those that it should have. InputError where they are not."""
    manifest = read_manifest(folder)
    files = manifest["files"] if isinstance(manifest["files"], dict) else {}
    n_parts = sum(name.startswith("posts-") for name in files)
    is_known = n_parts > 0 and manifest["detail"] in (OPERATORS, PUBLIC)
    if not is_known or set(files) != set(files_of(manifest["detail"], n_parts)):
        raise InputError(str(folder / MANIFEST), "does not name the files of an export")
    return manifest


def folder_records(folder: Path, manifest: Record) -> Filed:
    """All records of a folder, each with its file."""
    for name in manifest["files"]:
        yield from ((name, record) for record in read_file(folder, manifest, name))


def recorded_folder(folder: Path) -> Recorded:
    """The epoch of an operators' export. InputError where it is none, or a byte of it is not as it was written."""
    manifest = open_folder(folder)
    if manifest["detail"] != OPERATORS:
        raise InputError(str(folder), "is a public export; it takes the operators' for this")
    n_parts = len(manifest["files"]) - 2
    return recorded(
        str(folder),
        manifest,
        people=read_file(folder, manifest, PEOPLE_FILE),
        works=read_file(folder, manifest, WORKS_FILE),
        parts=[read_file(folder, manifest, name) for name in post_files(n_parts)],
    )


def recorded_epoch(session: Session, *, epoch: Epoch) -> Recorded:
    """The epoch as it is kept in the database. Raises Dropped where it is not any more."""
    refuse_dropped(session, epoch=epoch)
    sections = {section: read_records(session, epoch=epoch, section=section) for section in ShardSection}
    return recorded(
        f"epoch {epoch.public_id}",
        manifest_of(epoch, detail=OPERATORS),
        people=sections[ShardSection.PEOPLE],
        works=sections[ShardSection.WORKS],
        parts=[sections[ShardSection.POSTS]],
    )


def public_files(folder: Path, manifest: Record) -> Iterator[Iterator[Record]]:
    """The records of a public export, file by file."""
    for _, records in groupby(folder_records(folder, manifest), key=lambda filed: filed[0]):
        yield (record for _, record in records)


def open_download(path: Path) -> tuple[Record, Iterator[Record]]:
    """The manifest and the records of a file that `/epochs/{id}/export` gave. InputError where it is none, and, once
    the records are read, where it was cut off."""
    lines = read_json_lines(path)
    _, manifest = next(lines)
    if manifest.get("section") != "epoch" or any(name not in manifest for name in TOLD):
        raise InputError(str(path), "does not begin as an exported epoch does", line=1)
    if manifest.get("detail") != PUBLIC:
        raise InputError(str(path), "is not the public export; replay the operators' from its folder", line=1)
    return manifest, _downloaded(path, lines)


def _downloaded(path: Path, lines: Iterator[tuple[int, Record]]) -> Iterator[Record]:
    counts, number = {"post": 0, "review": 0}, 1
    for number, record in lines:
        section = record.get("section")
        if section in counts:
            counts[section] += 1
            yield record
        elif section == "end" and record == {"section": "end", **{f"n_{one}s": n for one, n in counts.items()}}:
            return
        else:
            raise InputError(str(path), f"is no post, review or end that counts {counts} of them", line=number)
    raise InputError(str(path), "ends before its last line; download it again", line=number)
