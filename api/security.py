"""What the document says of who is asking; api/auth.py does it."""

from typing import Any

WHO_IS_ASKING = """\
Two ways lead in, and a request goes one of them:

- **A bearer token**, for programs: `Authorization: Bearer sn_…`, made by `POST /auth/tokens`. It does what its scopes \
say, until it expires or is revoked. One that is none is a 401, also where a visitor may read.
- **A session cookie**, for browsers, from `POST /auth/login`. It does whatever its owner may. Every request but GET, \
HEAD and OPTIONS needs the header `X-CSRFToken` with the `csrf_token` that the login and `GET /auth/me` answer with. A \
session lives for 30 days, unless it is signed out, revoked by its owner or ended by a new password.

If both are sent, the session counts and the token is not looked at. A cookie whose session has ended counts as none: \
then the token counts, and without one the request is a visitor's.
"""

SECURITY: dict[str, dict[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Not looked at beside the cookie of a live session"},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "From `POST /auth/login`; it counts before a bearer token",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRFToken",
        "description": "The `csrf_token` of `POST /auth/login` or `GET /auth/me`; a cookie writes with it alone",
    },
}


def ways_in(*, writes: bool) -> list[dict[str, list[str]]]:
    """Return the security requirements of an operation, either of which will do."""
    cookie = ("cookie", "csrf") if writes else ("cookie",)
    return [{"bearer": []}, {name: [] for name in cookie}]
