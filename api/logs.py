"""Logs: one JSON object a line, with the request's id and nothing of whose request it is.

What may stand in a line is what was written for it: our own messages, which name routes, jobs and kinds of error.
Not a path or query as it was sent, no header, no address, no body. An exception is its kinds and the places in the
code, without its message, in which databases like to quote the values they refuse; and of another library's message
only the part before its values are put in.
"""

import logging
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any

import orjson
from flask import g, has_request_context
from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # it ships no types

from api.config import Config

OURS = ("scholarnet", "api")
SPEAKS_OF_ITSELF = "gunicorn.error"  # below a warning: where it listens, whom it starts and stops
PLACES = 40  # of a trace
HERE = Path(__file__).parents[1]


class Lines(logging.Formatter):
    """A record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": said(record),
        }
        if has_request_context() and "request_id" in g:
            line["request_id"] = g.request_id
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = chain(record.exc_info[1])
        return orjson.dumps(line, default=str).decode()


class Words(logging.Formatter):
    """The same for somebody who develops, with whole traces: not for production."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the trace behind it."""
        facts = " ".join(f"{name}={value}" for name, value in getattr(record, "facts", {}).items())
        return f"{super().format(record)} {facts}".rstrip()


class Stderr(logging.Handler):
    """Writes to what is stderr at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except (OSError, ValueError):  # nobody reads any more
            self.handleError(record)


class GunicornLogger(Logger):
    """Gunicorn's messages go where all go; its access log, which has addresses and queries, is ours instead."""

    def setup(self, cfg: Any) -> None:
        """Take no handlers of its own."""
        self.cfg = cfg
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO)

    def access(self, *_arguments: Any) -> None:
        """Nothing: api/observation.py has the line of each request."""


def set_up(config: Config) -> None:
    """Send all that is logged to stderr, ours from `info` on, as lines of JSON in production."""
    handler = Stderr()
    words = Words("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(Lines() if config.writes_json_logs() else words)
    root = logging.getLogger()
    for one in [one for one in root.handlers if isinstance(one, Stderr)]:
        root.removeHandler(one)
    root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    threading.excepthook = _note_thread


def said(record: logging.LogRecord) -> str:
    """The message; of another library's the part without values, or where it comes from."""
    is_ours = record.name.partition(".")[0] in OURS
    if is_ours or (record.name == SPEAKS_OF_ITSELF and record.levelno < logging.WARNING):
        return record.getMessage()
    place = f"{record.module}.{record.funcName}"
    return f"{place}: {record.msg}" if record.args else place


def chain(error: BaseException | None) -> list[dict[str, Any]]:
    """What went wrong and because of what: the kind of each error, and the places it came through."""
    found: list[dict[str, Any]] = []
    while error is not None and len(found) < PLACES:
        found.append({"kind": type(error).__qualname__, "trace": places(error.__traceback__)})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def places(trace: TracebackType | None) -> list[str]:
    """File, line and function of the last frames."""
    walked = ((frame.f_code, line) for frame, line in walk_tb(trace))
    return [f"{_shown(code.co_filename)}:{line} {code.co_name}" for code, line in walked][-PLACES:]


def _shown(file: str) -> str:
    path = Path(file)
    return path.relative_to(HERE).as_posix() if path.is_relative_to(HERE) else "/".join(path.parts[-2:])


def _note_thread(hook: threading.ExceptHookArgs) -> None:
    """What a thread died of would be printed with its values."""
    if hook.exc_value is not None:
        error = (hook.exc_type, hook.exc_value, hook.exc_traceback)
        logging.getLogger(OURS[0]).error("the thread %s died", hook.thread.name if hook.thread else "", exc_info=error)
