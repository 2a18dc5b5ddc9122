"""A server that is killed in the middle of an upload leaves nothing that is not cleared away."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from api.config import PREFIX
from scholarnet.models import Attachment
from scholarnet.services.attachments import collect_orphans
from scholarnet.services.tokens import create_token
from scholarnet.storage import Storage
from tests.factories import PostFactory
from tests.uploads import begin, serving

SENT = 4 * 1024 * 1024


def test_a_killed_upload_leaves_nothing_when_orphans_are_collected(
    engine: Engine, session: Session, tmp_path: Path
) -> None:
    place = tmp_path / "attachments"
    post = PostFactory(draft=True)
    _, token = create_token(session, researcher=post.authors[0].researcher, name="tests", scopes=["read", "write"])
    path = f"{PREFIX}/posts/{post.public_id}/attachments?name=a.csv"
    session.commit()
    url = engine.url.render_as_string(hide_password=False)
    with serving(database_url=url, attachments_url=str(place)) as (server, port):
        connection = begin(port, path, token, length=2 * SENT)
        connection.send(b"0" * SENT)
        wait_for_bytes(place / "incoming")
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        connection.close()
    assert len(files_in(place)) == 1
    assert session.scalar(select(func.count()).select_from(Attachment)) == 0
    assert collect_orphans(session, Storage(str(place)), older_than=timedelta(seconds=-60)) == 1
    assert files_in(place) == []


def files_in(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def wait_for_bytes(folder: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if folder.is_dir() and any(path.stat().st_size for path in folder.iterdir()):
            return
        time.sleep(0.02)
    raise AssertionError("nothing came")
