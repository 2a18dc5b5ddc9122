"""Fifty clients that send a byte a second: they are answered 408 or dropped, and everybody else is served meanwhile."""

import selectors
import socket
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.cli.patience import HELD
from scholarnet.services.tokens import create_token
from tests.factories import ResearcherFactory
from tests.torture.site import Site, site, wait_until

CLIENTS = 50
HEAD = "POST /api/v1/imports?name=a.bib HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer TOKEN\r\n"
LENGTH = HEAD + "Content-Length: 5000\r\n\r\n@article{"
WAYS = (
    *(HEAD, LENGTH) * 2,  # a head, or a body, that never ends
    HEAD + f"Content-Length: {HELD * 2}\r\n\r\n@article",  # an upload
    HEAD + "Transfer-Encoding: chunked\r\n\r\nfff\r\n@article{",
)


class Trickle(threading.Thread):
    """Clients that send a byte a second each, for as long as they are let, and what they were answered."""

    def __init__(self, at: Site, token: str) -> None:
        super().__init__(daemon=True)
        self.stop, self.answers = threading.Event(), [b""] * CLIENTS
        self.ended: set[int] = set()
        self.sockets = [socket.create_connection(("127.0.0.1", at.port)) for _ in range(CLIENTS)]
        for number, one in enumerate(self.sockets):
            one.sendall(WAYS[number % len(WAYS)].replace("TOKEN", token).encode())

    def run(self) -> None:
        selector, sent_at = selectors.DefaultSelector(), 0.0
        for number, one in enumerate(self.sockets):
            selector.register(one, selectors.EVENT_READ, number)
        while not self.stop.is_set() and len(self.ended) < CLIENTS:
            for key, _ in selector.select(0.1):
                if not self._receive(key.data):
                    self.ended.add(key.data)
                    selector.unregister(key.fileobj)
            if time.monotonic() - sent_at >= 1:
                sent_at = time.monotonic()
                for number in set(range(CLIENTS)) - self.ended:
                    self._send(number)

    def _receive(self, number: int) -> bool:
        try:
            data = self.sockets[number].recv(4096)
        except OSError:
            data = b""
        self.answers[number] += data
        return bool(data)

    def _send(self, number: int) -> None:
        try:
            self.sockets[number].send(b"a")
        except OSError:
            return  # whoever reads is told so


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_others_are_served_while_fifty_clients_send_a_byte_a_second(
    engine: Engine, session: Session, tmp_path: Path
) -> None:
    _, token = create_token(session, researcher=ResearcherFactory(), name="t", scopes=["read", "write"])
    session.commit()
    with site(engine, tmp_path) as at:
        at.serve()
        slow = Trickle(at, token)
        slow.start()
        try:
            longest, begun = 0.0, time.monotonic()
            while len(slow.ended) < CLIENTS:
                asked = time.monotonic()
                assert at.get("/posts", seconds=30) == 200
                longest = max(longest, time.monotonic() - asked)
                assert asked - begun < 120, f"{CLIENTS - len(slow.ended)} are still there"
                time.sleep(0.05)  # one who reads now and then, not as fast as can be
        finally:
            slow.stop.set()
            slow.join()
            for one in slow.sockets:
                one.close()
        assert longest < 5, f"somebody waited {longest:.1f} s"
        said = {answer.partition(b"\r\n")[0] for answer in slow.answers}
        assert said <= {b"HTTP/1.1 408 Request Timeout", b"HTTP/1.1 503 Service Unavailable", b""}
        assert b"HTTP/1.1 408 Request Timeout" in said
        wait_until("the server has all its threads", lambda: at.get("/posts") == 200)
        assert "Traceback" not in at.log("serve")
