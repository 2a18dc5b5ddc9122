"""The epoch job beside the worker's other tasks."""

import logging
import threading
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.cluster import ClusterLost
from api.config import Config
from api.jobs import Stopped, Terms, TimeLimit, run_epoch
from api.priority import stand_back
from scholarnet.db import now, reading
from scholarnet.errors import Conflict
from scholarnet.models import Starter
from scholarnet.services.epoch_runs import is_due
from scoring.sweeps import NotConverged

log = logging.getLogger("scholarnet.worker")


class Fitting:
    """A fit in a thread of its own, so that no mail waits for it.

    A thread is enough: most of a fit is inside NumPy, its connections are its own, and it is told to end by the same
    event as the worker. What it could take down with it, memory above all, is the worker's alone: the server is
    elsewhere, and a run that died is taken over by the next.
    """

    def __init__(self, engine: Engine, config: Config, stop: threading.Event) -> None:
        self.engine = engine
        self.every = timedelta(seconds=config.epoch_every)
        self.terms = Terms(Starter.WORKER, timedelta(seconds=config.epoch_limit), stop, config.scheduler)
        self.thread: threading.Thread | None = None

    def begin_if_due(self) -> None:
        """Begin a fit that is due, unless one is at work here."""
        if self.thread is not None and self.thread.is_alive():
            return
        with Session(reading(self.engine)) as session:
            due = is_due(session, every=self.every, moment=now())
        if due:
            self.thread = threading.Thread(target=self._run, name="epoch")
            self.thread.start()

    def wait(self) -> None:
        """Return once the fit has ended, or has given up its place after it was told to stop."""
        if self.thread is not None:
            self.thread.join()

    def _run(self) -> None:
        stand_back()
        try:
            run_epoch(self.engine, terms=self.terms)
        except (Stopped, TimeLimit, NotConverged, ClusterLost):
            pass  # the run has said so
        except Conflict as error:
            log.info("no epoch this time: %s", error.message)
        except Exception:
            log.exception("the epoch job failed")
