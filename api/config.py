"""The configuration: from the environment, checked at start."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from scholarnet.db import normal_url
from scholarnet.errors import DomainError, Invalid
from scholarnet.sources.source_settings import CROSSREF, OPENALEX, ORCID, SourceSettings

DEFAULT_SECRET_KEY = "for development only"  # noqa: S105  (production refuses it)
SHORTEST_SECRET_KEY = 16
HOW_TO = 'make one with: python -c "import secrets; print(secrets.token_hex(32))"'
CONSOLE = "console:"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
ONE_OF = {
    "environment": ("development", "production"),
    "rate_limits": ("on", "off"),
    "log_format": ("", "json", "text"),
}
SCHEDULERS = ("tcp://", "tls://")  # Dask's, of a cluster that fits
PREFIX = "/api/v1"  # of every route


class ConfigurationError(DomainError):
    """The environment asks for something that cannot be."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the environment sets; each attribute is ``SCHOLARNET_`` and its name in upper case."""

    environment: str = "development"
    database_url: str = "sqlite:///instance/scholarnet.db"
    replica_url: str = ""
    secret_key: str = DEFAULT_SECRET_KEY
    data: str = "../shared/data"
    base_url: str = "http://127.0.0.1:8000"
    mail_url: str = CONSOLE
    mail_from: str = "ScholarNet <no-reply@localhost>"
    institution_domains: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ("*",)
    attachments_url: str = ""
    largest_attachment: int = 2 * 1024**3
    rate_limits: str = "off"  # what a server starts with is "on": from_environment
    limits_url: str = ""
    trusted_proxies: int = 0
    log_format: str = ""  # json in production, text otherwise
    statement_seconds: int = 30
    epoch_every: int = 86_400
    epoch_limit: int = 3_600
    scheduler: str = ""
    contact_mail: str = ""
    crossref_url: str = CROSSREF
    openalex_url: str = OPENALEX
    openalex_key: str = ""
    orcid_api_url: str = ORCID
    orcid_api_token: str = ""
    source_seconds: int = 900
    orcid_url: str = "https://orcid.org"
    orcid_client_id: str = ""
    orcid_client_secret: str = ""
    orcid_limit: float = 10

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read and check the configuration; ConfigurationError names the variable and what it may be."""
        given: dict[str, Any] = {"rate_limits": "on"} | {
            name: environ[f"SCHOLARNET_{name.upper()}"]
            for name in cls.__dataclass_fields__
            if environ.get(f"SCHOLARNET_{name.upper()}")
        }
        given |= {name: read(given[name]) for name, read in READ.items() if name in given}
        config = cls(**given)
        config.check()
        return replace(config, database_url=absolute(config.database_url))

    def check(self) -> None:
        """Refuse what cannot be."""
        for name, allowed in ONE_OF.items():
            if (given := getattr(self, name)) not in allowed:
                msg = f"SCHOLARNET_{name.upper()} is {given!r}; it must be {' or '.join(filter(None, allowed))}"
                raise ConfigurationError(msg)
        is_weak = self.secret_key == DEFAULT_SECRET_KEY or len(self.secret_key) < SHORTEST_SECRET_KEY
        if self.environment == "production" and is_weak:
            msg = f"SCHOLARNET_SECRET_KEY is not set or too short, and production does not start without one; {HOW_TO}"
            raise ConfigurationError(msg)
        self._check_scheduler()
        self._check_orcid()
        try:
            url = make_url(normal_url(self.database_url))
        except ArgumentError as error:
            msg = "SCHOLARNET_DATABASE_URL is not a URL such as sqlite:///file.db or postgresql://user@host/name"
            raise ConfigurationError(msg) from error
        if url.get_backend_name() not in {"sqlite", "postgresql"}:
            msg = f"SCHOLARNET_DATABASE_URL names {url.get_backend_name()}; it must be sqlite or postgresql"
            raise ConfigurationError(msg)
        self._check_replica(url.get_backend_name())
        try:
            self.sources()
        except Invalid as error:
            (name, (reason, *_)), *_ = error.errors.items()
            msg = f"SCHOLARNET_{name.upper()} {reason}"
            raise ConfigurationError(msg) from error

    def _check_scheduler(self) -> None:
        if self.scheduler and not self.scheduler.startswith(SCHEDULERS):
            msg = f"SCHOLARNET_SCHEDULER is {self.scheduler!r}; it must begin with {' or '.join(SCHEDULERS)}"
            raise ConfigurationError(msg)

    def _check_replica(self, kind: str) -> None:
        try:
            is_same = not self.replica_url or make_url(normal_url(self.replica_url)).get_backend_name() == kind
        except ArgumentError:
            is_same = False
        if not is_same:
            msg = f"SCHOLARNET_REPLICA_URL is not the URL of a {kind} database, as SCHOLARNET_DATABASE_URL is"
            raise ConfigurationError(msg)

    def sources(self) -> SourceSettings:
        """Return how Crossref, OpenAlex and ORCID are asked; Invalid names the variable that is wrong."""
        return SourceSettings(
            contact_mail=self.contact_mail,
            crossref_url=self.crossref_url,
            openalex_url=self.openalex_url,
            openalex_key=self.openalex_key,
            orcid_api_url=self.orcid_api_url,
            orcid_api_token=self.orcid_api_token,
            total_seconds=self.source_seconds,
        )

    def _check_orcid(self) -> None:
        """Without TLS nothing would show that an answer is ORCID's."""
        parts = urlsplit(self.orcid_url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            msg = f"SCHOLARNET_ORCID_URL is {self.orcid_url!r}; it must begin with https://, as https://orcid.org does"
            raise ConfigurationError(msg)
        if bool(self.orcid_client_id) != bool(self.orcid_client_secret):
            msg = "SCHOLARNET_ORCID_CLIENT_ID and SCHOLARNET_ORCID_CLIENT_SECRET are set both or neither"
            raise ConfigurationError(msg)

    def database_file(self) -> Path | None:
        """Return the file of an SQLite database; None for one in memory or on a server."""
        url = make_url(normal_url(self.database_url))
        is_file = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
        return Path(url.database) if is_file and url.database else None

    def attachments_place(self) -> str:
        """Return the folder or s3://bucket/prefix of attachments; beside the database unless one is set."""
        file = self.database_file()
        beside = file.parent if file else Path("instance")
        return self.attachments_url or str(beside.absolute() / "attachments")

    def writes_json_logs(self) -> bool:
        """Whether logs are for machines: in production, unless it says otherwise."""
        return (self.log_format or ("json" if self.environment == "production" else "text")) == "json"

    def url_of(self, path: str) -> str:
        """Return the address of a route for people outside."""
        return f"{self.base_url}{PREFIX}{path}"

    def check_exposure(self, host: str) -> None:
        """Refuse to listen beyond this machine with a key that everybody knows: it signs the session cookies."""
        if self.secret_key == DEFAULT_SECRET_KEY and host not in LOOPBACK:
            msg = f"will not listen on {host} with the default secret: set SCHOLARNET_SECRET_KEY; {HOW_TO}"
            raise ConfigurationError(msg)

    def make_folder(self) -> None:
        """Make the folder of an SQLite file, if it is not there."""
        file = self.database_file()
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)


