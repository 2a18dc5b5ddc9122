"""Wrong passwords are counted for a handle and a network, so that nobody locks out somebody else."""

import logging
import math
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.strategies import RateLimiter
from werkzeug.exceptions import TooManyRequests

from api.limits import EXTENSION, fingerprint, network
from scholarnet.errors import Invalid
from scholarnet.models import Researcher

log = logging.getLogger(__name__)
COOKIE = "device"
DEVICE_SECONDS = 180 * 24 * 3600
MINUTES = 15
PAIR = RateLimitItemPerMinute(10, MINUTES, namespace="PASSWORDS")
NETWORK = RateLimitItemPerMinute(100, MINUTES, namespace="NETWORK_PASSWORDS")


def begin_attempt(handle: str) -> None:
    """Count an attempt before its password is looked at; TooManyRequests where there were too many wrong ones."""
    with _letting_through():
        if not _device(handle) and not _counters().test(NETWORK, _network()):
            raise _locked(NETWORK, _network())
        if not _counters().hit(PAIR, _pair(handle)):
            raise _locked(PAIR, _pair(handle))


def end_attempt(handle: str, *, is_right: bool) -> None:
    """Forget the wrong passwords after a right one, and know the device again; count a wrong one for its network."""
    with _letting_through():
        if is_right:
            _counters().clear(PAIR, _pair(handle))
        elif not _device(handle):
            _counters().hit(NETWORK, _network())
    if is_right:
        _remember_device(handle)


@contextmanager
def attempt(person: Researcher, *, field: str) -> Iterator[None]:
    """Count what somebody who is signed in says to be their password; it is wrong if that `field` is refused."""
    handle = str(person.handle)
    begin_attempt(handle)
    try:
        yield
    except Invalid as error:
        end_attempt(handle, is_right=field not in error.errors)
        raise
    end_attempt(handle, is_right=True)


def _pair(handle: str) -> str:
    """The counter of a handle in a network; a device that has signed in with it has one of its own."""
    device = _device(handle)
    return fingerprint("device", device) if device else fingerprint("pair", _normal(handle), network())


def _network() -> str:
    return fingerprint("wrong", network())


def _device(handle: str) -> str | None:
    """The random name of a device that this handle has signed in from."""
    try:
        owner, device = _signer().loads(request.cookies.get(COOKIE, ""), max_age=DEVICE_SECONDS)
    except (BadSignature, ValueError):
        return None
    return str(device) if owner == _owner(handle) else None


def _remember_device(handle: str) -> None:
    text = _signer().dumps([_owner(handle), secrets.token_urlsafe(12)])

    @after_this_request
    def remember(response: Response) -> Response:
        response.set_cookie(
            COOKIE,
            str(text),
            max_age=DEVICE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
        return response


def _owner(handle: str) -> str:
    return fingerprint("owner", _normal(handle))


def _normal(handle: str) -> str:
    return handle.strip().lower()


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=COOKIE)


def _counters() -> RateLimiter:
    return current_app.extensions[EXTENSION]  # type: ignore[no-any-return]


def _locked(item: RateLimitItem, name: str) -> TooManyRequests:
    seconds = math.ceil(max(1, _counters().get_window_stats(item, name).reset_time - time.time()))
    return TooManyRequests("too many wrong passwords: Retry-After says when to try again", retry_after=seconds)


@contextmanager
def _letting_through() -> Iterator[None]:
    """Lost counters lock nobody out."""
    try:
        yield
    except StorageError:
        log.exception("wrong passwords are not counted: the storage of the limits does not answer")
