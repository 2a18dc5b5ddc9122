"""The app called as a server calls it: the test client would cost more than the answer."""

import io
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from flask import Flask, Response, jsonify
from sqlalchemy import URL
from werkzeug.test import EnvironBuilder

from api.app import create_app
from api.config import Config

A_NETWORK = 100  # requests: a minute's limit for visitors is 600, and a search costs three


@dataclass(frozen=True, slots=True)
class Caller:
    """A request that can be sent again and again."""

    app: Flask
    environ: dict[str, Any]
    expected: str
    calls: "count[int]" = field(default_factory=count)

    def __call__(self, body: bytes = b"", **changes: Any) -> bytes:
        """Send it, from one network after the other, each within its limits; RuntimeError unless the answer has the
        expected status."""
        environ = self.environ | {"REMOTE_ADDR": f"10.0.{next(self.calls) // A_NETWORK}.1"} | changes
        if body:
            environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        seen: list[str] = []
        answer = self.app.wsgi_app(environ, lambda status, *_rest: seen.append(status))  # type: ignore[arg-type]
        content = b"".join(answer)
        close = getattr(answer, "close", None)
        if close:
            close()
        if not seen[0].startswith(self.expected):
            msg = f"{environ['PATH_INFO']}: {seen[0]} {content[:500]!r}"
            raise RuntimeError(msg)
        return content


def scholarnet_app(url: URL, *, rate_limits: str = "off") -> Flask:
    """The whole application on that database."""
    return create_app(Config(database_url=url.render_as_string(hide_password=False), rate_limits=rate_limits))


def empty_app() -> Flask:
    """Flask and an empty JSON answer: what no Flask application can be faster than."""
    app = Flask("empty")

    @app.get("/")
    def empty() -> Response:
        return jsonify({})

    return app


def get(app: Flask, path: str) -> Caller:
    """A visitor's GET."""
    return Caller(app, EnvironBuilder(path).get_environ(), "200")


def post(app: Flask, path: str, token: str) -> Caller:
    """A POST of JSON by whom the token belongs to."""
    headers = {"Authorization": f"Bearer {token}"}
    builder = EnvironBuilder(path, method="POST", headers=headers, content_type="application/json")
    return Caller(app, builder.get_environ(), "201")
