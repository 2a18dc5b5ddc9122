"""Connecting one's account with ORCID: the iD is proven by signing in there."""

from api.auth import actor
from api.blueprint import Blueprint
from api.config import current_config
from api.database import db
from api.orcid_states import begin_sign_in, check_unused, resume_sign_in
from api.schemas.orcid_sign_in import CallbackQuery, SignInOut
from api.schemas.researchers import ResearcherOut
from scholarnet.errors import Forbidden, Invalid, Unavailable
from scholarnet.services import orcid_sign_in, researchers
from scholarnet.services.researcher_views import ResearcherView, view_researcher
from scholarnet.sources.orcid_sign_in import Provider, fetch_orcid, sign_in_url

blueprint = Blueprint("orcid_sign_in", "/auth/orcid", "Connecting an account with ORCID")


@blueprint.route("", methods=["POST"], permission="account.manage", is_secret=True)
@blueprint.response(200, SignInOut)
def begin_orcid_sign_in() -> dict[str, str]:
    """Return where to sign in at ORCID, within ten minutes and in this session; 503 where none is configured."""
    provider, begun = orcid_provider(), begin_sign_in(actor())
    return {"url": sign_in_url(provider, state=begun.state, nonce=begun.nonce, verifier=begun.verifier)}


@blueprint.route("/callback", permission="account.manage", writes_on_get=True)
@blueprint.arguments(CallbackQuery, location="query")
@blueprint.response(200, ResearcherOut)
def finish_orcid_sign_in(query: dict[str, str]) -> ResearcherView:
    """Come back from ORCID, as the account that went there: the iD is verified, and the works that carry it one's own.

    Who went there with a token sends it here as well, with `code` and `state` as ORCID gave them to the browser.
    """
    provider, person = orcid_provider(), actor()
    begun = resume_sign_in(query["state"], person)
    if "code" not in query:
        if query.get("error") == "access_denied":
            msg = "you did not allow it at ORCID; nothing was changed"
            raise Forbidden(msg)
        raise Invalid("code", "is missing; begin again with POST /auth/orcid")
    db.session.commit()  # nobody waits for a transaction of ours while ORCID thinks
    orcid = fetch_orcid(provider, code=query["code"], nonce=begun.nonce, verifier=begun.verifier)
    person = researchers.get_held(db.session(), person.public_id, field="state")
    check_unused(begun.state, person)
    view = view_researcher(db.session(), orcid_sign_in.connect_orcid(db.session(), researcher=person, orcid=orcid))
    db.session.commit()
    return view


@blueprint.route("", methods=["DELETE"], permission="account.manage")
@blueprint.response(204)
def disconnect_orcid() -> None:
    """Let go of one's verified iD; the works that it brought stay."""
    orcid_sign_in.disconnect_orcid(db.session(), researcher=actor())
    db.session.commit()


def orcid_provider() -> Provider:
    """Return ORCID as the configuration says; Unavailable where it does not."""
    config = current_config()
    if not config.orcid_client_id:
        msg = "signing in at ORCID is not configured on this server: its operator sets SCHOLARNET_ORCID_CLIENT_ID"
        raise Unavailable(msg)
    return Provider(
        url=config.orcid_url,
        client_id=config.orcid_client_id,
        client_secret=config.orcid_client_secret,
        redirect_uri=config.url_of("/auth/orcid/callback"),
        seconds=config.orcid_limit,
    )
