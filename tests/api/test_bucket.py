"""Attachments over HTTP where the objects lie in a bucket: the same as on disk."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from api.config import Config
from scholarnet.services.attachments import collect_orphans
from scholarnet.storage import open_storage
from tests.api.calls import Caller, draft
from tests.api.fixtures import Join
from tests.buckets import Bucket, serving_bucket
from tests.media import files

LONG = b"".join(b"%07d\n" % number for number in range(2_500_000))  # 20 MB: three parts on the way up
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def server() -> Iterator[Bucket]:
    with serving_bucket() as bucket:
        yield bucket


@pytest.fixture
def bucket(server: Bucket, app: Flask, tmp_path: Path) -> Iterator[Bucket]:
    """An empty bucket that the application keeps attachments in."""
    config: Config = app.extensions["scholarnet.config"]
    usual = config.attachments_url
    object.__setattr__(config, "attachments_url", server.url)
    storage = open_storage(server.url)
    storage.incoming = tmp_path / "incoming"
    storage.incoming.mkdir()
    yield server
    object.__setattr__(config, "attachments_url", usual)
    assert list(storage.incoming.iterdir()) == []
    assert server.unfinished() == []
    server.empty()


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa")


@pytest.fixture
def post(rosa: Caller) -> str:
    return draft(rosa)


def attach(author: Caller, post: str, name: str, content: bytes) -> str:
    path = f"/posts/{post}/attachments"
    return f"{path}/{author.post(f'{path}?name={name}', data=content).json['id']}"


@pytest.mark.parametrize(
    ("asked", "part"), [("0-9", slice(0, 10)), ("9999999-", slice(9_999_999, None)), ("-7", slice(-7, None))]
)
def test_a_long_file_goes_up_in_parts_and_comes_down_whole_or_in_part(
    asked: str, part: slice, bucket: Bucket, rosa: Caller, post: str
) -> None:
    path = attach(rosa, post, "long.txt", LONG)
    assert len(bucket.keys()) == 1
    assert rosa.get(f"{path}/content").data == LONG
    answer = rosa.get(f"{path}/content", headers={"Range": f"bytes={asked}"})
    assert (answer.status_code, answer.data) == (206, LONG[part])


def test_a_range_is_refused_when_it_begins_behind_the_end(bucket: Bucket, rosa: Caller, post: str) -> None:
    path = attach(rosa, post, "knees.csv", b"0123456789")
    rosa.get(f"{path}/content", headers={"Range": "bytes=10-"}, expect=416)
    assert len(bucket.keys()) == 1


def test_an_image_lies_beside_its_thumbnail(bucket: Bucket, rosa: Caller, post: str) -> None:
    path = attach(rosa, post, "scan.png", files.image("PNG", (640, 480)))
    assert len(bucket.keys()) == 2
    assert rosa.get(f"{path}/content").data.startswith(b"\x89PNG")
    assert rosa.get(f"{path}/thumbnail").data.startswith(b"\xff\xd8\xff")


def test_an_object_goes_when_nothing_points_to_it_any_more(
    bucket: Bucket, rosa: Caller, post: str, session: Session
) -> None:
    gone, kept = (attach(rosa, post, name, files.CSV) for name in ("gone.csv", "kept.csv"))
    rosa.delete(gone)
    rosa.get(f"{gone}/content", expect=404)
    assert len(bucket.keys()) == 2  # until the collector comes by
    storage = open_storage(bucket.url)
    assert collect_orphans(session, storage) == 0  # which leaves a day for what is on its way
    assert collect_orphans(session, storage, older_than=-MINUTE) == 1
    assert len(bucket.keys()) == 1
    assert rosa.get(f"{kept}/content").data == files.CSV


@pytest.mark.parametrize("length", [len(LONG), 1_000_000_000])
def test_nothing_is_in_the_bucket_when_an_upload_breaks_off(
    length: int, bucket: Bucket, rosa: Caller, post: str
) -> None:
    told = {"CONTENT_LENGTH": str(length)}
    body = io.BytesIO(b"0" * (len(LONG) - 1))
    rosa.post(f"/posts/{post}/attachments?name=a.csv", input_stream=body, environ_overrides=told, expect=400)
    assert bucket.keys() == []


def test_nothing_is_in_the_bucket_when_a_file_is_refused(bucket: Bucket, rosa: Caller, post: str) -> None:
    path = f"/posts/{post}/attachments?name=paper.pdf"
    rosa.post(path, data=files.pdf(b"<<>>", before=b"<html>"), expect=415)
    assert bucket.keys() == []
