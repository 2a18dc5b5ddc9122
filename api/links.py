"""Links sent by mail: signed, expiring, and used up by the change that they make."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from api.config import Config
from scholarnet.errors import Invalid
from scholarnet.models import Researcher
from scholarnet.services.passwords import fingerprint

SECONDS = 24 * 3600
RESET_SECONDS = 3600


def verification_link(researcher: Researcher, email: str) -> str:
    """Return the link that proves that who opens it reads `email`."""
    config: Config = current_app.extensions["scholarnet.config"]
    token = _serializer().dumps([researcher.public_id, email, _state(researcher)])
    return f"{config.base_url}/api/v1/auth/verify-email?token={token}"


def read_verification(token: str) -> tuple[str, str, str]:
    """Return the researcher's id, the address, and the state in which the link was made."""
    try:
        public_id, email, state = _serializer().loads(token, max_age=SECONDS)
    except (BadSignature, ValueError) as error:
        raise Invalid("token", "is not valid any more; ask for a new link") from error
    return str(public_id), str(email), str(state)


def check_unused(researcher: Researcher, state: str) -> None:
    """Refuse a link that was opened before, or that a later verification overtook."""
    if state != _state(researcher):
        raise Invalid("token", "was used already")


def reset_token(researcher: Researcher | None) -> str:
    """Return the token that sets a new password; for nobody, one that is never sent."""
    public_id, state = (researcher.public_id, _password_state(researcher)) if researcher else ("", "")
    return str(_reset_serializer().dumps([public_id, state]))


def read_reset(token: str) -> tuple[str, str]:
    """Return the researcher's id and the state in which the token was made."""
    try:
        public_id, state = _reset_serializer().loads(token, max_age=RESET_SECONDS)
    except (BadSignature, ValueError) as error:
        raise Invalid("token", "is not valid any more; ask for a new one") from error
    return str(public_id), str(state)


def check_unused_reset(researcher: Researcher, state: str) -> None:
    """Refuse a token that was used, or that another change of the password overtook."""
    if state != _password_state(researcher):
        raise Invalid("token", "was used already")


def _password_state(researcher: Researcher) -> str:
    return f"{fingerprint(researcher.password_hash)}|{researcher.email}"


def _reset_serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="password-reset")


def _state(researcher: Researcher) -> str:
    return f"{researcher.email}|{researcher.is_email_verified}|{researcher.verified_at}"


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="verify-email")