def current_config() -> Config:
    """Return the configuration of the application that is at work."""
    return current_app.extensions["scholarnet.config"]  # type: ignore[no-any-return]


def _parts(text: str) -> tuple[str, ...]:
    """Cut a list written with commas."""
    return tuple(filter(None, text.lower().replace(" ", "").split(",")))


def _bytes(text: str) -> int:
    return _number("LARGEST_ATTACHMENT", text, least=1, what="a number of bytes")


def _proxies(text: str) -> int:
    return _number("TRUSTED_PROXIES", text, least=0, what="how many proxies stand before the server, such as 1")


def _every(text: str) -> int:
    return _number("EPOCH_EVERY", text, least=0, what="the seconds from one fit to the next, or 0 for never")


def _limit(text: str) -> int:
    return _number("EPOCH_LIMIT", text, least=1, what="how many seconds a fit may take")


def _statement_seconds(text: str) -> int:
    return _number("STATEMENT_SECONDS", text, least=1, what="how many seconds a statement of a request may take")


def _source_seconds(text: str) -> int:
    return _number("SOURCE_SECONDS", text, least=1, what="how many seconds a source may take for one import")


def _seconds(text: str) -> int:
    return _number("ORCID_LIMIT", text, least=1, what="how many seconds an answer of ORCID may take")


def _address(text: str) -> str:
    return text.rstrip("/")


def _number(name: str, text: str, *, least: int, what: str) -> int:
    if not text.isdecimal() or int(text) < least:
        msg = f"SCHOLARNET_{name} is {text!r}; it must be {what}"
        raise ConfigurationError(msg)
    return int(text)


READ: dict[str, Callable[[str], Any]] = {  # what is not text
    "institution_domains": _parts,
    "cors_origins": _parts,
    "largest_attachment": _bytes,
    "trusted_proxies": _proxies,
    "epoch_every": _every,
    "epoch_limit": _limit,
    "source_seconds": _source_seconds,
    "statement_seconds": _statement_seconds,
    "orcid_url": _address,
    "orcid_limit": _seconds,
}


def absolute(url: str) -> str:
    """Return the database's URL, an SQLite file named from the root, so that no library moves it."""
    parsed = make_url(normal_url(url))
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        parsed = parsed.set(database=str(Path(parsed.database).absolute()))
    return parsed.render_as_string(hide_password=False)
