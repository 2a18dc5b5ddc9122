"""A small ORCID: people sign in, codes are good once and for who holds the PKCE verifier, and it can misbehave."""

import atexit
import base64
import hashlib
import json
import secrets
import threading
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT = {"client_id": "APP-SCHOLARNET", "client_secret": "a secret of ours"}
_numbers = count(1)


def new_orcid() -> str:
    """An iD that nobody has had, its check digit by ISO 7064 MOD 11-2 as a sum of powers of two."""
    digits = f"{next(_numbers):015d}"
    total = sum(int(digit) * 2 ** (15 - at) for at, digit in enumerate(digits))
    check = (12 - total % 11) % 11
    whole = digits + ("X" if check == 10 else str(check))
    return "-".join(whole[at : at + 4] for at in range(0, 16, 4))


class OrcidServer(ThreadingHTTPServer):
    """`person` is who sits at the browser, None who says no; `wrong` replaces claims of the id token, `status` the
    answer's; with `is_deaf` it takes questions and never answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.deaf_until = threading.Event()
        self.reset()

    def reset(self) -> None:
        self.codes: dict[str, dict[str, str]] = {}
        self.person: str | None = None
        self.wrong: dict[str, Any] = {}
        self.status = 200
        self.is_deaf = False

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        back = {"state": asked["state"]}
        if self.person is None:
            back |= {"error": "access_denied", "error_description": "User denied access"}
        else:
            back["code"] = secrets.token_urlsafe(6)
            self.codes[back["code"]] = asked | {"person": self.person}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def answer(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What the token endpoint says."""
        if {name: sent.get(name) for name in CLIENT} != CLIENT:
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(sent["code"], None)
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or (challenge, sent["redirect_uri"]) != (asked["code_challenge"], asked["redirect_uri"]):
            return 400, {"error": "invalid_grant"}
        claims = {"iss": self.url, "aud": CLIENT["client_id"], "sub": asked["person"], "nonce": asked["nonce"]}
        claims |= {"exp": int(time.time()) + 3600} | self.wrong
        token = f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b'=').decode()}.signature"
        return self.status, {"access_token": "t", "orcid": asked["person"], "name": "R M", "id_token": token}


class _Handler(BaseHTTPRequestHandler):
    server: OrcidServer

    def do_GET(self) -> None:
        asked = {name: value[0] for name, value in parse_qs(urlsplit(self.path).query).items()}
        self.send_response(302)
        self.send_header("Location", self.server.authorize(asked))
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.server.is_deaf:
            self.server.deaf_until.wait(30)
            return
        status, answer = self.server.answer({name: value[0] for name, value in parse_qs(body).items()})
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode() if status != 502 else b"<html>Bad gateway</html>")

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@cache
def orcid_server() -> OrcidServer:
    """The one of this process, which ends with it."""
    server = OrcidServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def end() -> None:
        server.shutdown()
        server.server_close()

    atexit.register(end)
    return server


def allow(url: str, orcid: str) -> str:
    """The path, with code and state, at which a person of that iD comes back who went to `url` and said yes."""
    server = orcid_server()
    server.person = orcid
    asked = {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}
    return server.authorize(asked).removeprefix("http://127.0.0.1:8000")
