"""One gigabyte up and down through a real server: how long it takes, and how large the server grows."""

import json
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from api.config import PREFIX
from scholarnet.services.tokens import create_token
from tests.benchmarks.servers import sqlite_file
from tests.databases import disposing
from tests.factories import PostFactory
from tests.factories.row import using
from tests.uploads import begin, send, serving

SIZE, CHUNK = 1024**3, 1024**2


def main() -> None:
    """Print seconds and sizes."""
    with sqlite_file() as url, tempfile.TemporaryDirectory() as folder, disposing(url) as engine:
        with Session(engine) as session, using(session):
            post = PostFactory(draft=True)
            author = post.authors[0].researcher
            _, token = create_token(session, researcher=author, name="bench", scopes=["read", "write"])
            path = f"{PREFIX}/posts/{post.public_id}/attachments"
            session.commit()
        with serving(database_url=str(engine.url), attachments_url=folder) as (server, port):
            measure(server.pid, port, path, token)


def measure(leader: int, port: int, path: str, token: str) -> None:
    """Send and fetch once small, then large, watching the memory of the server's processes."""
    travel(port, path, token, CHUNK)
    before = resident(leader)
    peak, stop = [before], threading.Event()
    watcher = threading.Thread(target=watch, args=(leader, peak, stop))
    watcher.start()
    up, down = travel(port, path, token, SIZE)
    stop.set()
    watcher.join()
    print(f"{SIZE:,} bytes: up {up:.1f} s, down {down:.1f} s")
    print(f"server, resident: before {before / CHUNK:.1f} MB, at most {max(peak) / CHUNK:.1f} MB")


def travel(port: int, path: str, token: str, size: int) -> tuple[float, float]:
    """The seconds that a file of that size takes up and down."""
    start = time.perf_counter()
    connection = begin(port, f"{path}?name=a.csv", token, length=size)
    made = json.load(send(connection, (b"0" * CHUNK for _ in range(size // CHUNK))))
    middle = time.perf_counter()
    connection.request("GET", f"{path}/{made['id']}/content", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    total = 0
    while chunk := answer.read(CHUNK):
        total += len(chunk)
    connection.close()
    if total != size:
        msg = f"{total} bytes came back"
        raise ValueError(msg)
    return middle - start, time.perf_counter() - middle


def watch(leader: int, peak: list[int], stop: threading.Event) -> None:
    """Note how large the processes are until told to stop."""
    while not stop.wait(0.02):
        peak.append(resident(leader))


def resident(leader: int) -> int:
    """The resident bytes of the leader and of its children."""
    return sum(size_of(process) for process in family(leader))


def family(leader: int) -> Iterator[Path]:
    """The processes of the leader's group, as Linux lists them."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            group = int((process / "stat").read_text().rpartition(")")[2].split()[2])
        except OSError:
            continue
        if group == leader:
            yield process


def size_of(process: Path) -> int:
    """The resident bytes of a process, 0 once it has ended."""
    try:
        return int((process / "statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


if __name__ == "__main__":
    main()
