"""Who is asking: a session cookie (with CSRF) or a bearer token, both through Flask-Login."""

from collections.abc import Sequence

from flask import Flask, Request, request
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from sqlalchemy import select

from api.database import SAFE_METHODS, db
from scholarnet.errors import Forbidden, NotSignedIn
from scholarnet.models import Researcher
from scholarnet.permissions import RULES, permit
from scholarnet.services.passwords import fingerprint
from scholarnet.services.tokens import find_token

login_manager = LoginManager()
csrf = CSRFProtect()


class Principal(UserMixin):
    """A researcher as they came in: by cookie with every scope, or by a token with its own."""

    def __init__(self, researcher: Researcher, scopes: Sequence[str] | None = None) -> None:
        self.researcher = researcher
        self.scopes = scopes

    def get_id(self) -> str:
        """Return what the session cookie keeps."""
        return f"{self.researcher.public_id}.{fingerprint(self.researcher.password_hash)}"


def init_app(app: Flask) -> None:
    """Load people from cookies and tokens."""
    login_manager.init_app(app)
    csrf.init_app(app)


@login_manager.user_loader
def load_by_cookie(kept: str) -> Principal | None:
    """Return who the session cookie names, while they have the password that it began with."""
    researcher = db.session.scalar(select(Researcher).where(Researcher.public_id == kept.partition(".")[0]))
    principal = Principal(researcher) if researcher else None
    return principal if principal is not None and principal.get_id() == kept else None


@login_manager.request_loader
def load_by_token(incoming: Request) -> Principal | None:
    """Return who the bearer token belongs to; a token that is none is an error, not a visitor."""
    header = incoming.headers.get("Authorization", "")
    if not header:
        return None
    scheme, _, secret = header.partition(" ")
    token = find_token(db.session(), secret=secret.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        msg = "the bearer token is unknown, expired or revoked"
        raise NotSignedIn(msg)
    return Principal(token.researcher, token.scopes)


def guard(permission: str) -> None:
    """Refuse a request whose person, token or missing CSRF token does not allow `permission`."""
    principal = _principal()
    permit(principal.researcher if principal else None, permission)
    if principal is None:
        return
    if principal.scopes is None:
        if request.method not in SAFE_METHODS:
            csrf.protect()
    elif RULES[permission].scope not in principal.scopes:
        msg = f"the token lacks the scope {RULES[permission].scope.value!r}"
        raise Forbidden(msg)


def viewer() -> Researcher | None:
    """Return who is looking; None for a visitor."""
    principal = _principal()
    return principal.researcher if principal else None


def actor() -> Researcher:
    """Return who is acting."""
    researcher = viewer()
    if researcher is None:
        raise NotSignedIn
    return researcher


def came_by_cookie() -> bool:
    """Whether who is asking has a session, and so needs a CSRF token."""
    principal = _principal()
    return principal is not None and principal.scopes is None


def sign_in(researcher: Researcher) -> None:
    """Begin a session."""
    login_user(Principal(researcher))


def sign_out() -> None:
    """End the session."""
    logout_user()


def csrf_token() -> str:
    """Return what a browser sends back as X-CSRFToken with its writes."""
    return str(generate_csrf())


def _principal() -> Principal | None:
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001
