"""A server on this machine that answers as it is told, in place of Crossref, OpenAlex and ORCID."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent; a `said` that is not bytes goes out as JSON. A silent one sends nothing until the server ends, and
    one with the status 0 hangs up."""

    said: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    path: str
    params: dict[str, str]
    headers: dict[str, str]


@dataclass(slots=True)
class AnsweringServer:
    """`script` has the answers in the order in which they go out, or a function that finds one for each request."""

    url: str
    script: list[Answer] | Callable[[Asked], Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    end: threading.Event = field(default_factory=threading.Event)

    def answer(self, asked: Asked) -> Answer:
        """Note the request and return its answer."""
        self.asked.append(asked)
        return self.script(asked) if callable(self.script) else self.script[len(self.asked) - 1]


@contextmanager
def answering_server() -> Iterator[AnsweringServer]:
    """Answer on some port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            params = {name: values[0] for name, values in parse_qs(parts.query).items()}
            answer = told.answer(Asked(unquote(parts.path), params, dict(self.headers)))
            if answer.is_silent or not answer.status:
                if answer.is_silent:
                    told.end.wait()
                self.close_connection = True
                return
            body = answer.said if isinstance(answer.said, bytes) else json.dumps(answer.said).encode()
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(body)
            except ConnectionError:  # the asker has heard enough
                self.close_connection = True

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told = AnsweringServer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        told.end.set()
        server.shutdown()
        thread.join()
        server.server_close()
