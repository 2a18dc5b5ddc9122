"""The memory of a server's processes while it works: sampled, and fitted by a line."""

import threading
from pathlib import Path
from time import monotonic

import numpy as np

EVERY_SECONDS = 2.0
WARM = 1 / 3  # of the time, in which what is imported late and what is kept is filled


class Memory:
    """Samples, in MB, of every process below `pid`: what is resident, and what of it is its own share (PSS)."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.at: dict[int, list[tuple[float, float]]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop sampling."""
        self._stop.set()
        self._thread.join()

    def lines(self) -> list[str]:
        """Of each process the first and the last sample, and the slope after it was warm."""
        told = []
        for number, samples in enumerate(self.at.values(), start=1):
            seconds, megabytes = np.array(samples).T
            is_warm = seconds >= seconds[0] + WARM * (seconds[-1] - seconds[0])
            if is_warm.sum() < 3:  # a line through fewer says nothing
                continue
            slope = np.polyfit(seconds[is_warm] / 60, megabytes[is_warm], 1)[0]
            warm = megabytes[is_warm]
            told.append(
                f"worker {number}: RSS {megabytes[0]:.0f} MB at first, {warm[0]:.0f} warm, {warm[-1]:.0f} at the end, "
                f"{warm.max():.0f} at most; slope {slope:+.2f} MB a minute once warm"
            )
        return told

    def _sample(self) -> None:
        begun = monotonic()
        while not self._stop.wait(EVERY_SECONDS):
            for pid in _children(self.pid):
                resident = _resident(pid)
                if resident is not None:
                    self.at.setdefault(pid, []).append((monotonic() - begun, resident))


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _resident(pid: int) -> float | None:
    """Anonymous and shared memory; not the pages of files, which the system takes back when it wants."""
    try:
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
        )
        return sum(int(status[name].split()[0]) for name in ("RssAnon", "RssFile", "RssShmem")) / 1024
    except (OSError, KeyError):
        return None
