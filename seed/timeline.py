"""What happens in a community, one thing after the other."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

Action = Callable[[datetime], None]


class Timeline:
    """Actions in the order of their moments, of equal ones as they came; an action may schedule later ones."""

    def __init__(self, end: datetime) -> None:
        self.end = end
        self._queue: list[tuple[datetime, int, Action]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, moment: datetime, action: Action) -> None:
        """Schedule an action; what would lie beyond the end does not happen."""
        if moment < self.end:
            heapq.heappush(self._queue, (moment, self._count, action))
            self._count += 1

    def after(self, moment: datetime, days: float, action: Action) -> None:
        """Schedule an action some days later."""
        self.add(moment + timedelta(days=days), action)

    def run(self) -> Iterator[int]:
        """Do everything; yield how many things are done."""
        done = 0
        while self._queue:
            moment, _, action = heapq.heappop(self._queue)
            action(moment)
            done += 1
            yield done
