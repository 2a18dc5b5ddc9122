"""Asking a source over HTTP as a good guest: slowly enough, not for ever, and believing nothing of what comes.

Only GET is sent, which changes nothing; so what failed for now (429, 5xx, no answer in time, a connection that broke
off) is asked again, after a time that doubles and is blurred by chance, or that the source names in Retry-After.
Redirects are followed within the host alone.
"""

from __future__ import annotations  # what is loaded later is not looked at for a signature

import logging
import random
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import orjson

from scholarnet.sources import failures
from scholarnet.sources.failures import SourceFailure
from scholarnet.sources.references import one_line
from scholarnet.sources.source_settings import LOOPBACK, SourceSettings

logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write down addresses, with the keys in them
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0  # seconds, of what is waited where the source does not say
MOST_REDIRECTS = 3
SAID_IN = ("message", "user-message", "developer-message", "error")  # of what the three call their reasons
DEEPEST_WORD = 4
LONGEST_WORD = 200  # characters of what the source says of a failure


class PoliteClient:
    """One source, for one query. What is done with an answer before the next is asked for costs none of its time.

    `wait` is called with seconds. Raises SourceFailure; its message names the source and never a key.
    """

    def __init__(
        self,
        name: str,
        url: str,
        *,
        settings: SourceSettings,
        headers: Mapping[str, str],
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name, self.settings, self._wait = name, settings, wait
        agent = f"ScholarNet (mailto:{settings.contact_mail})" if settings.contact_mail else "ScholarNet"
        self._url = url.rstrip("/")
        self._http = httpx.Client(
            headers={"User-Agent": agent, "Accept": "application/json", **headers},
            timeout=settings.request_seconds,
            verify=_certificates(),
            trust_env=urlsplit(url).hostname not in LOOPBACK,  # a proxy is for what lies outside
        )
        self._left = settings.total_seconds
        self._began = self._asked = time.monotonic()
        self._pause = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, params: Mapping[str, str]) -> Any:
        """Return what the JSON of the answer says; `path` is quoted already."""
        self._began = time.monotonic()
        try:
            apart = failures.RateLimited(
                f"{self.name} wants its requests further apart than there is time; go on later"
            )
            self._sleep(self._pause - (self._began - self._asked), apart)
            return self._persistently(self._url + path, params)
        finally:
            self._asked = time.monotonic()
            self._left -= self._asked - self._began

    def _persistently(self, url: str, params: Mapping[str, str]) -> Any:
        attempt = 1
        while True:
            try:
                return self._once(url, params)
            except _ForNow as error:
                if attempt >= self.settings.attempts:
                    raise error.failure from error
                blurred = FIRST_WAIT * 2**attempt * (0.5 + random.random()) / 2  # noqa: S311 (no secret)
                self._sleep(min(LONGEST_WAIT, blurred) if error.after is None else error.after, error.failure)
                attempt += 1

    def _sleep(self, seconds: float, failure: SourceFailure) -> None:
        """Wait, if there is time for it."""
        if time.monotonic() - self._began + max(0.0, seconds) > self._left:
            raise failure
        if seconds > 0:
            self._wait(seconds)

    def _once(self, url: str, params: Mapping[str, str]) -> Any:
        """Ask, and follow where the same host sends."""
        address = httpx.URL(url, params=dict(params))
        for _ in range(MOST_REDIRECTS + 1):
            status, headers, body = self._fetch(address)
            if status not in {301, 302, 303, 307, 308}:
                return self._read(status, headers, body)
            target = _joined(address, headers.get("Location", ""))
            if (target.scheme, target.host, target.port) != (address.scheme, address.host, address.port):
                msg = (
                    f"{self.name} sends to another address, on {target.host!r}; if it has moved, configure its new one"
                )
                raise failures.RedirectedAway(msg)
            address = target
        raise failures.RedirectedAway(f"{self.name} sends in a circle; check its configured address, or try later")

    def _fetch(self, address: httpx.URL) -> tuple[int, httpx.Headers, bytes]:
        begun = time.monotonic()
        seconds = self.settings.request_seconds
        slow = failures.TimedOut(f"{self.name} did not answer in {seconds:g} s, each time it was asked; try later")
        body = bytearray()
        try:
            with self._http.stream("GET", address) as answer:
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > self.settings.largest_answer:
                        most = self.settings.largest_answer
                        msg = f"{self.name} sends more than {most:,} bytes in one answer; ask for less at a time"
                        raise failures.AnswerTooLarge(msg)
                    if time.monotonic() - begun > seconds:
                        raise _ForNow(slow)
                return answer.status_code, answer.headers, bytes(body)
        except httpx.TimeoutException as error:
            raise _ForNow(slow) from error
        except httpx.ConnectError as error:
            msg = (
                f"there is no connection to {self.name} ({one_line(str(error))}); check network and address, try later"
            )
            raise failures.Unreachable(msg) from error
        except httpx.DecodingError as error:
            raise failures.BrokenAnswer(f"{self.name} sends what cannot be unpacked; try later") from error
        except httpx.TransportError as error:
            msg = f"the connection to {self.name} broke off, each time it was asked; try later"
            raise _ForNow(failures.Unreachable(msg)) from error

    def _read(self, status: int, headers: httpx.Headers, body: bytes) -> Any:
        if status == 429:
            msg = f"{self.name} wants fewer requests than this, and longer waiting than there is time; go on later"
            raise _ForNow(failures.RateLimited(msg), _after(headers))
        if status >= 500:
            msg = f"{self.name} failed with the status {status}, each time it was asked; try later"
            raise _ForNow(failures.Overloaded(msg), _after(headers))
        if status in {404, 409, 410}:  # 409 is ORCID's for records that are locked or given up
            raise failures.NotThere(f"{self.name} does not know it{_words(body)}; check what was asked for")
        if status != 200:
            raise failures.Refused(f"{self.name} refused with the status {status}{_words(body)}; change what is asked")
        self._pause = _spacing(headers)
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            msg = f"{self.name} answered with what is not JSON; check its configured address, or try later"
            raise failures.BrokenAnswer(msg) from error


