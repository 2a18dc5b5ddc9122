"""Mail: through SMTP as configured, and to the console where nothing is."""

import logging
import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from flask import current_app

from api.config import CONSOLE, Config
from scholarnet.errors import Unavailable

log = logging.getLogger("scholarnet.mail")
TIMEOUT_SECONDS = 10


def send(*, to: str, subject: str, text: str) -> None:
    """Send one mail; raise Unavailable where it cannot be sent, so that nobody waits for it."""
    config: Config = current_app.extensions["scholarnet.config"]
    if config.mail_url == CONSOLE and config.environment == "production":
        log.error("no mail server is configured: set SCHOLARNET_MAIL_URL")  # the links stay out of the logs
        msg = "this server cannot send mail; ask an editor to verify you"
        raise Unavailable(msg)
    if config.mail_url == CONSOLE:
        log.warning("mail to %s: %s\n%s", to, subject, text)
        return
    try:
        _send(config, to, subject, text)
    except OSError as error:  # what smtplib raises is one, too
        log.exception("the mail server does not take mail")
        msg = "the mail could not be sent; try again later"
        raise Unavailable(msg) from error


def _send(config: Config, to: str, subject: str, text: str) -> None:
    url = urlsplit(config.mail_url)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = config.mail_from, to, subject
    message.set_content(text)
    with smtplib.SMTP(url.hostname or "localhost", url.port or 25, timeout=TIMEOUT_SECONDS) as server:
        if url.scheme == "smtps":
            server.starttls()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
