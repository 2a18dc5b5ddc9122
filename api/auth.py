"""Who is asking: a session cookie (with CSRF) or a bearer token, both through Flask-Login."""

from collections.abc import Sequence

from flask import Flask, Request, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect, generate_csrf

from api import last_use
from api.database import SAFE_METHODS, db
from scholarnet.errors import Forbidden, NotSignedIn
from scholarnet.models import LoginSession, Researcher
from scholarnet.permissions import RULES, permit
from scholarnet.services.login_sessions import begin_session, end_session, find_session
from scholarnet.services.tokens import find_token

login_manager = LoginManager()
csrf = CSRFProtect()


class VisitorsFirst(SecureCookieSessionInterface):
    """Flask's sessions; who sends no cookie does not wait for what would read it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie says, and an empty session where there is none."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class Principal(UserMixin):
    """A researcher as they came in: by cookie with every scope, or by a token with its own."""

    def __init__(
        self,
        researcher: Researcher,
        *,
        scopes: Sequence[str] | None = None,
        login_session: LoginSession | None = None,
        secret: str = "",
    ) -> None:
        self.researcher = researcher
        self.scopes = scopes
        self.login_session = login_session
        self.secret = secret

    def get_id(self) -> str:
        """Return what the session cookie keeps: the secret of a session that begins."""
        return self.secret


def init_app(app: Flask) -> None:
    """Load people from cookies and tokens."""
    app.session_interface = VisitorsFirst()
    login_manager.init_app(app)
    csrf.init_app(app)
    last_use.init_app(app)


@login_manager.user_loader
def load_by_cookie(kept: str) -> Principal | None:
    """Return whose live session the cookie carries. Flask-Login asks here first: a token beside it is not looked at."""
    found = find_session(db.session(), secret=kept)
    if found is None:
        return None
    last_use.notice(found)
    return Principal(found.researcher, login_session=found)


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
    last_use.notice(token)
    return Principal(token.researcher, scopes=token.scopes)


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


def may(permission: str) -> bool:
    """Whether who is reading may do this as well, with the scopes that they came with."""
    principal = _principal()
    if principal is None:
        return RULES[permission].least is None
    try:
        permit(principal.researcher, permission)
    except Forbidden:
        return False
    return principal.scopes is None or RULES[permission].scope in principal.scopes


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


def present_session() -> LoginSession | None:
    """Return the session that the request came by; None for a visitor and for a token."""
    principal = _principal()
    return principal.login_session if principal else None


def sign_in(researcher: Researcher) -> None:
    """Begin a session, with nothing in the cookie of what was there before; the caller commits."""
    secret = _begin(researcher)  # first: a change of the password takes the account before its sessions, too
    sign_out()
    login_user(Principal(researcher, secret=secret))


def stay_signed_in(researcher: Researcher) -> None:
    """Begin this browser's session anew where all of them ended; its CSRF token stays. The caller commits."""
    login_user(Principal(researcher, secret=_begin(researcher)))


def sign_out() -> None:
    """End the session and empty the cookie; the caller commits."""
    ended = present_session()
    if ended is not None:
        end_session(db.session(), login_session=ended)
    logout_user()
    session.clear()


def _begin(researcher: Researcher) -> str:
    return begin_session(db.session(), researcher=researcher, user_agent=request.user_agent.string)


def csrf_token() -> str:
    """Return what a browser sends back as X-CSRFToken with its writes."""
    return str(generate_csrf())


def _principal() -> Principal | None:
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001
