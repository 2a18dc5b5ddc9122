"""Mail: through SMTP as configured, and to the console where nothing is."""

import logging
import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from flask import current_app

from api.config import Config

log = logging.getLogger("scholarnet.mail")
TIMEOUT_SECONDS = 10


def send(*, to: str, subject: str, text: str) -> None:
    """Send one mail."""
    config: Config = current_app.extensions["scholarnet.config"]
    url = urlsplit(config.mail_url)
    if url.scheme == "console":
        log.warning("mail to %s: %s\n%s", to, subject, text)
        return
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = config.mail_from, to, subject
    message.set_content(text)
    with smtplib.SMTP(url.hostname or "localhost", url.port or 25, timeout=TIMEOUT_SECONDS) as server:
        if url.scheme == "smtps":
            server.starttls()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
