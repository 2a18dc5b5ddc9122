"""The e-mail address of an account: it changes when the link that the new one gets is opened, and not before."""

from sqlalchemy.orm import Session

from scholarnet.errors import Invalid
from scholarnet.institutions import is_institutional
from scholarnet.models import Researcher, Verification
from scholarnet.services.mails import NOBODY, queue_mail
from scholarnet.services.passwords import is_password
from scholarnet.services.researchers import check_institutional, confirm_email, has_other_owner, take_email

SUBJECT = "Your e-mail address at ScholarNet"
OFFER = (
    "Open this link within a day, and this is the address of your account:\n\n{link}\n\n"
    "If you did not ask for it, do nothing."
)
TAKEN = (
    "Somebody asked to make this the address of their account. It is the address of yours already, so nothing was "
    "changed, and they were not told.\n\nIf it was you: sign in to the account that you have; a forgotten password "
    "is set anew by a mail to this address."
)
NOTICE = (
    "Somebody who knows the password of your account asked to change its address. The new one has been sent a link; "
    "until it is opened, nothing changes.\n\nIf it was not you, change your password now: that makes the link useless."
)


def check_verifying(*, researcher: Researcher, email: str | None = None, domains: tuple[str, ...] = ()) -> str:
    """Return the address, their own if none is given, that a link may verify; Invalid if it is at no institution.

    An account's address gives way to another by the password alone (:func:`ask_for_change`), for a new password goes
    there: who gets hold of a token or an open browser must not take the account with it.
    """
    email = email or researcher.email
    if not email:
        raise Invalid("email", "is needed: the account has none")
    email = check_institutional(email, domains=domains)
    if researcher.email and email != researcher.email:
        raise Invalid("email", "is not the account's address; POST /auth/email changes that, by the password")
    return email


def ask_for_change(session: Session, *, researcher: Researcher, email: str, password: str, link: str) -> None:
    """Mail `link` to the new address, in lower case, and a notice to the old one.

    Where somebody else has verified the new address, a word to its owner takes the place of the link, and that is all
    that differs: who asks is not told. Invalid names the password if it is wrong, the address if it is theirs already.
    """
    if not is_password(password, researcher.password_hash):
        raise Invalid("password", "is wrong")
    if email == researcher.email and researcher.is_email_verified:
        raise Invalid("email", "is your address already")
    text = TAKEN if has_other_owner(session, researcher=researcher, email=email) else OFFER.format(link=link)
    queue_mail(session, to=email, subject=SUBJECT, text=text)
    old = researcher.email if researcher.email != email else None  # one that was only typed may be proven so, too
    queue_mail(session, to=old or NOBODY, subject=SUBJECT, text=NOTICE)


def change_email(session: Session, *, researcher: Researcher, email: str, domains: tuple[str, ...] = ()) -> Researcher:
    """The link was opened: the address is theirs. It verifies them if an institution gives it out, by `domains` too.

    If none does, what an earlier address verified is verified no more; anybody's word for them stays.
    """
    if is_institutional(email, domains=domains):
        return confirm_email(session, researcher=researcher, email=email)
    take_email(session, researcher=researcher, email=email)
    if researcher.verification is Verification.EMAIL:
        researcher.verification, researcher.verified_at = Verification.NONE, None
        session.flush()
    return researcher
