"""Archives that mean harm."""

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from scholarnet.errors import DomainError, Invalid, TooLarge, UnsupportedKind
from scholarnet.media.archives import check_zip
from tests.media import files


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "came"


def refused(path: Path, content: bytes) -> DomainError:
    path.write_bytes(content)
    with pytest.raises(DomainError) as error:
        check_zip(path)
    return error.value


def test_a_zip_is_refused_when_it_is_a_bomb(path: Path) -> None:
    error = refused(path, files.archive(("zeros.csv", b"0" * 10_000_000)))
    assert isinstance(error, TooLarge)
    assert "200 times" in error.message


def test_a_zip_is_taken_when_it_unpacks_to_less(path: Path) -> None:
    path.write_bytes(files.archive(("zeros.csv", b"0" * 10_000)))  # about 140 bytes, so a ratio of about 70
    check_zip(path)


def test_a_zip_is_refused_when_it_lies_about_its_size(path: Path) -> None:
    content = files.archive(("zeros.csv", b"0" * 10_000_000))
    lie = content.replace(struct.pack("<L", 10_000_000), struct.pack("<L", 10))
    assert isinstance(refused(path, lie), Invalid)


def test_a_zip_is_refused_when_entries_share_their_bytes(path: Path) -> None:
    content = files.archive(("a.csv", b"1"), ("b.csv", b"2"))
    place = content.index(b"PK\x03\x04", 4)
    at = content.rindex(b"PK\x01\x02") + 42  # where the second entry is said to begin
    lie = content[:at] + struct.pack("<L", 0) + content[at + 4 :]
    assert place > 0
    assert "overlap" in refused(path, lie).message


@pytest.mark.parametrize(
    "name",
    ["../a.csv", "/etc/passwd", "a/../../b.csv", "C:/a.csv", "a\\b.csv", "a//b.csv", "a\nb.csv", "..", "./a.csv"],
)
def test_a_zip_is_refused_when_a_name_leads_elsewhere(name: str, path: Path) -> None:
    assert "name" in refused(path, files.archive((name, b"1"))).message


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_is_refused_when_a_name_comes_twice(path: Path) -> None:
    assert "name" in refused(path, files.archive(("a.csv", b"1"), ("a.csv", b"2"))).message


def test_a_zip_is_refused_when_it_has_a_link(path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert "link" in refused(path, files.archive((link, b"/etc/passwd"))).message


def test_a_zip_is_refused_when_it_is_encrypted(path: Path) -> None:
    content = bytearray(files.archive(("a.csv", b"1")))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refused(path, bytes(content)).message


def test_a_zip_is_refused_when_a_checksum_is_wrong(path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a.csv", b"forty knees")
    assert "damaged" in refused(path, file.getvalue().replace(b"forty", b"fifty")).message


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("scan", files.DICOM, "DICOM"),
        ("IM1.DCM", b"1", "DICOM"),
        ("setup.exe", b"1", "program"),
        ("knees.csv", b"MZ\x90", "program"),
        ("tool", b"\x7fELF\x02", "program"),
        ("inner.csv", files.archive(("a.csv", b"1")), "archive"),
    ],
)
def test_a_zip_is_refused_when_it_holds_what_may_not_come_in(name: str, content: bytes, said: str, path: Path) -> None:
    error = refused(path, files.archive((name, content)))
    assert isinstance(error, UnsupportedKind)
    assert said in error.message


@pytest.mark.parametrize(("before", "after"), [(b"PK\x03\x04", b""), (b"%PDF-", b""), (b"", b"<script>")])
def test_a_zip_is_refused_when_something_stands_beside_it(before: bytes, after: bytes, path: Path) -> None:
    assert "not only a ZIP" in refused(path, before + files.archive(("a.csv", b"1")) + after).message


def test_a_zip_is_refused_when_it_is_empty(path: Path) -> None:
    assert "empty" in refused(path, files.archive()).message


def test_a_zip_is_refused_when_it_has_too_many_entries(path: Path) -> None:
    assert "10,000" in refused(path, files.archive(*((str(n), b"") for n in range(10_001)))).message


def test_a_zip_is_taken_when_its_writer_could_not_go_back(path: Path) -> None:
    class Pipe(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, part: bytes) -> int:
            return came.write(part)

    for limit in (zipfile.ZIP64_LIMIT, 1):  # sizes of four bytes behind each entry, and of eight
        came = io.BytesIO()
        with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as made:
            for name in ("a.csv", "b.csv"):
                with made.open(name, "w", force_zip64=limit == 1) as entry:
                    entry.write(files.CSV * 1000)
        assert came.getvalue().count(b"PK\x07\x08") == 2
        path.write_bytes(came.getvalue())
        check_zip(path)


def moved(content: bytes, at: int, hidden: bytes) -> bytes:
    """The archive with something hidden at a place, and its directory telling where all is now."""
    made = bytearray(content[:at] + hidden + content[at:])
    place = made.rindex(b"PK\x05\x06") + 16
    struct.pack_into("<L", made, place, struct.unpack_from("<L", made, place)[0] + len(hidden))
    entry = struct.unpack_from("<L", made, place)[0]
    while made[entry : entry + 4] == b"PK\x01\x02":
        (start,) = struct.unpack_from("<L", made, entry + 42)
        struct.pack_into("<L", made, entry + 42, start + len(hidden) * (start >= at))
        entry += 46 + sum(struct.unpack_from("<3H", made, entry + 28))
    return bytes(made)


@pytest.mark.parametrize("place", ["before", "between", "behind"])
def test_a_zip_is_refused_when_something_hides_beside_its_entries(place: str, path: Path) -> None:
    content = files.archive(("a.csv", b"1"), ("b.csv", b"2"))
    at = {"before": 0, "between": content.index(b"PK\x03\x04", 4), "behind": content.index(b"PK\x01\x02")}[place]
    polyglot = moved(content, at, b"<script>alert(1)</script>")
    with zipfile.ZipFile(io.BytesIO(polyglot)) as archive:
        assert archive.testzip() is None  # a reader sees nothing of it
    error = refused(path, polyglot)
    assert isinstance(error, UnsupportedKind)
    assert "not only a ZIP" in error.message


def test_a_zip_is_refused_when_something_hides_behind_the_stream_of_an_entry(path: Path) -> None:
    content, hidden = files.archive(("a.csv", b"1")), b"<script>"
    at = content.index(b"PK\x01\x02")
    made = bytearray(moved(content, at, hidden))
    for place in (18, at + len(hidden) + 20):  # the packed size, in both headers
        struct.pack_into("<L", made, place, struct.unpack_from("<L", made, place)[0] + len(hidden))
    assert zipfile.ZipFile(io.BytesIO(made)).read("a.csv") == b"1"
    assert "damaged" in refused(path, bytes(made)).message


def test_a_zip_is_refused_when_its_two_names_of_an_entry_differ(path: Path) -> None:
    content = files.archive(("a.csv", b"1"))
    assert "damaged" in refused(path, content.replace(b"a.csv", b"b.csv", 1)).message


def test_a_zip_is_refused_when_its_directory_has_more_than_it_says(path: Path) -> None:
    content = bytearray(files.archive(("a.csv", b"1"), ("b.csv", b"2")))
    struct.pack_into("<2H", content, content.rindex(b"PK\x05\x06") + 8, 1, 1)
    assert "more entries" in refused(path, bytes(content)).message
