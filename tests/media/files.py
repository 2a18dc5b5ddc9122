"""Small files of every kind, made as their specifications say."""

import io
import struct
import zipfile
import zlib

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
OBJECT_STREAM = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream"
DICOM = b"\0" * 128 + b"DICM" + b"\x02\0\0\0UL"
CSV = "knee,Grad\nlinks,3 — schön\n".encode()
FRAME = b"\xff\xfb\x90\x00" + b"\0" * 413  # MPEG 1, layer III, 128 kbit/s, 44.1 kHz: 144 · 128,000 / 44,100 = 417
MP3 = b"ID3\x03\0\0\0\0\0\x05title" + FRAME * 3


def image(form: str, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """A red image."""
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, form, **options)
    return file.getvalue()


def large_png(width: int, height: int) -> bytes:
    """A transparent image, four bytes a pixel, made without having its pixels in memory."""
    packer = zlib.compressobj(1)
    rows = b"".join(packer.compress(b"\0" * (1 + 4 * width)) for _ in range(height)) + packer.flush()
    parts = [(b"IHDR", struct.pack(">2L5B", width, height, 8, 6, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))
        for kind, content in parts
    )


def pdf(part: bytes, *, before: bytes = b"", after: bytes = b"") -> bytes:
    """A PDF with an object of this content."""
    return b"%PDF-1.7\n" + before + b"1 0 obj\n" + part + b"\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF" + after


def deflated_pdf(part: bytes) -> bytes:
    """A PDF with an object of this content in a stream of objects, as most are written."""
    packed = zlib.compress(b"7 0 " + part)
    return pdf(OBJECT_STREAM % (len(packed), packed))


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A ZIP of these entries."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content, compress_type=zipfile.ZIP_DEFLATED)
    return file.getvalue()


def box(kind: bytes, content: bytes = b"") -> bytes:
    """A part of an MP4."""
    return struct.pack(">L4s", len(content) + 8, kind) + content


MP4 = box(b"ftyp", b"isom\0\0\x02\0isomiso2") + box(b"moov", b"\0" * 100) + box(b"mdat", b"\0" * 50)
EVERY_KIND = {
    "paper.pdf": PDF,
    "scan.png": image("PNG"),
    "scan.JPG": image("JPEG"),
    "scan.tif": image("TIFF"),
    "knees.csv": CSV,
    "knees.tsv": b"a\tb\n",
    "knees.json": b'{"knees": 40}',
    "read me.md": b"# Knees\n",
    "knees.txt": b"\xef\xbb\xbfforty",
    "data.zip": archive(("data/knees.csv", CSV), ("data/", b"")),
    "film.mp4": MP4,
    "talk.mp3": MP3,
}
