"""The imports beside the worker's other tasks."""

import logging
import threading

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.config import Config
from api.import_jobs import Workshop, run_imports
from scholarnet.storage import open_storage

EVERY_SECONDS = 2  # somebody watches the progress
log = logging.getLogger("scholarnet.worker")


class Importing:
    """Imports in a thread of their own, so that no mail waits for them; told to end by the same event as the worker."""

    def __init__(self, engine: Engine, config: Config, stop: threading.Event) -> None:
        storage = open_storage(config.attachments_place())
        self.workshop = Workshop(engine, storage, settings=config.sources(), stop=stop)
        self.thread = threading.Thread(target=self._run, name="imports", daemon=True)
        self.is_once = False

    def begin(self, *, once: bool) -> None:
        """Begin with what waits; go on with what comes, unless it is for `once`."""
        self.is_once = once
        self.thread.start()

    def wait(self, seconds: float | None = None) -> None:
        """Return once the last import has ended, or was put back after the stop, or that time has passed."""
        if self.thread.ident is not None:
            self.thread.join(seconds)

    def _run(self) -> None:
        self._work()
        while not self.is_once and not self.workshop.stop.wait(EVERY_SECONDS):
            self._work()

    def _work(self) -> None:
        try:
            run_imports(self.workshop)
        except SQLAlchemyError:
            log.exception("what waits to be imported could not be read")
