"""The kinds of files that are taken: by content, and with a name that says the same."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scholarnet.errors import UnsupportedKind
from scholarnet.media.archives import check_zip
from scholarnet.media.contents import HEAD, is_dicom, mark_of
from scholarnet.media.documents import check_text
from scholarnet.media.names import check_name, extension_of
from scholarnet.media.pdf import check_pdf
from scholarnet.media.recordings import check_mp3, check_mp4


@dataclass(frozen=True, slots=True)
class Kind:
    """`mark` is what a file of this kind begins like, None for text; an image has the name of its form."""

    mark: str | None
    media_type: str
    check: Callable[[Path], None] | None = None
    form: str | None = None


PDF = Kind("pdf", "application/pdf", check_pdf)
PNG = Kind("png", "image/png", form="PNG")
JPEG = Kind("jpeg", "image/jpeg", form="JPEG")
TIFF = Kind("tiff", "image/tiff", form="TIFF")
ZIP = Kind("zip", "application/zip", check_zip)
MP4 = Kind("mp4", "video/mp4", check_mp4)
MP3 = Kind("mp3", "audio/mpeg", check_mp3)
KINDS: dict[str, Kind] = {
    "pdf": PDF,
    "png": PNG,
    "jpg": JPEG,
    "jpeg": JPEG,
    "tif": TIFF,
    "tiff": TIFF,
    "txt": Kind(None, "text/plain; charset=utf-8", check_text),
    "csv": Kind(None, "text/csv; charset=utf-8", check_text),
    "tsv": Kind(None, "text/tab-separated-values; charset=utf-8", check_text),
    "json": Kind(None, "application/json", check_text),
    "md": Kind(None, "text/markdown; charset=utf-8", check_text),
    "zip": ZIP,
    "mp4": MP4,
    "mp3": MP3,
}
ALLOWED = "PDF, PNG, JPEG, TIFF, plain data in UTF-8 (txt, csv, tsv, json, md), ZIP, MP4 and MP3"
DICOM_LATER = "is DICOM, which comes later together with its de-identification; export the image as PNG or TIFF"


def kind_of(name: str) -> Kind:
    """Return the kind that a name promises; UnsupportedKind if there is none."""
    extension = extension_of(check_name(name))
    if is_dicom(b"", extension):
        raise UnsupportedKind("name", DICOM_LATER)
    if extension not in KINDS:
        raise UnsupportedKind("name", f"its ending is none of what is taken: {ALLOWED}")
    return KINDS[extension]


def check_kind(path: Path, name: str) -> Kind:
    """Return the kind of a file, if it is what its name says, whole, and nothing else besides."""
    kind = kind_of(name)
    with path.open("rb") as file:
        head = file.read(HEAD)
    if is_dicom(head, ""):
        raise UnsupportedKind("content", DICOM_LATER)
    mark = mark_of(head)
    if mark != kind.mark:
        found = f"begins like {mark.upper()}" if mark else "does not begin like one"
        raise UnsupportedKind("content", f"is not what {name!r} says: it {found}; taken are {ALLOWED}")
    if kind.check:
        if kind is not ZIP and zipfile.is_zipfile(path):
            raise UnsupportedKind("content", "is a ZIP at the same time")
        _check(path, kind.check)
    return kind


def _check(path: Path, check: Callable[[Path], None]) -> None:
    try:
        check(path)
    except UnsupportedKind as error:
        message = f"{error.errors['content'][0]}; taken are {ALLOWED}"
        raise UnsupportedKind("content", message) from error
