"""Who may do what, operation by operation: the table that the tests walk and `scholarnet access` prints."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROLES = ("visitor", "member", "author", "coauthor", "reviewer", "invited", "editor", "moderator", "admin")
GROUPS = {
    "everybody": ROLES,
    "members": ROLES[1:],
    "authors": ("author", "coauthor"),
    "editors": ("editor", "moderator", "admin"),
    "moderators": ("moderator", "admin"),
}


@dataclass(frozen=True, slots=True)
class Access:
    """Which roles may, and the scope that a token needs for it."""

    may: frozenset[str]
    scope: str


@cache
def access_table() -> dict[str, Access]:
    """Return the table by operation, such as ``POST /posts``; KeyError if it names a role that is none."""
    rows = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {operation: Access(_roles(row["may"]), row["scope"]) for operation, row in rows.items()}


def _roles(names: list[str]) -> frozenset[str]:
    known = {role: (role,) for role in ROLES} | GROUPS
    return frozenset(role for name in names for role in known[name])
