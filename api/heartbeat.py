"""Signs of life of long work, given beside it, so that no long step of it looks like death."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from scholarnet.errors import DomainError

BEAT = timedelta(seconds=5)


@contextmanager
def beating(beat: Callable[[], None], *, every: timedelta = BEAT) -> Iterator[None]:
    """Call `beat` that often in a thread until the work ends.

    What the database fails at is passed over, and tried again; a DomainError says that the work is not ours any more,
    which the work finds out itself, and ends the beating.
    """
    is_done = threading.Event()

    def run() -> None:
        with suppress(DomainError):
            while not is_done.wait(every.total_seconds()):
                with suppress(SQLAlchemyError):
                    beat()

    thread = threading.Thread(target=run, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_done.set()
        thread.join()
