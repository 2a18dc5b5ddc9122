"""Links sent by mail: signed, expiring, and used up by the change that they make."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from api.config import current_config
from scholarnet.errors import Invalid
from scholarnet.models import Researcher
from scholarnet.services.passwords import fingerprint

SECONDS = 24 * 3600
RESET_SECONDS = 3600
# Salts, so that none passes for the other.
VERIFICATION, RESET, CHANGE = "verify-email", "password-reset", "change-email"


def verification_link(researcher: Researcher, email: str) -> str:
    """Return the link that proves that who opens it reads `email`."""
    return _address_link(VERIFICATION, "/auth/verify-email", researcher, email, _state(researcher))


def read_verification(token: str) -> tuple[str, str, str]:
    """Return the researcher's id, the address, and the state in which the link was made."""
    return _read_address(VERIFICATION, token)


def check_unused(researcher: Researcher, state: str) -> None:
    """Refuse a link that was opened before, or that a later verification overtook."""
    _check(state, _state(researcher))


def reset_token(researcher: Researcher | None) -> str:
    """Return the token that sets a new password; for nobody, one that is never sent."""
    public_id, state = (researcher.public_id, _password_state(researcher)) if researcher else ("", "")
    return str(_serializer(RESET).dumps([public_id, state]))


def read_reset(token: str) -> tuple[str, str]:
    """Return the researcher's id and the state in which the token was made."""
    public_id, state = _read(RESET, token, RESET_SECONDS, advice="ask for a new one")
    return public_id, state


def check_unused_reset(researcher: Researcher, state: str) -> None:
    """Refuse a token that was used, or that another change of the password overtook."""
    _check(state, _password_state(researcher))


def email_change_link(researcher: Researcher, email: str) -> str:
    """Return the link that makes `email` the address of the account."""
    return _address_link(CHANGE, "/auth/email", researcher, email, _change_state(researcher))


def read_email_change(token: str) -> tuple[str, str, str]:
    """Return the researcher's id, the new address, and the state in which the link was made."""
    return _read_address(CHANGE, token)


def check_unused_change(researcher: Researcher, state: str) -> None:
    """Refuse a link that was opened before, or that another change of address or password overtook."""
    _check(state, _change_state(researcher))


def _address_link(kind: str, path: str, researcher: Researcher, email: str, state: str) -> str:
    token = _serializer(kind).dumps([researcher.public_id, email, state])
    return current_config().url_of(f"{path}?token={token}")


def _read_address(kind: str, token: str) -> tuple[str, str, str]:
    public_id, email, state = _read(kind, token, SECONDS, advice="ask for a new link")
    return public_id, email, state


def _read(kind: str, token: str, seconds: int, *, advice: str) -> list[str]:
    try:
        return [str(part) for part in _serializer(kind).loads(token, max_age=seconds)]
    except (BadSignature, ValueError) as error:
        raise Invalid("token", f"is not valid any more; {advice}") from error


def _check(state: str, present: str) -> None:
    if state != present:
        raise Invalid("token", "was used already")


def _state(researcher: Researcher) -> str:
    """Hashed as a whole: whoever reads a new address is told nothing of the old one."""
    return fingerprint(f"{_email_state(researcher)}|{researcher.is_email_verified}|{researcher.verified_at}")


def _password_state(researcher: Researcher) -> str:
    return f"{fingerprint(researcher.password_hash)}|{researcher.email}"


def _change_state(researcher: Researcher) -> str:
    return fingerprint(f"{researcher.password_hash}|{_email_state(researcher)}")


def _email_state(researcher: Researcher) -> str:
    """An address that comes back is another one."""
    return f"{researcher.email}|{researcher.email_changed_at}"


def _serializer(kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=kind)
