"""MP4 and MP3: walked from part to part, which must end where the file does."""

import struct
from pathlib import Path
from typing import BinaryIO

from scholarnet.errors import Invalid, UnsupportedKind

BRANDS = frozenset(b"isom iso2 iso3 iso4 iso5 iso6 iso7 iso8 iso9 mp41 mp42 avc1 dash M4V\x20 M4A\x20".split(b" "))
BOXES = frozenset(b"ftyp free skip wide mdat moov moof mfra sidx ssix styp pdin emsg prft udta meta uuid".split())
BITRATES = (  # kbit/s by the index in the header: MPEG 1, and MPEG 2 and 2.5
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
MPEG_1, LAYER_3 = 3, 1
ID3_HEADER, ID3_V1 = 10, 128
FOOTER = 0x10


def check_mp4(path: Path) -> None:
    """Refuse what is not boxes to its last byte, with an index of what can be played."""
    size, at, kinds = path.stat().st_size, 0, set()
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            kind, length = _box(file.read(16), size - at)
            if kind not in BOXES:
                raise UnsupportedKind("content", "is not only an MP4: it has a part of no known kind")
            if kind == b"ftyp":
                _check_brands(file, at, length)
            if at + length > size:
                raise Invalid(
                    "content", f"the MP4 is cut off: {at + length - size:,} bytes of its last part are missing"
                )
            kinds.add(kind)
            at += length
    if b"moov" not in kinds:
        raise Invalid("content", "the MP4 is cut off: its index (moov) is missing")


def check_mp3(path: Path) -> None:
    """Refuse what is not frames of sound to its last byte."""
    size, n_frames = path.stat().st_size, 0
    with path.open("rb") as file:
        file.seek(-min(ID3_V1, size), 2)
        end = size - ID3_V1 if size >= ID3_V1 and file.read(3) == b"TAG" else size
        file.seek(0)
        at = _length_of_tag(file.read(ID3_HEADER))
        while at < end:
            file.seek(at)
            at += _length_of_frame(file.read(4))
            n_frames += 1
    if at > end:
        raise Invalid("content", f"the MP3 is cut off: {at - end:,} bytes of its last part are missing")
    if not n_frames:
        raise Invalid("content", "the MP3 is cut off: it has no sound")


def _box(header: bytes, rest: int) -> tuple[bytes, int]:
    """The kind and the length of a box: 0 stands for the rest, and 1 for a longer number behind the kind."""
    if len(header) < 8:
        raise Invalid("content", "the MP4 is cut off: the header of its last part is not whole")
    length, kind = struct.unpack_from(">L4s", header)
    least = 8
    if length == 1 and len(header) == 16:
        (length,) = struct.unpack_from(">8xQ", header)
        least = 16
    elif length == 0 and kind == b"mdat":
        length = rest
    if length < least:
        raise Invalid("content", "the MP4 is damaged: a part is shorter than its header")
    return kind, length


def _check_brands(file: BinaryIO, at: int, length: int) -> None:
    file.seek(at + 8)
    brands = file.read(min(length - 8, 256))
    named = {brands[:4], *(brands[start : start + 4] for start in range(8, len(brands), 4))}
    if not named & BRANDS:
        raise UnsupportedKind("content", "is related to MP4, but is not one")


def _length_of_tag(header: bytes) -> int:
    if not header.startswith(b"ID3"):
        return 0
    length = 0
    for byte in header[6:10]:
        length = length << 7 | byte & 0x7F
    return ID3_HEADER + length + (ID3_HEADER if len(header) > 5 and header[5] & FOOTER else 0)


def _length_of_frame(header: bytes) -> int:
    bits = int.from_bytes(header.ljust(4, b"\0"))
    version, layer, bitrate, rate = bits >> 19 & 3, bits >> 17 & 3, bits >> 12 & 15, bits >> 10 & 3
    is_frame = bits >> 21 == 0x7FF and version in RATES and layer == LAYER_3 and 0 < bitrate < 15 and rate < 3
    if not is_frame:
        raise UnsupportedKind("content", "is not an MP3 to its end: a frame of sound does not begin where it should")
    kilobits = BITRATES[version != MPEG_1][bitrate]
    samples = 144 if version == MPEG_1 else 72
    return samples * kilobits * 1000 // RATES[version][rate] + (bits >> 9 & 1)
