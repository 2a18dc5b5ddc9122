"""How much one may ask for: a budget for each account, or each network of visitors, and a cost for each request."""

import hashlib
import logging
import math
import os
import re
import tempfile
import time
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import Path

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from limits import RateLimitItem, parse_many
from limits.errors import ConfigurationError as UnknownStorage
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import TooManyRequests
from werkzeug.middleware.proxy_fix import ProxyFix

from api.config import Config, ConfigurationError
from api.counters import url_of
from api.database import SAFE_METHODS
from scholarnet.errors import NotSignedIn

log = logging.getLogger(__name__)
VISITOR = parse_many("600 per minute; 12000 per hour")  # the shortest first: it is the one that answers tell of
MEMBER = parse_many("2000 per minute; 60000 per hour")
READ, SEARCH, WRITE, RERANK, ENTRY = 1, 3, 5, 15, 25
SEARCHES = frozenset({"search", "filter"})
STYLED = re.compile(r"style=|text/x-bibliography")  # a style is slow
SPENT = f"too many requests (a read counts {READ}, a write {WRITE}): Retry-After says when to go on"
EXTENSION = "scholarnet.limiter"


@dataclass(frozen=True, slots=True)
class Spent:
    """What a request left of a budget, and when that begins anew, in seconds since 1970."""

    limit: RateLimitItem
    left: int  # below 0 where it asked for more than there was
    reset_at: float


def init_app(app: Flask, config: Config) -> None:
    """Count every request but those for health and static files, and say with each answer what is left."""
    if config.trusted_proxies:
        trusted = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted)  # type: ignore[method-assign]
    try:
        storage = storage_from_string(_storage_url(config), wrap_exceptions=True)
    except UnknownStorage as error:
        msg = (
            "SCHOLARNET_LIMITS_URL is not a storage that is installed, such as memory://, or redis:// with its package"
        )
        raise ConfigurationError(msg) from error
    app.extensions[EXTENSION] = FixedWindowRateLimiter(storage)
    if config.rate_limits == "on":
        app.before_request(_spend)
        app.after_request(_tell)


def fingerprint(*parts: str) -> str:
    """Return a name for a counter, from which nobody reads an address or a handle."""
    key = hashlib.sha256(str(current_app.secret_key).encode()).digest()
    return hashlib.blake2b("\n".join(parts).encode(), key=key, digest_size=16).hexdigest()


def network() -> str:
    """Return whose connection the request came over: an IPv4 address, or the /64 of an IPv6 address."""
    return network_of(request.remote_addr or "")


@lru_cache(4096)
def network_of(address: str) -> str:
    """Return the network of an address; all that have none share one."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "none"
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((int(ip), 64), strict=False))


def _storage_url(config: Config) -> str:
    """A file beside an SQLite database; one in the system's folder for anything else."""
    if config.limits_url:
        return config.limits_url
    file = config.database_file()
    if file is not None:
        return url_of(Path(f"{file}.limits"))
    if config.database_url.startswith("sqlite"):
        return "memory://"
    name = hashlib.sha256(f"{config.secret_key}{config.database_url}".encode()).hexdigest()[:16]
    return url_of(Path(tempfile.gettempdir()) / f"scholarnet-{os.getuid()}-{name}.limits")


def _account() -> str | None:
    """Who is signed in; a token that is none is left for the guard to refuse, and counts for its network."""
    if "spending_account" not in g:
        try:
            g.spending_account = current_user.researcher.public_id if current_user.is_authenticated else None
        except (NotSignedIn, SQLAlchemyError):
            g.spending_account = None
    return g.spending_account  # type: ignore[no-any-return]


def _spend() -> None:
    """Count the request; TooManyRequests where a budget is spent. Lost counters refuse nobody."""
    if request.endpoint in {None, "static"} or request.blueprint == "health":
        return
    try:
        g.spent = _count(current_app.extensions[EXTENSION].storage)
    except StorageError:
        log.exception("requests are not counted: the storage of the limits does not answer")
        return
    if g.spent.left < 0:
        raise TooManyRequests(SPENT)


def _count(storage: Storage) -> Spent:
    """Count the request for the minute and the hour, and return the first that is spent, else the minute."""
    spender, cost = _spender(), _cost()
    limits = MEMBER if _account() else VISITOR
    told, left = limits[0], 0
    for limit in limits:
        counted = storage.incr(limit.key_for(spender), limit.get_expiry(), amount=cost)
        if limit is told or counted > limit.amount:
            told, left = limit, limit.amount - counted
        if left < 0:
            break
    return Spent(told, left, storage.get_expiry(told.key_for(spender)))


def _spender() -> str:
    account = _account()
    return fingerprint("account", account) if account else fingerprint("network", network())


def _cost() -> int:
    """What anybody may write (an account, a login, a new password) costs most, and all of an epoch and an import as
    much; of reads what computes scores or centralities, looks through many works, or formats some in a style."""
    if request.method not in SAFE_METHODS:
        if request.endpoint == "imports.add_import":
            return ENTRY
        view = current_app.view_functions.get(request.endpoint or "")
        return WRITE if getattr(view, "needs_person", True) else ENTRY
    if request.blueprint == "epoch_exports":
        return ENTRY
    is_styled = STYLED.search(request.headers.get("Accept", ""))
    if request.args.get("criteria") or request.blueprint == "experts" or is_styled or _analyses():
        return RERANK
    return (
        SEARCH if request.blueprint in {"graph", "suggested_collaborators"} or SEARCHES & request.args.keys() else READ
    )


def _analyses() -> bool:
    return request.blueprint == "graph" and "with" in request.args


def _tell(response: Response) -> Response:
    spent: Spent | None = g.get("spent")
    if spent is None:
        return response
    seconds = math.ceil(max(0, spent.reset_at - time.time()))
    response.headers["RateLimit-Limit"] = str(spent.limit.amount)
    response.headers["RateLimit-Remaining"] = str(max(0, spent.left))
    response.headers["RateLimit-Reset"] = str(seconds)
    if spent.left < 0:
        response.headers["Retry-After"] = str(seconds)
    return response
