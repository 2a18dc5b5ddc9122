"""Login sessions: where one is signed in, and signing out elsewhere."""

from collections.abc import Sequence
from typing import Any

from api.auth import actor, present_session
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.login_sessions import LoginSessionOut
from scholarnet.models import LoginSession
from scholarnet.services import login_sessions

blueprint = Blueprint("login_sessions", "/auth/sessions", "Login sessions")


@blueprint.route("", permission="session.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(LoginSessionOut))
def list_sessions(page: dict[str, Any]) -> dict[str, Any]:
    """List where one is signed in, newest first."""
    return paginate(login_sessions.list_sessions(researcher=actor()), page, _views)


@blueprint.route("", methods=["DELETE"], permission="session.manage")
@blueprint.response(204)
def revoke_other_sessions() -> None:
    """Sign out everywhere but here; asked with a token, which is no session, everywhere."""
    login_sessions.end_sessions(db.session(), researcher=actor(), but=present_session())
    db.session.commit()


@blueprint.route("/<session_id>", methods=["DELETE"], permission="session.manage")
@blueprint.response(204)
def revoke_session(session_id: str) -> None:
    """Sign out there; its cookie is refused from now on."""
    login_sessions.revoke_session(db.session(), researcher=actor(), public_id=session_id)
    db.session.commit()


def _views(rows: Sequence[LoginSession]) -> list[dict[str, Any]]:
    present = present_session()
    return [{"session": row, "is_current": present is not None and row.id == present.id} for row in rows]
