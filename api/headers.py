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
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
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

    fixed = dict(ALWAYS)
    if config.environment == "production":
        fixed["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"

    @app.after_request
    def harden(response: Response) -> Response:
        said = {name.lower() for name, _ in response.headers}
        is_docs = request.endpoint == "api-docs.openapi_rapidoc"
        wanted = fixed | {"Content-Security-Policy": DOCS if is_docs else NOTHING}
        if request.endpoint != "static":
            wanted["Cache-Control"] = "private, no-cache" if _is_somebody() else "no-cache"
            if "vary" in said:
                response.vary.update(DIFFERS_BY)
            else:
                wanted["Vary"] = ", ".join(DIFFERS_BY)
        for name, value in wanted.items():
            if name.lower() not in said:
                response.headers.add(name, value)
        return response


def _is_somebody() -> bool:
    return "Authorization" in request.headers or "session" in request.cookies
