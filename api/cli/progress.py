"""Signs of life on stderr during long work, where somebody is watching."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show what is being done until it is done; silent unless stderr is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    with Console(stderr=True).status(what):
        yield


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Give a function that is told what begins, and shows it until the next; silent as `working` is."""
    if not sys.stderr.isatty():
        yield lambda _what: None
        return
    with Console(stderr=True).status("") as status:
        yield status.update


@contextmanager
def phases() -> Iterator[Callable[[str], None]]:
    """As `steps`, but what is done stays to be seen, with the time that it took."""
    columns = (SpinnerColumn(finished_text=" "), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:

        def finish() -> None:
            for task in progress.task_ids:
                progress.update(task, total=1, completed=1)

        def begin(what: str) -> None:
            finish()
            progress.add_task(what, total=None)

        yield begin
        finish()