@cache
def _certificates() -> ssl.SSLContext:
    """Who is believed, read once: it takes longer than a request on this machine."""
    return httpx.create_ssl_context()


class _ForNow(Exception):
    """A failure that may be over when it is asked again, `after` so many seconds if the source says."""

    def __init__(self, failure: SourceFailure, after: float | None = None) -> None:
        super().__init__(failure.message)
        self.failure, self.after = failure, after


def _joined(address: httpx.URL, location: str) -> httpx.URL:
    try:
        return address.join(location)
    except httpx.InvalidURL:
        return httpx.URL("")  # on no host


def _after(headers: httpx.Headers) -> float | None:
    """Seconds until it may be asked again, as Retry-After has them (RFC 9110: a number, or a moment)."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _spacing(headers: httpx.Headers) -> float:
    """Seconds between requests, as Crossref asks for: so many (x-rate-limit-limit) in such a time (…-interval)."""
    many, time_of_them = headers.get("x-rate-limit-limit", ""), headers.get("x-rate-limit-interval", "")
    seconds = time_of_them.removesuffix("s")
    if not (many.isascii() and many.isdigit() and seconds.isascii() and seconds.isdigit()):
        return 0.0
    return float(seconds) / max(1.0, float(many))


def _words(body: bytes) -> str:
    """What the source says of it, in brackets, or nothing."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    for _ in range(DEEPEST_WORD):
        if isinstance(said, list):
            said = next(iter(said), "")
        elif isinstance(said, dict):
            said = next((said[name] for name in SAID_IN if name in said), "")
    text = one_line(said)[:LONGEST_WORD] if isinstance(said, str) else ""
    return f" ({text})" if text and text.isprintable() else ""
