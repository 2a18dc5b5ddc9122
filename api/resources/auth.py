"""Accounts, sessions and tokens."""

from typing import Any

from api import mail
from api.auth import actor, came_by_cookie, csrf_token, sign_in, sign_out
from api.blueprint import Blueprint
from api.config import current_config
from api.database import db
from api.links import check_unused, read_verification, verification_link
from api.lockout import begin_attempt, end_attempt
from api.pagination import PageQuery, page_of, paginate
from api.schemas.auth import (
    AccountOut,
    LinkQuery,
    LinkSentOut,
    LoginIn,
    RegisterIn,
    TokenCreatedOut,
    TokenIn,
    TokenOut,
    VerifyEmailIn,
)
from api.schemas.researchers import ResearcherOut
from scholarnet.errors import NotSignedIn
from scholarnet.services import emails, researchers, tokens
from scholarnet.services.account_weights import weigh_account
from scholarnet.services.mails import queue_mail
from scholarnet.services.researcher_views import ResearcherView, view_researcher

blueprint = Blueprint("auth", "/auth", "Accounts, sessions and tokens")


@blueprint.route("/register", methods=["POST"], permission="account.register")
@blueprint.arguments(RegisterIn)
@blueprint.response(201, ResearcherOut)
def register(account: dict[str, Any]) -> ResearcherView:
    """Open an account."""
    view = view_researcher(db.session(), researchers.register(db.session(), **account))
    db.session.commit()
    return view


@blueprint.route("/login", methods=["POST"], permission="account.login")
@blueprint.arguments(LoginIn)
@blueprint.response(200, AccountOut)
def login(credentials: dict[str, Any]) -> dict[str, Any]:
    """Sign in with a session cookie, which is a new one each time; it lives for 30 days."""
    begin_attempt(credentials["handle"])
    researcher = researchers.authenticate(db.session(), **credentials)
    end_attempt(credentials["handle"], is_right=researcher is not None)
    if researcher is None:
        msg = "the handle or the password is wrong"
        raise NotSignedIn(msg)
    account = _account(view_researcher(db.session(), researcher))
    sign_in(researcher)
    db.session.commit()
    return account | {"csrf_token": csrf_token()}


@blueprint.route("/logout", methods=["POST"], permission="account.manage")
@blueprint.response(204)
def logout() -> None:
    """End the session."""
    sign_out()
    db.session.commit()


@blueprint.route("/me", permission="account.read")
@blueprint.response(200, AccountOut)
def me() -> dict[str, Any]:
    """Return one's own account, and what the weight of one's reviews is made of."""
    account = _account(view_researcher(db.session(), actor()))
    account["weight"] = weigh_account(db.session(), researcher=actor())
    return account | {"csrf_token": csrf_token()} if came_by_cookie() else account


@blueprint.route("/verify-email", methods=["POST"], permission="account.manage")
@blueprint.arguments(VerifyEmailIn)
@blueprint.response(202, LinkSentOut)
def verify_email(body: dict[str, Any]) -> dict[str, str]:
    """Ask for a link to an address at an institution; opening it verifies the account.

    It is the account's own: POST /auth/email moves to another, verifies it as well, and asks for the password.
    """
    email = emails.check_verifying(
        researcher=actor(), email=body.get("email"), domains=current_config().institution_domains
    )
    mail.check_configured()
    queue_mail(
        db.session(),
        to=email,
        subject="Verify your address for ScholarNet",
        text=f"Open this link within a day to verify your address:\n\n{verification_link(actor(), email)}\n\n"
        "If you did not ask for it, do nothing.",
    )
    db.session.commit()
    return {"sent_to": email}


@blueprint.route("/verify-email", permission="public.read", writes_on_get=True)
@blueprint.arguments(LinkQuery, location="query")
@blueprint.response(200, ResearcherOut)
def confirm_email(query: dict[str, Any]) -> ResearcherView:
    """Open the link that was sent; it works once."""
    public_id, email, state = read_verification(query["token"])
    researcher = researchers.get_held(db.session(), public_id, field="token")
    check_unused(researcher, state)
    view = view_researcher(db.session(), researchers.confirm_email(db.session(), researcher=researcher, email=email))
    db.session.commit()
    return view


@blueprint.route("/tokens", permission="token.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(TokenOut))
def list_tokens(page: dict[str, Any]) -> dict[str, Any]:
    """List one's own tokens."""
    return paginate(tokens.list_tokens(researcher=actor()), page)


@blueprint.route("/tokens", methods=["POST"], permission="token.manage", is_secret=True)
@blueprint.arguments(TokenIn)
@blueprint.response(201, TokenCreatedOut)
def create_token(body: dict[str, Any]) -> dict[str, Any]:
    """Create a token; its secret is shown this once."""
    token, secret = tokens.create_token(db.session(), researcher=actor(), **body)
    db.session.commit()
    return {
        name: getattr(token, name)
        for name in ("public_id", "name", "scopes", "expires_at", "last_used_on", "created_at")
    } | {"token": secret}


@blueprint.route("/tokens/<token_id>", methods=["DELETE"], permission="token.manage")
@blueprint.response(204)
def revoke_token(token_id: str) -> None:
    """Revoke a token."""
    tokens.revoke_token(db.session(), researcher=actor(), public_id=token_id)
    db.session.commit()


def _account(view: ResearcherView) -> dict[str, Any]:
    return {name: getattr(view, name) for name in ("id", "name", "handle", "reputation", "researcher")}
