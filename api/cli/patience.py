"""Patience with slow clients, and where it ends: threads are for requests that have come, not for what is coming.

Gunicorn gives a thread to a connection as soon as its first byte is there, so that as many clients as there are
threads, each sending a byte a second, keep everybody else out. Here the loop that accepts connections receives the head
of a request, and a body of up to HELD bytes, and no thread waits for them. What is longer is an upload: half of the
threads may be at those, the others of them queue, and one that comes slower than SLOWEST gives its thread back.
"""

import errno
import re
import socket
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ
from typing import Any, NoReturn

import orjson
from gunicorn import http  # type: ignore[import-untyped]  # it ships no types
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from api.errors import PROBLEM

WHOLE_SECONDS = 10  # for a head and a body that is held to be there
QUEUE_SECONDS = 60  # for an upload to get a thread
IDLE_SECONDS = 10  # of an upload without a byte, and before its speed is judged
SLOWEST = 1024  # bytes a second, of what an upload is waited for
SEND_SECONDS = 60  # for a client to take a piece of an answer
HELD = 64 * 1024  # bytes of a connection that no thread serves yet
CHUNK = 64 * 1024
END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
STREAMED = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)
TRANSIENT = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR, errno.ECONNABORTED)


class Paced:
    """A socket whose bytes are waited for as long as they come fast enough."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.n_bytes, self.waited = sock, 0, 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sock, name)

    def recv(self, size: int) -> bytes:
        """Receive; OSError, as if the client had gone, once it is too slow."""
        self.sock.settimeout(IDLE_SECONDS)
        begun = time.monotonic()
        try:
            data = self.sock.recv(size)
        except TimeoutError:
            self._give_up()
        finally:
            self.sock.settimeout(SEND_SECONDS)
        self.n_bytes, self.waited = self.n_bytes + len(data), self.waited + time.monotonic() - begun
        if data and self.waited > IDLE_SECONDS and self.n_bytes < SLOWEST * self.waited:
            self._give_up()
        return data

    def _give_up(self) -> NoReturn:
        refuse(self.sock, HTTPStatus.REQUEST_TIMEOUT, f"an upload comes at {SLOWEST} bytes a second at least")
        raise ConnectionResetError(errno.ECONNRESET, "the client is too slow")


class Connection(TConn):
    """A connection, and what has come of its next request: all of it, or the head of an upload."""

    parser: Any

    def begin(self) -> None:
        """Wait for a request from now on."""
        self.came, self.is_upload = bytearray(), False
        self.ends_at = time.monotonic() + WHOLE_SECONDS
        self.sock.settimeout(0)

    def take(self, data: bytes) -> bool:
        """Take what came; return whether a thread can go on from here."""
        self.came += data
        head = self.came.find(END)
        if head < 0:
            return len(self.came) > HELD  # the parser says what is wrong with such a head
        fields = bytes(self.came[: head + 2])
        length = LENGTH.search(fields)
        whole = head + len(END) + (int(length[1]) if length else 0)
        self.is_upload = whole > HELD or STREAMED.search(fields) is not None
        return self.is_upload or len(self.came) >= whole

    def hand_over(self) -> None:
        """Have the parser begin with what came."""
        if self.parser is None:
            self.initialized, self.paced = True, Paced(self.sock)
            self.parser = http.get_parser(self.cfg, self.paced, self.client)
        self.paced.n_bytes, self.paced.waited = 0, 0.0
        self.parser.unreader.unread(bytes(self.came))
        self.data_ready = True
        self.came = bytearray()


class PatientWorker(ThreadWorker):
    """Gunicorn's worker with threads, which none but a request that is there is given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.coming: set[Any] = set()
        self.uploads: deque[Any] = deque()  # that wait for a thread
        self.n_uploads = 0
        self.most_uploads = max(1, self.cfg.threads // 2)
        self.looked_at = time.monotonic()

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001  (gunicorn's signature)
        """Take new connections or not; one that stops lets go of its port at once.

        Whoever comes then is refused and asks elsewhere, and does not wait in a queue that nobody takes from.
        """
        super().set_accept_enabled(enabled)
        if not self.alive:
            for one in self.sockets:
                one.close()

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection and wait for its first request."""
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno not in TRANSIENT:
                raise
            return
        self.nr_conns += 1
        self._await(Connection(self.cfg, sock, client, listener.getsockname()))

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """The next request of a connection that was kept begins."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """An upload that has ended leaves its thread to the next."""
        if conn.is_upload:
            conn.is_upload = False
            self.n_uploads -= 1
            if self.uploads:
                self._upload(self.uploads.popleft())
        super().finish_request(conn, fs)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer; whoever does not take the answer is as good as gone."""
        conn.sock.settimeout(SEND_SECONDS)
        try:
            return super().handle_request(req, conn)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "the client does not take its answer") from error

    def murder_pending(self) -> None:
        """Give up, once a second, what has not come in time."""
        super().murder_pending()
        moment = time.monotonic()
        if moment - self.looked_at < 1:
            return
        self.looked_at = moment
        for conn in [one for one in self.coming if one.ends_at <= moment or not (self.alive or one.came)]:
            self._forget(conn)
            why = f"a request is to be here within {WHOLE_SECONDS} seconds"
            self._end(conn, partial(refuse, status=HTTPStatus.REQUEST_TIMEOUT, why=why) if conn.came else None)
        while self.uploads and self.uploads[0].ends_at <= moment:
            why = "too many uploads at once; try again in a moment"
            self._end(self.uploads.popleft(), partial(refuse, status=HTTPStatus.SERVICE_UNAVAILABLE, why=why))

    def _await(self, conn: Any) -> None:
        conn.begin()
        self.coming.add(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._receive, conn))

    def _receive(self, conn: Any, _sock: Any) -> None:
        try:
            data = conn.sock.recv(CHUNK)
        except OSError as error:
            if error.errno in TRANSIENT:
                return
            data = b""
        is_here = bool(data) and conn.take(data)
        if data and not is_here:
            return
        self._forget(conn)
        if not is_here:
            self._end(conn)
        elif conn.is_upload:
            self._upload(conn)
        else:
            conn.hand_over()
            self.enqueue_req(conn)

    def _upload(self, conn: Any) -> None:
        if self.n_uploads < self.most_uploads:
            self.n_uploads += 1
            conn.hand_over()
            self.enqueue_req(conn)
        else:
            conn.ends_at = time.monotonic() + QUEUE_SECONDS
            self.uploads.append(conn)

    def _forget(self, conn: Any) -> None:
        self.coming.discard(conn)
        self.poller.unregister(conn.sock)

    def _end(self, conn: Any, say: Callable[[socket.socket], None] | None = None) -> None:
        if say is not None:
            say(conn.sock)
        self.nr_conns -= 1
        conn.close()


def refuse(sock: socket.socket, status: HTTPStatus, why: str) -> None:
    """Send a problem that no thread is needed for, as far as the client takes it at once, and end the connection."""
    body = orjson.dumps({"type": "about:blank", "title": status.phrase, "status": int(status), "detail": why})
    retry = "Retry-After: 5\r\n" if status is HTTPStatus.SERVICE_UNAVAILABLE else ""
    head = (
        f"HTTP/1.1 {int(status)} {status.phrase}\r\nContent-Type: {PROBLEM}\r\n{retry}"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        sock.settimeout(0)
        sock.send(head.encode() + body)
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is gone already, or takes nothing
