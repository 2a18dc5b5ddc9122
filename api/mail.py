"""Mail that waits goes out: through SMTP as configured, and to the console where nothing is.

A sender that is killed between the mail server's yes and its own commit has told nobody, so such a mail goes out again:
at least once, never not at all. All its deliveries have one Message-ID, by which whoever receives it drops the second.
"""

import hashlib
import hmac
import logging
import smtplib
import threading
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from flask import Flask, Response, current_app
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api.config import CONSOLE, Config, current_config
from api.database import db
from scholarnet.errors import Unavailable
from scholarnet.models import OutgoingMail
from scholarnet.services.mails import MOST_ATTEMPTS, NOBODY, claim_mail, settle, take_notice

log = logging.getLogger("scholarnet.mail")
TIMEOUT_SECONDS = 10


def init_app(app: Flask) -> None:
    """Send what a request queued once it is answered; MAIL_IN_BACKGROUND keeps the answer from waiting for it."""
    app.config.setdefault("MAIL_IN_BACKGROUND", False)
    app.after_request(_deliver_what_was_queued)


def check_configured() -> None:
    """Raise Unavailable where mail never goes out, so that nobody waits for it."""
    config = current_config()
    if config.mail_url == CONSOLE and config.environment == "production":
        log.error("no mail server is configured: set SCHOLARNET_MAIL_URL")  # the links stay out of the logs
        msg = "this server cannot send mail; ask an editor or an administrator"
        raise Unavailable(msg)


def deliver(engine: Engine, config: Config) -> None:
    """Send the mail that is due, one transaction to claim each and one to settle it."""
    with Session(engine, expire_on_commit=False) as session:
        while (mail := claim_mail(session)) is not None:
            session.commit()  # no lock is held while the mail server is waited for
            is_sent = settle(session, mail=mail, send=lambda mail: _is_sent(config, mail))
            session.commit()
            if not is_sent and mail.attempts >= MOST_ATTEMPTS:
                log.error("mail %s is given up after %s attempts", mail.id, mail.attempts)


def _deliver_what_was_queued(response: Response) -> Response:
    if db.session.registry.has() and take_notice(db.session()):
        config = current_config()
        if current_app.config["MAIL_IN_BACKGROUND"]:
            threading.Thread(target=_deliver_now, args=(db.engine, config), name="mail").start()
        else:
            _deliver_now(db.engine, config)
    return response


def _deliver_now(engine: Engine, config: Config) -> None:
    """Send what is due, as far as the database answers: what stays is the worker's."""
    try:
        deliver(engine, config)
    except DBAPIError as error:
        log.warning("mail waits for the worker: the database does not answer (%s)", type(error.orig).__name__)


def _is_sent(config: Config, mail: OutgoingMail) -> bool:
    if mail.recipient == NOBODY:
        return True
    if config.mail_url == CONSOLE and config.environment == "production":
        return False
    if config.mail_url == CONSOLE:
        log.warning("mail to %s: %s\n%s", mail.recipient, mail.subject, mail.text)
        return True
    try:
        _send(config, mail)
    except (OSError, ValueError) as error:  # what smtplib raises is an OSError, too; a bad header is a ValueError
        log.warning("mail %s was not sent at attempt %s: %s", mail.id, mail.attempts, type(error).__name__)
        return False
    return True


def _send(config: Config, mail: OutgoingMail) -> None:
    url = urlsplit(config.mail_url)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = config.mail_from, mail.recipient, mail.subject
    message["Message-ID"] = _message_id(config, mail)
    message.set_content(mail.text)
    with smtplib.SMTP(url.hostname or "localhost", url.port or 25, timeout=TIMEOUT_SECONDS) as server:
        if url.scheme == "smtps":
            server.starttls()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)


def _message_id(config: Config, mail: OutgoingMail) -> str:
    """The same for every attempt at a mail; SQLite gives a key again, so the moment is a part. It counts nothing."""
    named = f"{mail.id} {mail.created_at.isoformat()}".encode()
    digest = hmac.new(config.secret_key.encode(), named, hashlib.sha256).hexdigest()[:32]
    return f"<{digest}@{parseaddr(config.mail_from)[1].partition('@')[2] or 'localhost'}>"
