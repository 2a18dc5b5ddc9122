"""ZIP: walked to the last byte without anything being unpacked to disk."""

import stat
import struct
import zlib
from collections.abc import Iterator
from os import SEEK_CUR
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from scholarnet.errors import Invalid, TooLarge, UnsupportedKind
from scholarnet.media.contents import HEAD, is_dicom, is_program, mark_of
from scholarnet.media.names import check_name, extension_of
from scholarnet.media.streams import CHUNK, tail

MOST_ENTRIES, LONGEST_DIRECTORY = 10_000, 16 * 1024 * 1024
MOST_INFLATED, HIGHEST_RATIO = 4 * 1024**3, 200
END = struct.Struct("<4s4H2LH")  # mark, disks, entries, size and place of the directory, length of a comment
LOCAL = struct.Struct("<4s22x2H")
END_MARK, LOCAL_MARK, DESCRIPTOR_MARK = b"PK\x05\x06", b"PK\x03\x04", b"PK\x07\x08"
DESCRIBED, UTF_8 = 0x8, 0x800  # flags of an entry
BROKEN = (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, struct.error)


def check_zip(path: Path) -> None:
    """Refuse an archive that is cut off, a bomb, or holds what may not come in, between its entries as in them."""
    start, n_entries = _directory(path)
    try:
        with ZipFile(path) as archive, path.open("rb") as file:
            entries = archive.infolist()
            if len(entries) != n_entries:
                raise Invalid("content", "the ZIP is damaged: its directory has more entries than it says")
            _check_entries(entries)
            _walk(file, entries, start, most=min(MOST_INFLATED, HIGHEST_RATIO * path.stat().st_size))
    except BROKEN as error:
        raise Invalid("content", "the ZIP is damaged: an entry cannot be read as its directory says") from error


def _directory(path: Path) -> tuple[int, int]:
    """Where it begins and how many entries it has, measured before anything is read that its size could blow up."""
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
    return int(start), int(entries)


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


def _walk(file: BinaryIO, entries: list[ZipInfo], start: int, *, most: int) -> None:
    """Entry by entry, each where the one before ends: what overlaps is how a small file becomes endless, and a gap is
    where something hides. What is inflated is counted as it really comes.
    """
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        _check_place(file, entry, end)
        head, checksum, size = b"", 0, 0
        for chunk in _inflated(file, entry):
            head += chunk[: HEAD - len(head)]
            checksum, size = zlib.crc32(chunk, checksum), size + len(chunk)
            if size > entry.file_size:
                raise BadZipFile(entry.filename)
            if size > most:
                msg = f"the ZIP unpacks to more than {HIGHEST_RATIO} times its size, or than {MOST_INFLATED:,} bytes"
                raise TooLarge(msg)
        most -= size
        if (checksum, size) != (entry.CRC, entry.file_size):
            raise BadZipFile(entry.filename)
        _check_head(head, entry.filename)
        end = file.tell() + _length_of_descriptor(file, entry)
    _check_adjoins(end, start)


def _check_place(file: BinaryIO, entry: ZipInfo, end: int) -> None:
    """Refuse an entry that does not begin at `end`; leave the file where its content begins."""
    _check_adjoins(end, entry.header_offset)
    file.seek(end)
    mark, length, extra = LOCAL.unpack(file.read(LOCAL.size))
    name = file.read(length)
    if mark != LOCAL_MARK or name.decode("utf-8" if entry.flag_bits & UTF_8 else "cp437") != entry.orig_filename:
        raise BadZipFile(entry.filename)
    file.seek(extra, SEEK_CUR)


def _check_adjoins(end: int, begin: int) -> None:
    if begin < end:
        raise Invalid("content", "the ZIP has entries that overlap")
    if begin > end:
        raise UnsupportedKind("content", "is not only a ZIP: something stands before, between or behind its entries")


def _inflated(file: BinaryIO, entry: ZipInfo) -> Iterator[bytes]:
    """What an entry holds; BadZipFile unless that takes its bytes to the last."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    left = entry.compress_size
    while left:
        chunk = file.read(min(left, CHUNK))
        left -= len(chunk) or left
        if entry.compress_type == ZIP_STORED:
            yield chunk
            continue
        while chunk:
            yield inflate.decompress(chunk, CHUNK)
            chunk = inflate.unconsumed_tail
        if inflate.unused_data or (inflate.eof and left):
            raise BadZipFile(entry.filename)
    if entry.compress_type == ZIP_DEFLATED:
        yield inflate.flush()
        if not inflate.eof:
            raise BadZipFile(entry.filename)


def _length_of_descriptor(file: BinaryIO, entry: ZipInfo) -> int:
    """How long the sizes are that a writer who could not go back has put behind the entry."""
    if not entry.flag_bits & DESCRIBED:
        return 0
    found = file.read(24)
    sizes = entry.CRC, entry.compress_size, entry.file_size
    forms = (mark + struct.pack(form, *sizes) for form in ("<3L", "<L2Q") for mark in (DESCRIPTOR_MARK, b""))
    return next((len(form) for form in forms if found.startswith(form)), 0)


def _check_head(head: bytes, name: str) -> None:
    extension = extension_of(name)
    if is_dicom(head, extension):
        raise UnsupportedKind("content", f"holds DICOM ({name[:80]!r}): de-identification of DICOM comes later")
    if is_program(head, extension):
        raise UnsupportedKind("content", f"holds a program ({name[:80]!r})")
    if mark_of(head) == "zip":
        raise UnsupportedKind("content", f"holds an archive ({name[:80]!r}), into which nobody looks")
