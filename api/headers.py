"""What every answer says to browsers: who may read it from where, that nothing in it runs, and who may keep it."""

from flask import Flask, Response, request
from flask_cors import CORS

from api.config import Config

NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
DOCS = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
SHOWN = ["ETag", "Link", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
A_YEAR = 365 * 24 * 3600
DIFFERS_BY = ("Authorization", "Cookie", "Origin")


def init_app(app: Flask, config: Config) -> None:
    """Say it with every answer. Other origins read without cookies: a page elsewhere is nobody's session."""
    CORS(
        app,
        origins=list(config.cors_origins),
        allow_headers=["Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key"],
        expose_headers=[*SHOWN, "Idempotency-Replayed"],
        supports_credentials=False,
        send_wildcard=True,
        max_age=3600,
    )

    @app.after_request
    def harden(response: Response) -> Response:
        headers = response.headers
        is_docs = request.endpoint == "api-docs.openapi_rapidoc"
        headers.setdefault("Content-Security-Policy", DOCS if is_docs else NOTHING)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "private, no-cache" if _is_somebody() else "no-cache")
            response.vary.update(DIFFERS_BY)
        if config.environment == "production":
            headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}; includeSubDomains")
        return response


def _is_somebody() -> bool:
    return "Authorization" in request.headers or "session" in request.cookies
