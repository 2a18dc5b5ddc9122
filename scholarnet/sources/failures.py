"""What can go wrong with a source that is asked over the network: one class a fact."""

from collections.abc import Iterator
from contextlib import contextmanager

from scholarnet.errors import Unavailable


class SourceFailure(Unavailable):
    """A source did not give what was asked of it. What was read until then is good.

    `go_on` is the query that gives the rest, or "" where there is nothing to go on with.
    """

    def __init__(self, message: str, *, go_on: str = "") -> None:
        super().__init__(message)
        self.go_on = go_on


class NotThere(SourceFailure):
    """The source does not know it."""


class Refused(SourceFailure):
    """The source says that the request is wrong, or not for this asker."""


class RateLimited(SourceFailure):
    """The source wants fewer requests, and to be left alone for longer than there is time."""


class Overloaded(SourceFailure):
    """The source failed, each time it was asked."""


class TimedOut(SourceFailure):
    """The source did not answer in time, each time it was asked."""


class Unreachable(SourceFailure):
    """There is no connection to the source: its name, the network or its certificate."""


class RedirectedAway(SourceFailure):
    """The source sent the asker to another host, or in a circle."""


class BrokenAnswer(SourceFailure):
    """The answer is not JSON."""


class WrongShape(SourceFailure):
    """The answer is JSON, and not what the source is known to answer."""


class AnswerTooLarge(SourceFailure):
    """The answer is larger than is read."""


class TooMany(SourceFailure):
    """There are more entries than are read at a time."""


class Incomplete(SourceFailure):
    """The source came to an end before it had given as many entries as it had told of."""


@contextmanager
def going_on_with(query: str) -> Iterator[None]:
    """Say in a failure how to get the rest."""
    try:
        yield
    except SourceFailure as failure:
        failure.go_on = failure.go_on or query
        raise
