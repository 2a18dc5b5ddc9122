"""Changing one's e-mail address."""

from api import mail
from api.auth import actor
from api.blueprint import Blueprint
from api.config import current_config
from api.database import db
from api.links import check_unused_change, email_change_link, read_email_change
from api.lockout import attempt
from api.schemas.auth import LinkQuery, LinkSentOut
from api.schemas.emails import EmailIn
from api.schemas.researchers import ResearcherOut
from scholarnet.services import emails, researchers
from scholarnet.services.researcher_views import ResearcherView, view_researcher

blueprint = Blueprint("emails", "/auth/email", "E-mail addresses")


@blueprint.route("", methods=["POST"], permission="account.manage")
@blueprint.arguments(EmailIn)
@blueprint.response(202, LinkSentOut)
def ask_for_change(body: dict[str, str]) -> dict[str, str]:
    """Ask for a link to a new address, which is the account's once the link is opened; the old one gets a notice.

    The answer is the same if the address is another account's: its owner gets a mail then, and no link.
    """
    mail.check_configured()
    person, email = actor(), body["email"].lower()
    with attempt(person, field="password"):
        emails.ask_for_change(
            db.session(),
            researcher=person,
            email=email,
            password=body["password"],
            link=email_change_link(person, email),
        )
    db.session.commit()
    return {"sent_to": email}


@blueprint.route("", permission="public.read", writes_on_get=True)
@blueprint.arguments(LinkQuery, location="query")
@blueprint.response(200, ResearcherOut)
def change_email(query: dict[str, str]) -> ResearcherView:
    """Open the link that was sent to a new address; it works once, within a day, unless address or password changed.

    An address at no institution ends a verification that rests on the address before; an institution's verifies.
    """
    public_id, email, state = read_email_change(query["token"])
    researcher = researchers.get_held(db.session(), public_id, field="token")
    check_unused_change(researcher, state)
    domains = current_config().institution_domains
    emails.change_email(db.session(), researcher=researcher, email=email, domains=domains)
    view = view_researcher(db.session(), researcher)
    db.session.commit()
    return view
