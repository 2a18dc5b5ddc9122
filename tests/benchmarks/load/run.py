"""`python -m tests.benchmarks.load.run --size small`: many readers and writers on the server as production starts it.

Halfway a backup is taken. Afterwards it is restored beside, every acknowledged review that was done before the backup
began must be in it, and none that was sent after it had ended; and every score and the epoch must follow.
`--url` names a database that is filled already (it is written to); without, one is made by `seed --bulk`.
"""

import argparse
import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import numpy as np
from sqlalchemy import create_engine, make_url, text

from tests.benchmarks.load.memory import Memory
from tests.benchmarks.load.people import Record, Scene, live
from tests.benchmarks.load.scene import lay_out
from tests.benchmarks.servers import postgresql, sqlite_file
from tests.databases import execute
from tests.uploads import serving

COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]
READERS, WRITERS = 200, 20


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is, and how long it lasts."""

    bulk: float
    seconds: float


SIZES = {"small": Size(bulk=0.01, seconds=60), "full": Size(bulk=1, seconds=600)}


def main() -> None:
    """Measure and print; exit status 1 where there was an error, or the backup is not what it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--url", help="a database that is filled and scored already; it is written to")
    parser.add_argument("--seconds", type=float, help="how long, if not as long as the size says")
    parser.add_argument("--think", type=float, nargs=2, default=(10.0, 20.0), help="mean seconds of readers, writers")
    parser.add_argument("--workers", default="2", help="processes of the server")
    given = parser.parse_args()
    size = SIZES[given.size]
    with tempfile.TemporaryDirectory(prefix="scholarnet-load-") as folder, _filled(given, size) as url:
        wrong = _measure(given, url, Path(folder), given.seconds or size.seconds)
    sys.exit(1 if wrong else 0)


@contextmanager
def _filled(given: argparse.Namespace, size: Size) -> Iterator[str]:
    if given.url:
        yield given.url
        return
    with (sqlite_file if given.database == "sqlite" else postgresql)() as made:
        url = made.render_as_string(hide_password=False)
        for arguments in (["seed", "--bulk", str(size.bulk)], ["score"]):
            _run(url, *arguments)
        yield url


def _measure(given: argparse.Namespace, url: str, folder: Path, seconds: float) -> bool:
    settings = {
        "environment": "production",
        "secret_key": secrets.token_hex(16),
        "database_url": url,
        "attachments_url": str(folder / "attachments"),
        "trusted_proxies": "1",
    }
    tokens, posts, reviewable, tags = lay_out(url, n_writers=WRITERS, n_reviews=int(seconds) * WRITERS)
    record = Record()
    with serving(log=folder / "log", workers=given.workers, **settings) as (server, port):
        memory = Memory(server.pid)
        halfway = threading.Timer(seconds / 2, lambda: taken.append(_back_up(url, folder, settings)))
        taken: list[tuple[float, float]] = []
        halfway.start()
        scene = Scene(port, posts, reviewable, tags, tokens)
        begun = monotonic()
        asyncio.run(live(scene, record, seconds=seconds, think=tuple(given.think), n=(READERS, WRITERS)))
        took = monotonic() - begun
        halfway.join()
        memory.end()
        server.terminate()
        status = server.wait(60)
    _print(record, given.think, took, memory)
    n_faults = (folder / "log").read_text().count('"level":"error"')
    print(f"server: ended with status {status}, {n_faults} faults in its log")
    return not _is_whole(url, folder, taken[0], record) or bool(record.errors) or status != 0 or n_faults > 0


def _back_up(url: str, folder: Path, settings: dict[str, str]) -> tuple[float, float]:
    begun = monotonic()
    _run(url, "backup", str(folder / "kept"), **settings)
    print(f"backup: {monotonic() - begun:.0f} s under the load", flush=True)
    return begun, monotonic()


def _print(record: Record, think: tuple[float, float], took: float, memory: Memory) -> None:
    print(
        f"\n{READERS} readers (mean {think[0]:g} s between requests), {WRITERS} writers ({think[1]:g} s), {took:.0f} s"
    )
    print(f"{'kind':12}{'n':>8}{'p50 ms':>10}{'p99 ms':>10}{'p99/p50':>10}{'most ms':>10}")
    everything = {"reads": [], "writes": []} | dict(record.times)
    for kind, times in record.times.items():
        everything["writes" if kind.startswith("a ") else "reads"] += times
    for kind, times in sorted(everything.items()):
        if times:
            middle, late, most = np.percentile(times, [50, 99, 100]) * 1000
            print(f"{kind:12}{len(times):8,}{middle:10.1f}{late:10.1f}{late / middle:10.1f}{most:10.0f}")
    n = sum(map(len, record.times.values()))
    print(f"rate: {n / took:.1f} requests a second, {len(everything['writes']) / took:.2f} of them writes")
    print(f"errors: {len(record.errors)}", *record.errors[:5], sep="\n  ")
    print(*memory.lines(), sep="\n", flush=True)


def _is_whole(url: str, folder: Path, taken: tuple[float, float], record: Record) -> bool:
    """Restore the backup beside, compare it with what was acknowledged, and have everything computed again."""
    before = {review for _, done, review in record.reviews if done < taken[0]}
    after = {review for sent, _, review in record.reviews if sent > taken[1]}
    with _another(url, folder) as restored:
        begun = monotonic()
        said = _run(restored, "restore", str(folder / "kept"), attachments_url=str(folder / "elsewhere"))
        print(said, f"restored and checked in {monotonic() - begun:.0f} s", sep="")
        engine = create_engine(restored)
        with engine.connect() as connection:
            held = {name for (name,) in connection.execute(text("SELECT public_id FROM review"))}
        engine.dispose()
    print(f"reviews acknowledged before the backup: {len(before)}, in it {len(before & held)}")
    print(f"reviews sent after it: {len(after)}, in it {len(after & held)}", flush=True)
    return before <= held and not after & held


@contextmanager
def _another(url: str, folder: Path) -> Iterator[str]:
    here = make_url(url)
    if here.get_backend_name() == "sqlite":
        yield f"sqlite:///{folder / 'restored.db'}"
        return
    name = f"restored_{os.getpid()}"
    execute(here, f"CREATE DATABASE {name}")
    try:
        yield here.set(database=name).render_as_string(hide_password=False)
    finally:
        execute(here, f"DROP DATABASE {name} WITH (FORCE)")


def _run(url: str, *arguments: str, **settings: str) -> str:
    given = {"database_url": url} | settings
    environment = os.environ | {f"SCHOLARNET_{name.upper()}": value for name, value in given.items()}
    done = subprocess.run([*COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout, done.stderr, file=sys.stderr)
        msg = f"scholarnet {' '.join(arguments)} ended with status {done.returncode}"
        raise RuntimeError(msg)
    return done.stdout


if __name__ == "__main__":
    main()
