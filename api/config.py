"""The configuration: from the environment, checked at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from scholarnet.db import normal_url
from scholarnet.errors import DomainError

DEFAULT_SECRET_KEY = "for development only"  # noqa: S105  (production refuses it)
SHORTEST_SECRET_KEY = 16
HOW_TO = 'make one with: python -c "import secrets; print(secrets.token_hex(32))"'
CONSOLE = "console:"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
ENVIRONMENTS = ("development", "production")


class ConfigurationError(DomainError):
    """The environment asks for something that cannot be."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the environment sets; each attribute is ``SCHOLARNET_`` and its name in upper case."""

    environment: str = "development"
    database_url: str = "sqlite:///instance/scholarnet.db"
    secret_key: str = DEFAULT_SECRET_KEY
    data: str = "../shared/data"
    base_url: str = "http://127.0.0.1:8000"
    mail_url: str = CONSOLE
    mail_from: str = "ScholarNet <no-reply@localhost>"
    institution_domains: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read and check the configuration; ConfigurationError names the variable and what it may be."""
        given = {
            name: environ[f"SCHOLARNET_{name.upper()}"]
            for name in cls.__dataclass_fields__
            if environ.get(f"SCHOLARNET_{name.upper()}")
        }
        domains = given.pop("institution_domains", "").lower().replace(" ", "")
        config = cls(**given, institution_domains=tuple(filter(None, domains.split(","))))
        config.check()
        return replace(config, database_url=absolute(config.database_url))

    def check(self) -> None:
        """Refuse what cannot be."""
        if self.environment not in ENVIRONMENTS:
            msg = f"SCHOLARNET_ENVIRONMENT is {self.environment!r}; it must be one of {', '.join(ENVIRONMENTS)}"
            raise ConfigurationError(msg)
        is_weak = self.secret_key == DEFAULT_SECRET_KEY or len(self.secret_key) < SHORTEST_SECRET_KEY
        if self.environment == "production" and is_weak:
            msg = f"SCHOLARNET_SECRET_KEY is not set or too short, and production does not start without one; {HOW_TO}"
            raise ConfigurationError(msg)
        try:
            url = make_url(normal_url(self.database_url))
        except ArgumentError as error:
            msg = "SCHOLARNET_DATABASE_URL is not a URL such as sqlite:///file.db or postgresql://user@host/name"
            raise ConfigurationError(msg) from error
        if url.get_backend_name() not in {"sqlite", "postgresql"}:
            msg = f"SCHOLARNET_DATABASE_URL names {url.get_backend_name()}; it must be sqlite or postgresql"
            raise ConfigurationError(msg)

    def check_exposure(self, host: str) -> None:
        """Refuse to listen beyond this machine with a key that everybody knows: it signs the session cookies."""
        if self.secret_key == DEFAULT_SECRET_KEY and host not in LOOPBACK:
            msg = f"will not listen on {host} with the default secret: set SCHOLARNET_SECRET_KEY; {HOW_TO}"
            raise ConfigurationError(msg)

    def make_folder(self) -> None:
        """Make the folder of an SQLite file, if it is not there."""
        url = make_url(normal_url(self.database_url))
        if url.get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)


def absolute(url: str) -> str:
    """Return the database's URL, an SQLite file named from the root, so that no library moves it."""
    parsed = make_url(normal_url(url))
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        parsed = parsed.set(database=str(Path(parsed.database).absolute()))
    return parsed.render_as_string(hide_password=False)
