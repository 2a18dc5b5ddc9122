"""Passwords, hashed with Argon2id."""

import hashlib
from functools import cache

from pwdlib import PasswordHash

from scholarnet.errors import Invalid

SHORTEST, LONGEST = 10, 256


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")


def hash_password(password: str) -> str:
    """Return the hash of a password, or say what is wrong with it."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("password", f"must have {SHORTEST} to {LONGEST} characters")
    return _hasher().hash(password)


def fingerprint(password_hash: str | None) -> str:
    """Return what tells this password's hash (and what is beside it) from the next one, and nothing of the password."""
    return hashlib.sha256((password_hash or "").encode()).hexdigest()[:16]


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether it is the one. Without a hash it takes as long and is never the one, so time tells nothing."""
    right = _hasher().verify(password[:LONGEST], password_hash or _nobodys_hash())
    return right and password_hash is not None
