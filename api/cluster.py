"""A Dask cluster as the place where the sweeps of a fit are done (extra `scale`).

Whatever a shard is, is a future that follows from the reviews it began with and from what it was told since, and the
scheduler keeps both until the fit ends. So when a worker dies, Dask makes its shards anew on those that are left, or on
the next that comes: a death costs the time of that, and changes no bit. `scoring` knows nothing of this.
"""

import asyncio
import logging
import operator
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scholarnet.errors import DomainError
from scoring.epoch import Place
from scoring.parameters import MODEL_VERSION
from scoring.shard import Shard
from scoring.spread import Part, Work, begin, spread

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECTING = 10.0  # seconds in which a scheduler has to answer
WAITING = 30.0  # seconds for which there may be no worker at all
LOOKING = 1.0  # seconds between two looks at a step that is not done

log = logging.getLogger("scholarnet.cluster")


class ClusterLost(DomainError):
    """The cluster cannot be reached, or cannot do the work."""


class OtherModel(Exception):
    """A worker has another version of the model."""


@contextmanager
def place_at(scheduler: str, *, meanwhile: Callable[[], object] = lambda: None) -> Iterator[Place]:
    """Where a fit's sweeps are done: on the workers of the scheduler at that address; without one, here.

    `meanwhile` is called about once a second while workers are at work, and may raise to end the fit. Raises
    ClusterLost, here and in the fit: after `CONNECTING` seconds without an answer, `WAITING` without a worker.
    """
    if not scheduler:
        yield Shard.of
        return
    with _connected(scheduler) as client:
        workers = _Workers(client, scheduler, meanwhile)
        yield spread(workers, workers.count())


@contextmanager
def _connected(scheduler: str) -> "Iterator[Client]":
    try:
        import dask  # noqa: PLC0415  (an extra, and most commands do without it)
        from distributed import Client  # noqa: PLC0415
    except ModuleNotFoundError as error:
        msg = "a cluster needs Dask: install scholarnet[scale]"
        raise ClusterLost(msg) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what is lost, this module says
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TiB"}):
        try:
            asyncio.run(asyncio.wait_for(_knock(scheduler), CONNECTING))
            client = Client(scheduler, timeout=CONNECTING, set_as_default=False)
        except Exception as error:
            msg = f"no Dask scheduler answers at {scheduler} (within {CONNECTING:.0f} seconds)"
            raise ClusterLost(msg) from error
        try:
            yield client
        finally:
            client.close(timeout=CONNECTING)


async def _knock(scheduler: str) -> None:
    """Ask the scheduler who it is; a `Client` that finds none is slow to go away again."""
    from distributed import rpc  # noqa: PLC0415

    async with rpc(scheduler) as answering:
        if (await answering.identity())["type"] != "Scheduler":
            msg = "there is another server"
            raise ClusterLost(msg)


class _Workers:
    """The workers of a scheduler as a `scoring.spread.Runner`; places are futures of (part, answer)."""

    def __init__(self, client: "Client", scheduler: str, meanwhile: Callable[[], object]) -> None:
        self._client, self._scheduler, self._meanwhile = client, scheduler, meanwhile

    def count(self) -> int:
        """Threads of the workers that are there; waits for the first to come."""
        since = time.monotonic()
        while not (threads := sum(self._client.nthreads().values())):
            self._wait_on(since)
            time.sleep(LOOKING / 10)
        return int(threads)

    def hold(self, parts: Sequence[Part]) -> list[Any]:
        return [self._client.submit(_begin, part, pure=False) for part in parts]

    def step(self, places: Sequence[Any], work: Work, told: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        news = [self._client.submit(_say, one, pure=False) for one in told]  # goes out once, then from worker to worker
        each = news if len(news) == len(places) else news * len(places)
        done = [
            self._client.submit(_work, MODEL_VERSION, work, place, one, pure=False)
            for place, one in zip(places, each, strict=True)
        ]
        return done, self._gathered([self._client.submit(operator.itemgetter(1), one, pure=False) for one in done])

    def _gathered(self, answers: "list[Future[Any]]") -> list[Any]:
        from distributed import wait  # noqa: PLC0415

        since = time.monotonic()
        try:
            while True:
                try:
                    with self._client.as_current():
                        wait(answers, timeout=LOOKING)
                    return list(self._client.gather(answers))
                except TimeoutError:
                    since = self._wait_on(since)
        except DomainError:
            raise
        except OtherModel as error:
            raise ClusterLost(str(error)) from error
        except Exception as error:
            msg = f"the cluster at {self._scheduler} cannot do the work: {type(error).__name__}: {error}"
            raise ClusterLost(msg) from error

    def _wait_on(self, since: float) -> float:
        """Since when there is no worker, as it is now; raises where that is too long, or the scheduler is gone."""
        self._meanwhile()
        if self._client.status != "running":
            msg = f"the Dask scheduler at {self._scheduler} is gone"
            raise ClusterLost(msg)
        if self._client.nthreads():
            return time.monotonic()
        if time.monotonic() - since > WAITING:
            msg = f"the Dask scheduler at {self._scheduler} had no worker for {WAITING:.0f} seconds"
            raise ClusterLost(msg)
        return since


def _begin(part: Part) -> tuple[Part, None]:
    """A part as it begins, on the worker."""
    return begin(part), None


def _say(told: Any) -> Any:
    """What is told, on the worker."""
    return told


def _work(version: str, work: Work, place: tuple[Part, Any], told: Any) -> tuple[Part, Any]:
    if version != MODEL_VERSION:
        msg = f"a worker has version {MODEL_VERSION} of the model, and the fit is one of version {version}"
        raise OtherModel(msg)
    return work(place[0], told)
