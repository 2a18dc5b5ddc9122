"""Passwords: changing one's own, and setting a forgotten one anew."""

from typing import Any

from api import mail
from api.auth import actor, came_by_cookie, stay_signed_in
from api.blueprint import Blueprint
from api.database import db
from api.links import check_unused_reset, read_reset, reset_token
from api.lockout import attempt
from api.schemas.passwords import PasswordIn, PasswordResetIn, PasswordResetOut, ResetRequestIn
from scholarnet.services import accounts, researchers

blueprint = Blueprint("passwords", "/auth", "Passwords")


@blueprint.route("/password", methods=["POST"], permission="account.manage")
@blueprint.arguments(PasswordIn)
@blueprint.response(204)
def change_password(body: dict[str, str]) -> None:
    """Change one's own password; all other sessions end."""
    person = actor()
    with attempt(person, field="current_password"):
        accounts.change_password(db.session(), researcher=person, **body)
    if came_by_cookie():
        stay_signed_in(person)
    db.session.commit()


@blueprint.route("/password-reset", methods=["POST"], permission="account.recover")
@blueprint.arguments(ResetRequestIn)
@blueprint.response(202, PasswordResetOut)
def request_reset(body: dict[str, Any]) -> dict[str, str]:
    """Ask for a mail with a token that sets a new password; the answer is the same for accounts that are none."""
    mail.check_configured()
    researcher = accounts.find_account(db.session(), **body)
    accounts.offer_reset(db.session(), researcher=researcher, token=reset_token(researcher))
    db.session.commit()
    return {"detail": "if there is such an account, a mail is on its way"}


@blueprint.route("/password-reset", methods=["PUT"], permission="account.recover")
@blueprint.arguments(PasswordResetIn)
@blueprint.response(204)
def reset_password(body: dict[str, str]) -> None:
    """Set a new password with the token of the mail; it works once, and ends every session and every token."""
    public_id, state = read_reset(body["token"])
    researcher = researchers.get_held(db.session(), public_id, field="token")
    check_unused_reset(researcher, state)
    accounts.reset_password(db.session(), researcher=researcher, password=body["password"])
    db.session.commit()
