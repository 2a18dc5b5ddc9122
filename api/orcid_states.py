"""What a sign-in at ORCID is bound to: the account and the browser's session that began it, for ten minutes.

Nothing is stored: the state is signed, and nonce and PKCE verifier are derived from it under the server's secret. It is
used up by the connection that it makes. Without it a stranger's browser, led here, would give its iD to somebody else.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from api.auth import present_session
from scholarnet.errors import Invalid
from scholarnet.models import Researcher
from scholarnet.services.passwords import fingerprint

SECONDS = 600
SALT = "orcid-sign-in"


@dataclass(frozen=True, slots=True)
class SignIn:
    """`state` goes through the browser, and `nonce` too; `verifier` never does."""

    state: str
    nonce: str
    verifier: str


def begin_sign_in(researcher: Researcher) -> SignIn:
    """Return a new one, of this account and this session."""
    key = secrets.token_urlsafe(16)
    return _sign_in(_serializer().dumps([*_binding(researcher), key]), key)


def resume_sign_in(state: str, researcher: Researcher) -> SignIn:
    """Return the one that a state is of; Invalid if it is old, used up, or not of this account and session."""
    try:
        *bound, key = (str(part) for part in _serializer().loads(state, max_age=SECONDS))
    except (BadSignature, ValueError, TypeError) as error:
        raise Invalid("state", "is not valid any more; begin again with POST /auth/orcid") from error
    if bound != _binding(researcher):
        raise Invalid("state", "is of another account or session, or was used already; begin again")
    return _sign_in(state, key)


def check_unused(state: str, researcher: Researcher) -> None:
    """Refuse a state that another request used meanwhile."""
    resume_sign_in(state, researcher)


def _binding(researcher: Researcher) -> list[str]:
    login = present_session()
    is_in = fingerprint(f"{researcher.orcid}|{researcher.orcid_verified_at}")
    return [researcher.public_id, login.public_id if login else "", is_in]


def _sign_in(state: str, key: str) -> SignIn:
    return SignIn(state, nonce=_derive("nonce", key), verifier=_derive("verifier", key))


def _derive(what: str, key: str) -> str:
    secret = str(current_app.secret_key).encode()
    digest = hmac.new(secret, f"{SALT}|{what}|{key}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=SALT)
