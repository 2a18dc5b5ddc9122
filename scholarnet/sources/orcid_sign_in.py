"""Signing in at ORCID: the authorization code flow of OAuth 2 with PKCE (RFC 7636), and the id token of OpenID Connect.

The id token comes straight from ORCID over TLS, which stands for its signature (OpenID Connect Core, 3.1.3.7, step 6).
"""

import base64
import binascii
import hashlib
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
import orjson

from scholarnet.errors import Invalid, Unavailable

SKEW = 60  # seconds by which clocks may differ
STALE = "was used already, or has expired; begin again with POST /auth/orcid"


@dataclass(frozen=True, slots=True)
class Provider:
    """ORCID, or its sandbox, as this server is known there; `seconds` is how long each of its answers may take."""

    url: str
    client_id: str
    client_secret: str
    redirect_uri: str
    seconds: float


def sign_in_url(provider: Provider, *, state: str, nonce: str, verifier: str) -> str:
    """Return where a browser goes to sign in; ORCID sends it back to `redirect_uri` with ``code`` and `state`."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.redirect_uri,
        "scope": "openid",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{provider.url}/oauth/authorize?{urlencode(asked)}"


def fetch_orcid(provider: Provider, *, code: str, nonce: str, verifier: str) -> str:
    """Exchange the code for the iD of who signed in.

    Invalid if ORCID does not take the code, or its answer is not about this sign-in; Unavailable if it gives none.
    """
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.redirect_uri,
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
        "code_verifier": verifier,
    }
    answer = _post(provider, sent)
    claims = _claims(answer.get("id_token"))
    audience = claims.get("aud")
    expected = {
        "issuer": claims.get("iss") == provider.url,
        "audience": audience == provider.client_id or audience == [provider.client_id],
        "time": _is_current(claims.get("exp")),
        "nonce": claims.get("nonce") == nonce,
        "ORCID iD": bool(claims.get("sub")) and claims.get("sub") == answer.get("orcid"),
    }
    wrong = [name for name, is_right in expected.items() if not is_right]
    if wrong:
        raise Invalid("code", f"led to an id token that is not of this sign-in, by its {wrong[0]}; nothing was changed")
    return str(claims["sub"])


def _post(provider: Provider, sent: dict[str, str]) -> dict[str, Any]:
    try:
        response = httpx.post(
            f"{provider.url}/oauth/token",
            data=sent,
            headers={"Accept": "application/json"},
            timeout=provider.seconds,
            follow_redirects=False,
        )
        answer = orjson.loads(response.content)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        msg = "ORCID does not answer now; try again in a moment"
        raise Unavailable(msg) from error
    except orjson.JSONDecodeError as error:
        msg = "ORCID gave an answer that cannot be read; try again in a moment"
        raise Unavailable(msg) from error
    answer = answer if isinstance(answer, dict) else {}
    if response.status_code == httpx.codes.OK:
        return answer
    if answer.get("error") == "invalid_grant":
        raise Invalid("code", STALE)
    msg = f"ORCID refused this server's question ({response.status_code}); nothing was changed"
    raise Unavailable(msg)


def _claims(token: object) -> dict[str, Any]:
    """The claims of a JSON Web Token; none where it is not one."""
    try:
        _, payload, _ = str(token).split(".")
        claims = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}


def _is_current(expires: object) -> bool:
    return isinstance(expires, int | float) and expires > time.time() - SKEW
