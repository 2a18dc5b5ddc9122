"""Attachments over HTTP: up, down, in parts, and nothing where somebody may not look."""

import hashlib
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from PIL import Image

from api.config import Config
from tests.api.calls import Caller, declare, draft, publish
from tests.api.fixtures import Join
from tests.media import files

MEGABYTE = 1024 * 1024


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa")


@pytest.fixture
def post(rosa: Caller) -> str:
    return draft(rosa)


def attach(author: Caller, post: str, name: str = "knees.csv", content: bytes = files.CSV, **options: Any) -> Any:
    path = f"/posts/{post}/attachments?name={quote(name)}"
    return author.post(path, data=content, **options).json


def names(reader: Caller, post: str, query: str = "") -> list[str]:
    return [one["name"] for one in reader.get(f"/posts/{post}/attachments{query}").json["results"]]


def content_of(post: str, attachment: dict[str, Any]) -> str:
    return f"/posts/{post}/attachments/{attachment['id']}/content"


def kept(attachments: Path) -> list[Path]:
    return [path for path in attachments.rglob("*") if path.is_file()]


@pytest.fixture
def limit(app: Flask) -> Iterator[int]:
    """A server that takes little."""
    config: Config = app.extensions["scholarnet.config"]
    usual = config.largest_attachment
    object.__setattr__(config, "largest_attachment", 1000)
    yield 1000
    object.__setattr__(config, "largest_attachment", usual)


@pytest.mark.parametrize("name", files.EVERY_KIND)
def test_every_kind_goes_up_and_comes_down(name: str, rosa: Caller, post: str) -> None:
    made = attach(rosa, post, name, files.EVERY_KIND[name])
    assert rosa.get(f"/posts/{post}/attachments/{made['id']}").json == made
    answer = rosa.get(content_of(post, made))
    assert answer.mimetype == made["media_type"].partition(";")[0]
    assert len(answer.data) == made["size"] == answer.content_length
    assert hashlib.sha256(answer.data).hexdigest() == made["sha256"]
    if not made["has_thumbnail"]:
        assert answer.data == files.EVERY_KIND[name]


