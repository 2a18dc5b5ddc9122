"""Attachments below HTTP: the storage on disk and in a bucket, two writers, and what nobody points to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, Invalid, NotFound
from scholarnet.media.uploads import uploading
from scholarnet.models import Attachment, Post, PostVersion, Researcher
from scholarnet.services import attachments
from scholarnet.services.attachments import add_attachment, check_room, collect_orphans, list_attachments
from scholarnet.services.posts import get_post
from scholarnet.storage import Storage
from tests.buckets import Bucket, serving_bucket
from tests.factories import AttachmentFactory, PostFactory, ResearcherFactory
from tests.media import files

MOST = 10_000_000


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with serving_bucket() as bucket:
        yield bucket


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """A storage of each kind, emptied afterwards."""
    storage = Storage(str(tmp_path) if request.param == "folder" else request.getfixturevalue("bucket").url)
    storage.incoming = tmp_path / "incoming"
    storage.incoming.mkdir(exist_ok=True)
    yield storage
    for key in keys(storage):
        storage.delete(key)


def keys(storage: Storage) -> list[str]:
    return sorted(key for some in storage.keys_before(attachments.now() + timedelta(days=1)) for key in some)


def upload(
    session: Session, storage: Storage, post_id: str, author: Researcher, content: bytes = files.CSV
) -> Attachment:
    with uploading(storage, [content], name="knees.csv", most=MOST) as made:
        return add_attachment(session, actor=author, post_id=post_id, upload=made)


def test_a_part_is_read_when_an_object_is_long(storage: Storage) -> None:
    content = bytes(range(256)) * 100_000
    (storage.incoming / "came").write_bytes(content)
    storage.put(storage.incoming / "came", "key")
    assert storage.size("key") == len(content) == 25_600_000
    assert b"".join(storage.read("key", 0, len(content))) == content
    assert b"".join(storage.read("key", 9_999_999, 3)) == content[9_999_999:10_000_002]
    assert list(storage.read("key", 5, 0)) == []
    assert list(storage.incoming.iterdir()) == []


def test_an_object_is_gone_when_it_is_deleted_twice(storage: Storage) -> None:
    (storage.incoming / "came").write_bytes(b"1")
    storage.put(storage.incoming / "came", "key")
    for _ in range(2):
        storage.delete("key")
    assert keys(storage) == []


def test_nothing_is_left_when_what_points_to_an_upload_fails(storage: Storage) -> None:
    def fail() -> None:
        with uploading(storage, [files.image("PNG")], name="scan.png", most=MOST):
            assert len(keys(storage)) == 2  # and its thumbnail
            msg = "the commit failed"
            raise OSError(msg)

    with pytest.raises(OSError, match="commit"):
        fail()
    assert keys(storage) == []
    assert list(storage.incoming.iterdir()) == []


def test_a_file_stays_when_the_database_does_not_say_whether_it_is_pointed_to(storage: Storage) -> None:
    unknown = OperationalError("COMMIT", None, Exception("the connection is gone"))
    with (
        pytest.raises(OperationalError),
        uploading(storage, [files.image("PNG")], name="scan.png", most=MOST),
    ):
        raise unknown
    assert len(keys(storage)) == 2


def test_nothing_is_left_when_the_bytes_stop_coming(storage: Storage) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"1"
        raise ConnectionError

    with pytest.raises(ConnectionError), uploading(storage, chunks(), name="a.csv", most=MOST):
        pass
    assert keys(storage) == []
    assert list(storage.incoming.iterdir()) == []


def test_orphans_go_and_what_a_row_points_to_stays(session: Session, storage: Storage) -> None:
    post = PostFactory(draft=True)
    author = post.authors[0].researcher
    with uploading(storage, [files.image("PNG")], name="scan.png", most=MOST) as made:
        add_attachment(session, actor=author, post_id=post.public_id, upload=made)
    with uploading(storage, [files.image("PNG")], name="scan.png", most=MOST):
        pass  # a process that was killed before it committed
    (storage.incoming / "half").write_bytes(b"0" * 100)
    assert len(keys(storage)) == 4
    assert collect_orphans(session, storage) == 0  # it may still be on its way
    assert collect_orphans(session, storage, older_than=timedelta(seconds=-60)) == 3
    assert keys(storage) == [made.key, f"{made.key}.thumbnail"]
    assert list(storage.incoming.iterdir()) == []


def test_a_file_is_collected_when_it_is_a_day_old(session: Session, storage: Storage) -> None:
    old, young = (storage.incoming / name for name in ("old", "young"))
    for path, hours in ((old, 25), (young, 23)):
        path.write_bytes(b"1")
        moment = (attachments.now() - timedelta(hours=hours)).timestamp()
        os.utime(path, (moment, moment))
    assert collect_orphans(session, storage) == 1
    assert list(storage.incoming.iterdir()) == [young]


def test_what_vanishes_meanwhile_is_passed_over(storage: Storage) -> None:
    for number in range(3):
        (storage.incoming / f"came-{number}").write_bytes(b"1")
    listed = storage.incoming_before(attachments.now() + timedelta(days=1))
    first = next(listed)
    for path in storage.incoming.iterdir():
        path.unlink()
    assert first.parent == storage.incoming
    assert list(listed) == []


def test_two_collectors_both_end_when_they_come_at_once(engine: Engine, tmp_path: Path) -> None:
    storage = Storage(str(tmp_path))
    for number in range(300):
        (storage.incoming / str(number)).write_bytes(b"1")
        (storage.incoming / "came").write_bytes(b"1")
        storage.put(storage.incoming / "came", f"key-{number}")

    def collect(_number: int) -> int:
        with Session(engine) as own:
            return collect_orphans(own, storage, older_than=timedelta(minutes=-1))

    with ThreadPoolExecutor(4) as pool:
        removed = list(pool.map(collect, range(4)))
    assert sum(removed) >= 600  # an object may be counted by two
    assert keys(storage) == []
    assert list(storage.incoming.iterdir()) == []


PUT = """
import sys
from pathlib import Path
from scholarnet.storage import Storage
Storage(sys.argv[1]).put(Path(sys.argv[2]), "key")
"""


def test_nothing_is_listed_when_a_process_is_killed_amid_the_parts_of_an_upload(
    session: Session, bucket: Bucket, tmp_path: Path
) -> None:
    with (tmp_path / "came").open("wb") as file:
        file.truncate(512 * 1024**2)
    with subprocess.Popen([sys.executable, "-c", PUT, bucket.url, str(tmp_path / "came")]) as process:
        while process.poll() is None and not bucket.unfinished():
            pass
        process.kill()
    storage = Storage(bucket.url)
    assert process.returncode == -signal.SIGKILL
    assert (bucket.keys(), keys(storage)) == ([], [])
    assert collect_orphans(session, storage, older_than=timedelta(minutes=-1)) == 0
    assert len(bucket.unfinished()) == 1  # paid for, until the bucket's rule aborts it (README)
    bucket.empty()


def test_a_post_has_room_for_fifty(session: Session, storage: Storage) -> None:
    post = PostFactory(draft=True)
    author, version = post.authors[0].researcher, post.versions[0]
    for position in range(49):
        AttachmentFactory(version_id=version.id, position=position)
    check_room(session, actor=author, post=post)
    last = upload(session, storage, post.public_id, author)
    assert last.position == 49
    with pytest.raises(Conflict, match="50"):
        check_room(session, actor=author, post=get_post(session, post.public_id, viewer=author))
    with pytest.raises(Conflict, match="50"):
        upload(session, storage, post.public_id, author)
    assert keys(storage) == [last.object_key]


def test_an_empty_file_is_refused(storage: Storage) -> None:
    with pytest.raises(Invalid, match="empty"), uploading(storage, [], name="a.csv", most=MOST):
        pass


@pytest.mark.parametrize("is_draft", [True, False])
def test_two_writers_both_attach_when_they_come_at_once(
    *, is_draft: bool, engine: Engine, session: Session, tmp_path: Path
) -> None:
    storage = Storage(str(tmp_path))
    post = PostFactory(draft=is_draft, by=[ResearcherFactory(), ResearcherFactory()])
    ids, key, post_id = [author.researcher.id for author in post.authors], post.id, post.public_id
    session.commit()  # nothing is read before the writers are done: on SQLite they would wait for it

    def write(author_id: int) -> str:
        with Session(engine) as own:
            author = own.get_one(Researcher, author_id)
            get_post(own, post_id, viewer=author)
            own.commit()  # as the view does before it waits for bytes
            made = upload(own, storage, post_id, author)
            own.commit()
            return made.object_key

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(write, ids * 4))
    session.expire_all()
    versions = session.scalars(select(PostVersion).where(PostVersion.post_id == key)).all()
    assert len(versions) == (1 if is_draft else 2)
    rows = session.execute(select(Attachment.version_id, Attachment.position, Attachment.object_key)).all()
    assert {row.version_id for row in rows} == {max(version.id for version in versions)}
    assert sorted(row.position for row in rows) == list(range(1, 9))
    assert {row.object_key for row in rows} == set(made)


def test_nothing_is_listed_for_a_version_that_is_not_there(session: Session) -> None:
    post: Post = PostFactory()
    with pytest.raises(NotFound, match="version"):
        list_attachments(session, post=post, viewer=None, version=2)
    assert list_attachments(session, post=post, viewer=None) == []
    assert session.scalar(select(func.count()).select_from(Attachment)) == 0
