"""Long work beside a server stands back: who asks for a page should not wait for a processor."""

import os
import threading
from contextlib import suppress

NICE = 10  # of 19


def stand_back() -> None:
    """Lower the priority of this thread, and of those that it begins; where that cannot be, work goes on as it was."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