def test_an_image_comes_down_without_what_was_hidden_in_it(rosa: Caller, post: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Ines Example"
    sent = files.image("JPEG", (640, 480), exif=exif) + b"<script>alert(1)</script>"
    made = attach(rosa, post, "scan.jpg", sent)
    assert (made["width"], made["height"], made["has_thumbnail"]) == (640, 480, True)
    answer = rosa.get(content_of(post, made))
    assert b"Ines" in sent
    assert b"Ines" not in answer.data
    assert b"script" not in answer.data
    small = rosa.get(f"/posts/{post}/attachments/{made['id']}/thumbnail")
    assert Image.open(io.BytesIO(small.data)).size == (320, 240)
    assert small.content_type == "image/jpeg"


@pytest.mark.parametrize("name", files.EVERY_KIND)
def test_nothing_is_served_so_that_a_browser_runs_it(name: str, rosa: Caller, post: str) -> None:
    path = content_of(post, attach(rosa, post, name, files.EVERY_KIND[name]))
    for answer in (rosa.get(path), rosa.get(path, headers={"Range": "bytes=0-"})):
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        drawn_by_us = answer.mimetype in {"image/png", "image/jpeg"}
        assert answer.headers["Content-Disposition"].startswith("inline; " if drawn_by_us else "attachment; ")


def test_a_download_has_its_name_when_that_is_not_plain(rosa: Caller, post: str) -> None:
    disposition = rosa.get(content_of(post, attach(rosa, post, 'größe "1".csv'))).headers["Content-Disposition"]
    plain, full = 'filename="groe \\"1\\".csv"', "filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22.csv"
    assert disposition == f"attachment; {plain}; {full}"


def test_a_file_without_a_thumbnail_has_none(rosa: Caller, post: str) -> None:
    rosa.get(f"/posts/{post}/attachments/{attach(rosa, post)['id']}/thumbnail", expect=404)


@pytest.mark.parametrize(
    ("name", "content", "status", "field"),
    [
        ("page.html", b"<html>", 415, "name"),
        ("scan.dcm", files.DICOM, 415, "name"),
        ("scan.png", files.DICOM, 415, "content"),
        ("knees.csv", b"<svg/>", 415, "content"),
        ("paper.pdf", files.PDF + files.archive(("a.csv", b"1")), 415, "content"),
        ("paper.pdf", files.pdf(b"<<>>", before=b"<script>alert(1)</script>"), 415, "content"),
        ("paper.pdf", files.pdf(b"<<>>", after=b"<script>alert(1)</script>"), 415, "content"),
        ("paper.pdf", files.deflated_pdf(b"<</S/JavaScript/JS(app.alert\\(1\\))>>"), 415, "content"),
        ("data.zip", files.CSV + files.archive(("a.csv", b"1")), 415, "content"),
        ("data.zip", files.archive(("a.csv", b"1")) + files.CSV, 415, "content"),
        ("bomb.zip", files.archive(("zeros.csv", b"0" * 10_000_000)), 413, None),
        ("paper.pdf", files.PDF[:-7], 422, "content"),
        ("scan.png", files.image("PNG")[:60], 422, "content"),
        ("knees.csv", b"", 422, "content"),
        ("../knees.csv", files.CSV, 422, "name"),
        ("/etc/passwd", files.CSV, 422, "name"),
        ("", files.CSV, 422, "name"),
    ],
)
def test_an_upload_is_refused_and_leaves_nothing_when_it_is_not_as_it_must_be(
    name: str, content: bytes, status: int, field: str | None, rosa: Caller, post: str, attachments: Path
) -> None:
    problem = attach(rosa, post, name, content, expect=status)
    assert field is None or field in problem["errors"]
    assert names(rosa, post) == []
    assert kept(attachments) == []


class Endless(io.RawIOBase):
    """A body that never ends, and knows how much of it was asked for."""

    def __init__(self) -> None:
        self.given = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return 0

    def seek(self, _offset: int, _whence: int = 0) -> int:
        return 0

    def readinto(self, buffer: Any) -> int:
        self.given += len(buffer)
        buffer[:] = b"0" * len(buffer)
        return len(buffer)


@pytest.mark.parametrize("length", [None, "5000000000"])
def test_an_upload_is_refused_at_once_when_it_is_too_large(
    length: str | None, limit: int, rosa: Caller, post: str, attachments: Path
) -> None:
    body = Endless()
    told = (
        {"CONTENT_LENGTH": length} if length else {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    )
    problem = rosa.post(
        f"/posts/{post}/attachments?name=a.csv", input_stream=body, environ_overrides=told, expect=413
    ).json
    assert problem["status"] == 413
    assert body.given <= MEGABYTE > limit
    assert kept(attachments) == []


def test_an_upload_is_taken_when_it_is_as_large_as_may_be(limit: int, rosa: Caller, post: str) -> None:
    assert attach(rosa, post, content=b"0" * limit)["size"] == limit


def test_an_upload_is_refused_when_less_comes_than_was_promised(rosa: Caller, post: str, attachments: Path) -> None:
    told = {"CONTENT_LENGTH": "1000"}
    path = f"/posts/{post}/attachments?name=a.csv"
    rosa.post(path, input_stream=io.BytesIO(b"0" * 10), environ_overrides=told, expect=400)
    assert kept(attachments) == []


@pytest.mark.parametrize(
    ("asked", "given", "said"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=5-500", b"56789", "bytes 5-9/10"),
        ("bytes=-500", b"0123456789", "bytes 0-9/10"),
    ],
)
def test_a_part_comes_when_a_range_is_asked_for(asked: str, given: bytes, said: str, rosa: Caller, post: str) -> None:
    path = content_of(post, attach(rosa, post, content=b"0123456789"))
    answer = rosa.get(path, headers={"Range": asked})
    assert (answer.status_code, answer.data, answer.headers["Content-Range"]) == (206, given, said)
    assert answer.content_length == len(given)


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "lines=0-1", "nonsense", "bytes=3-1"])
def test_all_comes_when_a_range_is_not_one_part(asked: str, rosa: Caller, post: str) -> None:
    path = content_of(post, attach(rosa, post, content=b"0123456789"))
    answer = rosa.get(path, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (200, b"0123456789")


def test_a_range_is_refused_when_it_begins_behind_the_end(rosa: Caller, post: str) -> None:
    path = content_of(post, attach(rosa, post, content=b"0123456789"))
    answer = rosa.get(path, headers={"Range": "bytes=10-"}, expect=416)
    assert answer.headers["Content-Range"] == "bytes */10"


def test_a_part_comes_only_of_what_if_range_names(rosa: Caller, post: str) -> None:
    made = attach(rosa, post, content=b"0123456789")
    path, tag = content_of(post, made), f'"{made["sha256"]}"'
    assert rosa.get(path).headers["ETag"] == tag
    assert rosa.get(path, headers={"Range": "bytes=0-0", "If-Range": tag}).data == b"0"
    assert rosa.get(path, headers={"Range": "bytes=0-0", "If-Range": '"other"'}).data == b"0123456789"


def test_nothing_comes_again_when_it_is_what_one_has(rosa: Caller, post: str) -> None:
    path = content_of(post, attach(rosa, post))
    answer = rosa.get(path, headers={"If-None-Match": rosa.get(path).headers["ETag"]})
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_draft_is_seen_by_its_authors_alone(rosa: Caller, visitor: Caller, join: Join, post: str) -> None:
    made = attach(rosa, post)
    for reader in (visitor, join(), join(role="moderator")):
        reader.get(f"/posts/{post}/attachments", expect=404)
        reader.get(content_of(post, made), expect=404)
    assert names(rosa, post) == ["knees.csv"]


def test_only_authors_attach_and_delete(rosa: Caller, visitor: Caller, join: Join) -> None:
    post = publish(rosa)
    made = attach(rosa, post)
    attach(visitor, post, expect=401)
    attach(join(), post, expect=403)
    join().delete(f"/posts/{post}/attachments/{made['id']}", expect=403)


def test_members_see_what_is_for_members(rosa: Caller, visitor: Caller, join: Join) -> None:
    post = draft(rosa, audience="members")
    made = attach(rosa, post)
    rosa.post(f"/posts/{post}/publish")
    assert join().get(content_of(post, made)).data == files.CSV
    visitor.get(content_of(post, made), expect=404)


def test_nobody_sees_what_was_withdrawn(rosa: Caller, visitor: Caller) -> None:
    post = draft(rosa)
    made = attach(rosa, post)
    rosa.post(f"/posts/{post}/publish")
    assert visitor.get(content_of(post, made)).data == files.CSV
    rosa.post(f"/posts/{post}/withdraw", {})
    for reader in (visitor, rosa):
        reader.get(content_of(post, made), expect=404)
    attach(rosa, post, expect=409)


def test_a_published_version_stays_when_its_post_gets_and_loses_attachments(rosa: Caller, visitor: Caller) -> None:
    post = draft(rosa)
    first = attach(rosa, post, "one.csv", b"1")
    rosa.post(f"/posts/{post}/publish")
    second = attach(rosa, post, "two.csv", b"2")
    rosa.delete(f"/posts/{post}/attachments/{first['id']}")
    assert names(visitor, post) == ["one.csv"]
    assert names(rosa, post, "?version=2") == ["two.csv"]
    visitor.get(f"/posts/{post}/attachments?version=2", expect=404)
    visitor.get(content_of(post, second), expect=404)
    rosa.post(f"/posts/{post}/publish")
    assert names(visitor, post) == ["two.csv"]
    assert names(visitor, post, "?version=1") == ["one.csv"]
    assert visitor.get(content_of(post, first)).data == b"1"


def test_attachments_go_along_when_an_edit_begins_the_next_version(rosa: Caller, attachments: Path) -> None:
    post = draft(rosa)
    first = attach(rosa, post)
    rosa.post(f"/posts/{post}/publish")
    rosa.patch(f"/posts/{post}", {"title": "Two"}, headers=rosa.tag_of(f"/posts/{post}"))
    copied = rosa.get(f"/posts/{post}/attachments?version=2").json["results"]
    assert copied == [first | {"id": copied[0]["id"]}]
    assert copied[0]["id"] != first["id"]
    assert len(kept(attachments)) == 1


def test_a_case_is_taken_back_when_its_attachments_change(join: Join) -> None:
    ada = join(verification="license")
    moderator = join(role="moderator", scopes=["read", "admin"])
    post = draft(ada, kind="case")
    declare(ada, post)
    made = attach(ada, post)
    ada.post(f"/posts/{post}/publish")
    assert moderator.get(content_of(post, made)).data == files.CSV
    attach(ada, post, "more.csv")
    assert ada.get(f"/posts/{post}").json["status"] == "draft"
    moderator.get(content_of(post, made), expect=404)


def test_a_case_is_not_published_when_a_file_is_named_after_somebody(join: Join) -> None:
    ada = join(verification="license")
    post = draft(ada, kind="case")
    declare(ada, post)
    attach(ada, post, "ines@example.org.csv")
    problem = ada.post(f"/posts/{post}/publish", expect=422).json
    assert "attachments" in problem["errors"]


def test_memory_stays_flat_when_much_goes_up_and_down(rosa: Caller, post: str) -> None:
    class Letters(Endless):
        def readinto(self, buffer: Any) -> int:
            size = min(len(buffer), 64 * MEGABYTE - self.given)
            buffer[:size] = b"0" * size
            self.given += size
            return size

    told = {"CONTENT_LENGTH": str(64 * MEGABYTE)}
    path = f"/posts/{post}/attachments?name=a.csv"
    tracemalloc.start()
    try:
        made = rosa.post(path, input_stream=Letters(), environ_overrides=told).json
        answer = rosa.get(content_of(post, made), buffered=False)
        total = sum(len(chunk) for chunk in answer.response)
        answer.close()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total == 64 * MEGABYTE
    assert peak < 8 * MEGABYTE
