"""Writes that may be repeated: the same Idempotency-Key and body give the first answer again, and one effect.

The key's row is a part of the write's own transaction, so that there is never an effect without its answer, nor a
key without an effect. While it is held, a view's commit is put off until the answer is known (api/database.py).
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from http import HTTPStatus

from flask import Response, current_app, g, request

from api.auth import actor
from api.database import db
from scholarnet.errors import Conflict, Invalid
from scholarnet.services.idempotency_keys import hold_key

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
KEY = re.compile(r"[!-~]{1,255}")
KEPT_HEADERS = ("Content-Type", "Content-Language", "Location")


def answer_once(view: Callable[[], Response], *, is_secret: bool) -> Response:
    """Answer by `view`, or with what it answered to this person's key before."""
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return view()
    if not KEY.fullmatch(key):
        raise Invalid(KEY_HEADER, "1 to 255 visible ASCII characters")
    row = hold_key(db.session(), researcher=actor(), key=key, fingerprint=_fingerprint())
    if row.status is not None:
        if is_secret:
            msg = "this was done already, and its answer holds a secret that is shown once"
            raise Conflict(msg)
        headers = {**row.headers, REPLAYED_HEADER: "true"}
        return Response(row.body, status=row.status, headers=headers)
    g.holds_commit = True
    response = view()
    g.holds_commit = False
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        db.session.rollback()
        return response
    row.status = response.status_code
    row.body = None if is_secret else response.get_data(as_text=True)
    row.headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    if "etag" in g:
        row.headers["ETag"] = f'"{g.etag}"'
    db.session.commit()
    return response


def _fingerprint() -> str:
    """What the key stands for, under the server's secret: a body may hold a password."""
    parts = (request.method.encode(), request.path.encode(), request.query_string, request.get_data())
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, b"\0".join(parts), hashlib.sha256).hexdigest()
