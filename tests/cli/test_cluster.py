"""`--scheduler`: a fit on a Dask cluster of processes, one of which is killed; and clusters that are not there."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api import cluster
from api.cli import main
from api.cluster import ClusterLost, place_at
from api.jobs import Terms, run_epoch
from scholarnet.models import EpochRun, RunState
from scholarnet.services.epoch_hashes import epoch_hash
from scholarnet.services.epochs import compute_epoch, current_epoch
from scholarnet.services.snapshots import read_snapshot
from scoring.epoch import fit
from scoring.reviews import Forms, Reviews
from tests.conftest import ROOT
from tests.services.communities import START, add_community

LATER = START + timedelta(days=60)
HERE = "127.0.0.1"
SCHEDULER = ("scheduler", "--host", HERE, "--port", "0", "--dashboard-address", f"{HERE}:0")
WORKER = ("--host", HERE, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--death-timeout", "30")


@contextmanager
def running(*arguments: str, until: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process of Dask's, and the line in which it says `until`."""
    command = [sys.executable, "-m", "dask", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as process:
        try:
            yield process, next(line for line in process.stderr if until in line)
        finally:
            process.kill()


class Crew:
    """A scheduler and its workers; who was killed is left out."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack, self._workers = stack, []
        _, line = stack.enter_context(running(*SCHEDULER, until="Scheduler at:"))
        self.address = line.split()[-1]

    def of(self, n: int) -> list[subprocess.Popen[str]]:
        """So many workers, in place of those that there are."""
        self._workers = [one for one in self._workers if one.poll() is None]
        for one in self._workers[n:]:
            one.kill()
            one.wait()
        for _ in range(n - len(self._workers)):
            worker = running("worker", self.address, *WORKER, until="Registered to:")
            self._workers.append(self._stack.enter_context(worker)[0])
        return self._workers[:n]


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    with ExitStack() as stack:
        yield Crew(stack)


def killing(victim: subprocess.Popen[str], at: int) -> Callable[[str], None]:
    """A listener that kills the process before that sweep."""

    def tell(what: str) -> None:
        if what.endswith(f": sweep {at}"):
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait()

    return tell


def test_score_when_a_worker_is_killed_in_the_middle_has_the_hash_of_a_fit_without_a_cluster(
    engine: Engine, session: Session, crew: Crew
) -> None:
    add_community(session)
    snapshot = read_snapshot(session, as_of=LATER)
    session.rollback()
    here = compute_epoch(snapshot)
    assert here.fit.n_sweeps > 5
    victim, _ = crew.of(2)
    there = run_epoch(engine, as_of=LATER, progress=killing(victim, 5), terms=Terms(scheduler=crew.address))
    assert victim.returncode == -signal.SIGKILL
    assert there.hash == epoch_hash(snapshot, here)


def test_fit_when_the_last_worker_is_killed_gives_up_in_time(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WAITING", 0.5)
    random, looks = np.random.default_rng(1), []
    item, reviewer = np.divmod(np.flatnonzero(random.random(40 * 50) < 0.3), 50)
    rating = np.clip(0.5 + 0.3 * random.normal(size=40)[item] + 0.1 * random.normal(size=len(item)), 0.0, 1.0)
    columns = np.zeros(len(item), np.int8), np.ones(len(item)), np.ones(len(item), bool)
    reviews = Reviews(reviewer, item, rating[:, None], *columns, 50, np.zeros(40, np.int64))
    listen, sweeps = killing(*crew.of(1), 3), iter(range(1, 100))
    with place_at(crew.address, meanwhile=lambda: looks.append(1)) as place:
        trust, on_sweep = np.full(50, 0.8), lambda: listen(f": sweep {next(sweeps)}")
        with pytest.raises(ClusterLost) as lost:
            fit(reviews, Forms.single(), trust, on_sweep=on_sweep, place=place)
    assert lost.value.message == f"the Dask scheduler at {crew.address} had no worker for 0 seconds"
    assert looks, "whoever waits can be told to end"


def test_score_when_no_scheduler_answers_says_so_and_the_old_epoch_stays(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECTING", 0.5)
    add_community(session, n_posts=2, n_reviewers=2, n_each=1)
    old = run_epoch(engine, as_of=LATER)
    with socket.socket() as taken:
        taken.bind((HERE, 0))  # and does not listen
        terms = Terms(scheduler=f"tcp://{HERE}:{taken.getsockname()[1]}")
        with pytest.raises(ClusterLost, match="no Dask scheduler answers at"):
            run_epoch(engine, as_of=LATER, terms=terms)
    assert current_epoch(session).public_id == old.public_id
    failed = session.scalars(select(EpochRun).order_by(EpochRun.id.desc())).first()
    assert (failed.state, failed.error[:26]) == (RunState.FAILED, "no Dask scheduler answers ")


def test_rank_when_the_address_is_no_scheduler_says_so_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECTING", 0.5)
    (tmp_path / "reviews.csv").write_text("reviewer,item,rating\na,b,1\n")
    files = [str(tmp_path / "reviews.csv"), "--out", str(tmp_path / "items.csv")]
    done = CliRunner().invoke(main, ["rank", *files, "--scheduler", "nowhere"])
    assert done.exit_code == 2
    assert done.stderr == "Error: no Dask scheduler answers at nowhere (within 0 seconds)\n"
    assert not (tmp_path / "items.csv").exists()


def test_score_when_the_address_has_no_scheme_is_refused() -> None:
    done = CliRunner().invoke(main, ["score", "--scheduler", "10.0.0.5:8786"])
    assert done.exit_code == 2
    assert done.stderr == "Error: SCHOLARNET_SCHEDULER is '10.0.0.5:8786'; it must begin with tcp:// or tls://\n"
