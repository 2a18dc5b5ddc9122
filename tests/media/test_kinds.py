"""What is taken and what is not, by content and by name."""

from pathlib import Path

import pytest

from scholarnet.errors import DomainError, Invalid, UnsupportedKind
from scholarnet.media.kinds import check_kind
from scholarnet.media.names import check_name
from tests.media import files


def check(folder: Path, name: str, content: bytes) -> str:
    path = folder / "came"
    path.write_bytes(content)
    return check_kind(path, name).media_type


@pytest.mark.parametrize("name", files.EVERY_KIND)
def test_a_file_is_taken_when_it_is_what_its_name_says(name: str, tmp_path: Path) -> None:
    assert check(tmp_path, name, files.EVERY_KIND[name])


@pytest.mark.parametrize(
    ("name", "content"),
    {
        "page.html": b"<html></html>",
        "no ending": files.PDF,
        "scan.svg": b"<svg/>",
        "scan.gif": b"GIF89a",
        "scan.pdf": files.EVERY_KIND["scan.png"],
        "scan.png": files.PDF,
        "knees.txt": files.PDF,
        "knees.csv": b"knee\0,1",
        "latin.csv": b"sch\xf6n",
        "data.json": b" \n<!DOCTYPE html><script>alert(1)</script>",
        "drawing.txt": b"\xef\xbb\xbf<?xml version='1.0'?><svg/>",
        "image.md": b"<svg onload=alert(1)>",
        "film.mp4": files.box(b"ftyp", b"heic\0\0\0\0heic") + files.box(b"moov"),
        "other.mp4": files.MP4 + files.box(b"<scr", b"ipt>"),
        "talk.mp3": files.MP3 + b"<script>alert(1)</script>",
        "program.zip": b"MZ" + b"\0" * 100,
    }.items(),
)
def test_a_file_is_refused_when_it_is_of_no_kind_that_is_taken(name: str, content: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedKind, match="PDF, PNG, JPEG, TIFF"):
        check(tmp_path, name, content)


@pytest.mark.parametrize("name", ["scan.dcm", "scan.png", "knees.txt", "scan.pdf"])
def test_dicom_is_refused_by_name_when_it_comes_under_any_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedKind, match="DICOM, which comes later"):
        check(tmp_path, name, files.DICOM)


@pytest.mark.parametrize("name", ["paper.pdf", "film.mp4", "talk.mp3", "knees.csv"])
def test_a_polyglot_is_refused_when_it_ends_as_a_zip(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedKind):
        check(tmp_path, name, files.EVERY_KIND[name] + files.archive(("a.csv", b"1")))


@pytest.mark.parametrize(
    ("name", "missing", "said"),
    [
        ("paper.pdf", 7, "%%EOF"),
        ("knees.csv", 5, "middle of a character"),
        ("data.zip", 30, "directory"),
        ("film.mp4", 9, "9 bytes"),
        ("talk.mp3", 9, "9 bytes"),
    ],
)
def test_a_file_is_refused_when_it_is_cut_off(name: str, missing: int, said: str, tmp_path: Path) -> None:
    content = "schön".encode()[:4] if name == "knees.csv" else files.EVERY_KIND[name][:-missing]
    with pytest.raises(Invalid, match=f"cut off.*{said}") as refused:
        check(tmp_path, name, content)
    assert not isinstance(refused.value, UnsupportedKind)


def test_an_mp4_is_refused_when_its_index_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="moov"):
        check(tmp_path, "film.mp4", files.MP4[:24] + files.box(b"mdat", b"1"))


def test_an_mp3_is_taken_when_it_ends_with_a_tag(tmp_path: Path) -> None:
    assert check(tmp_path, "talk.mp3", files.FRAME * 2 + b"TAG".ljust(128, b"\0")) == "audio/mpeg"


@pytest.mark.parametrize(
    "name",
    ["", " ", "../a.csv", "a/b.csv", "a\\b.csv", "a..csv", ".htaccess.csv", "a\n.csv", "a\u202evsc.exe.csv", "a" * 201],
)
def test_a_name_is_refused_when_it_is_more_than_a_name(name: str) -> None:
    with pytest.raises(DomainError, match="name"):
        check_name(name)


def test_a_name_is_taken_when_it_is_of_another_script() -> None:
    assert check_name("膝 – größer (2).csv") == "膝 – größer (2).csv"
