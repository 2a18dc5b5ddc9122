"""PDFs: what ordinary papers are made of passes, and what a reader would run, or a browser, does not."""

import random
import zlib
from pathlib import Path

import pytest

from scholarnet.errors import DomainError, TooLarge, UnsupportedKind
from scholarnet.media import pdf
from scholarnet.media.pdf import check_pdf
from scholarnet.media.streams import CHUNK
from tests.media import files

ORDINARY = [
    b"<</Type/Catalog/OpenAction[3 0 R/FitH null]/Names<</Dests 4 0 R>>>>",
    b"<</S/URI/URI(https://example.org/JavaScript/Launch)>>",
    b"<</S/GoToR/F(supplement.pdf)/D[0/Fit]>>",
    b"<</Title(From HTML/JavaScript to /XFA and <b>: a review)/Count 3>>",
    b"<</Type/Filespec/AF/EF<</F 9 0 R>>/AFRelationship/Supplement>>",
    b"<</Type/EmbeddedFile/Subtype/application#2Fmathml+xml/Length 3>>\nstream\nabc\nendstream",
    b"<</Type/Font/FirstChar 32/Encoding/WinAnsiEncoding/BaseFont/JSMath>>",
    b"<</Type/Metadata/Subtype/XML/Length 9>>\nstream\n<?xpacket?><x:xmpmeta/>\nendstream",
]
ACTIVE = {
    "runs a script": [
        b"<</S/JavaScript/JS(app.alert\\(1\\))>>",
        b"<</OpenAction<</S /JavaScript /JS 5 0 R>>>>",
        b"<</S/J#61vaScript/J#53(app.alert\\(1\\))>>",
        b"<</S % a comment\n/JavaScript>>",
        b"<</S 8 0 R/JS<6170>>>",
    ],
    "starts a program": [b"<</S/Launch/F(cmd.exe)>>", b"<</S /#4caunch/Win<</F(cmd.exe)>>>>"],
    "form": [b"<</AcroForm<</XFA[(form)6 0 R]>>>>", b"<</XFA 7 0 R>>"],
    "encrypted": [b"<</Encrypt 12 0 R>>", b"<</Encrypt<</Filter/Standard>>>>"],
}


def refused(folder: Path, content: bytes) -> DomainError:
    (folder / "came").write_bytes(content)
    with pytest.raises(DomainError) as error:
        check_pdf(folder / "came")
    return error.value


@pytest.mark.parametrize("part", ORDINARY)
@pytest.mark.parametrize("wrapped", [files.pdf, files.deflated_pdf])
def test_a_pdf_is_taken_when_it_has_what_papers_have(part: bytes, wrapped: type, tmp_path: Path) -> None:
    (tmp_path / "came").write_bytes(wrapped(part))
    check_pdf(tmp_path / "came")


@pytest.mark.parametrize("after", [b"", b"\n", b"\r\n", b" \n\n\0\0"])
def test_a_pdf_is_taken_when_only_blanks_follow_its_end(after: bytes, tmp_path: Path) -> None:
    (tmp_path / "came").write_bytes(files.pdf(b"<<>>", after=after))
    check_pdf(tmp_path / "came")


def test_a_pdf_is_taken_when_it_was_saved_again_behind_its_first_end(tmp_path: Path) -> None:
    (tmp_path / "came").write_bytes(files.pdf(b"<<>>", after=b"\n2 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"))
    check_pdf(tmp_path / "came")


@pytest.mark.parametrize(("said", "part"), [(said, part) for said, parts in ACTIVE.items() for part in parts])
@pytest.mark.parametrize("wrapped", [files.pdf, files.deflated_pdf])
def test_a_pdf_is_refused_when_it_runs_something(said: str, part: bytes, wrapped: type, tmp_path: Path) -> None:
    error = refused(tmp_path, wrapped(part))
    assert isinstance(error, UnsupportedKind)
    assert said in error.message


def test_a_pdf_is_refused_when_the_kind_of_its_action_is_an_object_of_its_own(tmp_path: Path) -> None:
    assert "program" in refused(tmp_path, files.pdf(b"/Launch")).message


@pytest.mark.parametrize("markup", [b"<html>", b"<!DOCTYPE html>", b"<SCRIPT>alert(1)</SCRIPT>", b"<svg onload=x>"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_pdf_is_refused_when_it_is_a_page_too(markup: bytes, place: str, tmp_path: Path) -> None:
    assert "not only a PDF" in refused(tmp_path, files.pdf(b"<<>>", **{place: markup})).message


@pytest.mark.parametrize("after", [b"\n\xff\xd8\xff", b"\nMZ", b"\n" + files.CSV])
def test_a_pdf_is_refused_when_anything_follows_its_end(after: bytes, tmp_path: Path) -> None:
    assert "follows its end" in refused(tmp_path, files.pdf(b"<<>>", after=after)).message


@pytest.mark.parametrize("shift", range(-40, 8, 4))
def test_an_action_is_found_when_it_lies_across_the_edge_of_two_reads(shift: int, tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(CHUNK + shift).replace(b"#", b".").replace(b"<", b".")  # noqa: S311
    part = ACTIVE["runs a script"][1]
    assert "script" in refused(tmp_path, files.pdf(part, before=noise)).message
    assert "script" in refused(tmp_path, files.pdf(files.deflated_pdf(part)[19:], before=noise)).message


def test_a_pdf_is_refused_when_its_objects_are_packed_in_a_way_nobody_looks_into(tmp_path: Path) -> None:
    part = b"<</Type/ObjStm/N 1/First 4/Filter/LZWDecode/Length 3>>\nstream\nabc\nendstream"
    assert "not deflated" in refused(tmp_path, files.pdf(part)).message


def test_a_pdf_is_refused_when_its_objects_are_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_INFLATED", 3_000_000)
    bomb = files.deflated_pdf(b"0" * 2_000_000)
    (tmp_path / "came").write_bytes(bomb)
    check_pdf(tmp_path / "came")
    assert isinstance(refused(tmp_path, bomb[:-6] + bomb[9:]), TooLarge)  # two of them


def test_a_pdf_is_refused_when_its_objects_are_in_too_many_streams(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MOST_STREAMS", 1)
    one = files.deflated_pdf(b"1")
    (tmp_path / "came").write_bytes(one)
    check_pdf(tmp_path / "came")
    assert isinstance(refused(tmp_path, one[:-6] + one[9:]), TooLarge)


def test_a_page_is_not_looked_for_in_what_a_paper_is_about(tmp_path: Path) -> None:
    packed = zlib.compress(b"(<script>) Tj")
    part = b"<</Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(packed), packed)
    (tmp_path / "came").write_bytes(files.pdf(part + b"(<script>)", before=b"%" + b"." * 1500 + b"\n"))
    check_pdf(tmp_path / "came")
