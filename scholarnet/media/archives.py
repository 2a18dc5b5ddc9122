"""ZIP: walked to the last byte without anything being unpacked to disk."""

import stat
import struct
import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from scholarnet.errors import Invalid, TooLarge, UnsupportedKind
from scholarnet.media.contents import HEAD, is_dicom, is_program, mark_of
from scholarnet.media.names import check_name, extension_of
from scholarnet.media.streams import CHUNK, tail

MOST_ENTRIES, LONGEST_DIRECTORY = 10_000, 16 * 1024 * 1024
MOST_INFLATED, HIGHEST_RATIO = 4 * 1024**3, 200
END = struct.Struct("<4s4H2LH")  # mark, disks, entries, size and place of the directory, length of a comment
LOCAL = struct.Struct("<4s22x2H")
END_MARK, LOCAL_MARK = b"PK\x05\x06", b"PK\x03\x04"
BROKEN = (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, struct.error)


def check_zip(path: Path) -> None:
    """Refuse an archive that is cut off, a bomb, or holds what may not come in."""
    start = _start_of_directory(path)
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            _check_places(path, entries, start)
            _read_all(archive, most=min(MOST_INFLATED, HIGHEST_RATIO * path.stat().st_size))
    except BROKEN as error:
        raise Invalid("content", "the ZIP is damaged: an entry cannot be read as its directory says") from error


def _start_of_directory(path: Path) -> int:
    """Where the directory begins; it is measured before anything is read that its size could blow up."""
    ending = tail(path, END.size + 0xFFFF)
    at = ending.rfind(END_MARK)
    if at < 0 or len(ending) - at < END.size:
        raise Invalid("content", "the ZIP is cut off: the directory at its end is missing")
    _, _, _, _, entries, size, start, comment = END.unpack_from(ending, at)
    if at + END.size + comment != len(ending):
        raise UnsupportedKind("content", "is not only a ZIP: something follows its end")
    if not entries:
        raise Invalid("content", "the ZIP is empty")
    if entries > MOST_ENTRIES or size > LONGEST_DIRECTORY:
        msg = f"a ZIP has at most {MOST_ENTRIES:,} entries"
        raise TooLarge(msg)
    if start + size != path.stat().st_size - len(ending) + at:
        raise UnsupportedKind("content", "is not only a ZIP: something stands beside its entries")
    return int(start)


def _check_entries(entries: list[ZipInfo]) -> None:
    seen = set()
    for entry in entries:
        name = entry.orig_filename.removesuffix("/")
        for part in name.split("/"):
            try:
                check_name(part.lstrip("."))
            except Invalid as error:
                raise Invalid("content", f"the ZIP has an entry whose name is not plain: {name[:80]!r}") from error
        if ":" in name or ".." in name or name in seen:
            raise Invalid(
                "content", f"the ZIP has an entry whose name leads elsewhere or is not the only one: {name[:80]!r}"
            )
        seen.add(name)
        _check_form(entry, name)


def _check_form(entry: ZipInfo, name: str) -> None:
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise Invalid("content", f"the ZIP has a link or a device: {name[:80]!r}")
    if entry.flag_bits & 0x2041:
        raise UnsupportedKind("content", "is encrypted, so that nobody could see what is in it")
    if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise UnsupportedKind("content", "is compressed by a method other than deflate")


def _check_places(path: Path, entries: list[ZipInfo], start: int) -> None:
    """Entries that share bytes are how a small file becomes endless, and a gap is where something hides."""
    end = 0
    with path.open("rb") as file:
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            file.seek(entry.header_offset)
            mark, name, extra = LOCAL.unpack(file.read(LOCAL.size))
            if mark != LOCAL_MARK or entry.header_offset < end:
                raise Invalid("content", "the ZIP has entries that overlap")
            if not end and entry.header_offset:
                raise UnsupportedKind("content", "is not only a ZIP: something precedes its first entry")
            end = entry.header_offset + LOCAL.size + name + extra + entry.compress_size
    if end > start:
        raise Invalid("content", "the ZIP has entries that overlap")


def _read_all(archive: ZipFile, *, most: int) -> None:
    """Inflate every entry and count what really comes; the checksum is compared at the end of each."""
    total = 0
    for entry in archive.infolist():
        with archive.open(entry) as file:
            head = file.read(HEAD)
            _check_head(head, entry.filename)
            total += len(head)
            while chunk := file.read(CHUNK):
                total += len(chunk)
                if total > most:
                    break
        if total > most:
            msg = (
                f"what the ZIP unpacks to is more than {HIGHEST_RATIO} times its size, or than {MOST_INFLATED:,} bytes"
            )
            raise TooLarge(msg)


def _check_head(head: bytes, name: str) -> None:
    extension = extension_of(name)
    if is_dicom(head, extension):
        raise UnsupportedKind("content", f"holds DICOM ({name[:80]!r}): de-identification of DICOM comes later")
    if is_program(head, extension):
        raise UnsupportedKind("content", f"holds a program ({name[:80]!r})")
    if mark_of(head) == "zip":
        raise UnsupportedKind("content", f"holds an archive ({name[:80]!r}), into which nobody looks")
