"""People who write all the while, and keep a book of what they were told: what is done, refused, or not known yet."""

import hashlib
import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from api.config import PREFIX
from tests.torture.site import PATIENCE_SECONDS, SHORT_SECONDS, Site

ANSWER_SECONDS = 90
RETRIED = (HTTPStatus.SERVICE_UNAVAILABLE,)


@dataclass
class Book:
    """Of things that are made, by kind and mark: what an answer said of them. Of things that are or are not (who
    follows whom): how they were left. `open` is what somebody asked for and was not answered yet."""

    done: dict[tuple[str, str], Any] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)
    states: dict[tuple[str, ...], bool] = field(default_factory=dict)
    open: set[tuple[str, ...]] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    posts: dict[str, str] = field(default_factory=dict)  # published ones, each with its author
    reviews: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Gate:
    """Nobody asks for anything while it is closed, and closing it waits for the answers that are under way."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.n_inside, self.is_closed = 0, False

    def __enter__(self) -> None:
        with self.condition:
            self.condition.wait_for(lambda: not self.is_closed)
            self.n_inside += 1

    def __exit__(self, *_error: object) -> None:
        with self.condition:
            self.n_inside -= 1
            self.condition.notify_all()

    def close(self) -> None:
        with self.condition:
            self.is_closed = True
            assert self.condition.wait_for(lambda: not self.n_inside, PATIENCE_SECONDS), "a request never ended"

    def open(self) -> None:
        with self.condition:
            self.is_closed = False
            self.condition.notify_all()


class Lost(Exception):
    """Nobody knows what became of it."""


class Writer(threading.Thread):
    """One person with a token. Whatever was asked for is asked again under its key until it is answered."""

    def __init__(self, site: Site, book: Book, gate: Gate, stop: threading.Event, *, who: dict[str, str], seed: str):
        super().__init__(name=f"writer {who['handle']}", daemon=True)
        self.site, self.book, self.gate, self.stop, self.who = site, book, gate, stop, who
        self.random = random.Random(f"{seed} {who['number']}")
        self.told = b""  # the last answer that said to ask again
        self.others: list[str] = []
        self.mine: list[str] = []
        self.drafts: list[str] = []

    def run(self) -> None:
        """Do one of everything in order, and then anything."""
        actions = [
            self.post, self.publish, self.review, self.comment, self.follow, self.vote, self.vouch, self.invite,
            self.attach, self.edit, self.revise, self.ask_import, self.withdraw_review, self.withdraw,
        ]  # fmt: skip
        weights = [4, 8, 12, 6, 4, 6, 2, 3, 3, 4, 8, 2, 2, 1]
        first = list(actions)
        try:
            while not self.stop.is_set():
                action = first.pop(0) if first else self.random.choices(actions, weights)[0]
                action()
        except Exception as error:  # noqa: BLE001  (told by the test, whatever it is)
            self.book.faults.append(f"{self.name}: {error!r}")

    # What they do.

    def post(self) -> None:
        mark = self.mark()
        made = self.make(
            "post", mark, "POST", "/posts", {"kind": "preprint", "title": mark, "abstract": "Forty knees."}
        )
        if made:
            self.drafts.append(made["id"])

    def publish(self) -> None:
        if not self.drafts:
            self.post()
        if self.drafts:
            post = self.drafts.pop(0)
            if self.make("publication", post, "POST", f"/posts/{post}/publish"):
                self.mine.append(post)
                self.book.posts[post] = self.who["id"]

    def edit(self) -> None:
        """A new version: a draft of it under an ETag, then its publication."""
        if post := self.choose(self.mine):
            mark = self.mark()
            if self.make("edit", mark, "PATCH", f"/posts/{post}", {"abstract": mark}, match=True):
                self.make("edit published", mark, "POST", f"/posts/{post}/publish")

    def withdraw(self) -> None:
        if len(self.mine) > 2:
            post = self.mine.pop(0)
            self.book.posts.pop(post, None)
            self.make("withdrawal", post, "POST", f"/posts/{post}/withdraw", {"reason": "Two knees were one."})

    def review(self) -> None:
        if post := self.foreign_post():
            mark = self.mark()
            body = {"overall": self.random.randint(1, 10), "body": mark, "identity": self.random.choice(IDENTITIES)}
            made = self.make("review", mark, "POST", f"/posts/{post}/reviews", body)
            if made:
                self.book.reviews[made["id"]] = self.who["id"]

    def own_review(self) -> str | None:
        return self.choose([one for one, by in list(self.book.reviews.items()) if by == self.who["id"]])

    def revise(self) -> None:
        if one := self.own_review():
            mark = self.mark()
            body = {"overall": self.random.randint(1, 10), "body": mark}
            self.make("revision", mark, "PATCH", f"/reviews/{one}", body, match=True)

    def withdraw_review(self) -> None:
        if one := self.own_review():
            self.book.reviews.pop(one, None)
            self.make("review withdrawn", one, "DELETE", f"/reviews/{one}")

    def comment(self) -> None:
        if post := self.choose(list(self.book.posts)):
            mark = self.mark()
            self.make("comment", mark, "POST", f"/posts/{post}/comments", {"body": mark})

    def invite(self) -> None:
        if post := self.choose(self.mine):
            mark = self.mark()
            body = {"researcher_id": self.random.choice(self.others), "message": mark}
            self.make("invitation", mark, "POST", f"/posts/{post}/invitations", body)

    def attach(self) -> None:
        """A file's bytes take no key: who does not know what became of them looks, and sends them again if need be."""
        if post := self.choose(self.mine):
            mark = self.mark()
            content = f"{mark}\n".encode() * self.random.randint(1, 4000)
            path = f"/posts/{post}/attachments"
            self.send_file("attachment", mark, f"{path}?name={mark}.txt", content, path, hashlib.sha256(content))

    def ask_import(self) -> None:
        mark = self.mark()
        entries = [f"@article{{k{n}, title = {{{mark} {n}}}, year = 2001}}" for n in range(60)]
        content = "\n".join(entries).encode()
        self.send_file("import", mark, f"/imports?name={mark}.bib", content, "/imports", hashlib.sha256(content))

    def follow(self) -> None:
        self.turn(("follow", self.random.choice(self.others)), "/researchers/{}/follow")

    def vouch(self) -> None:
        self.turn(("vouch", self.random.choice(self.others)), "/researchers/{}/vouch", {"reason": "We work together."})

    def vote(self) -> None:
        foreign = [one for one, by in list(self.book.reviews.items()) if by != self.who["id"]]
        if one := self.choose(foreign):
            self.turn(("vote", one), "/reviews/{}/vote", {"is_helpful": True})

    # How they do it.

    def make(self, kind: str, mark: str, method: str, path: str, body: Any = None, *, match: bool = False) -> Any:
        """Make something once, and write down whether it is there. Return the answer, None where it was refused."""
        self.book.open.add((kind, mark))
        status, answer = self.ask(method, path, body, key=uuid.uuid4().hex, match=match)
        self.note(kind, mark, status, answer)
        return (answer or True) if status < HTTPStatus.BAD_REQUEST else None

    def note(self, kind: str, mark: str, status: int, answer: Any) -> None:
        with self.book.lock:
            if status < HTTPStatus.BAD_REQUEST:
                self.book.done[kind, mark] = answer
                self.book.counts[kind] += 1
            else:
                self.book.refused.add((kind, mark))
                self.book.counts[f"{kind}: {status}"] += 1
            self.book.open.discard((kind, mark))

    def turn(self, thing: tuple[str, str], path: str, body: Any = None) -> None:
        """Have something be, or be no longer."""
        name = (thing[0], self.who["id"], thing[1])
        is_wanted = not self.book.states.get(name, False)
        self.book.open.add(name)
        status, _ = self.ask(
            "PUT" if is_wanted else "DELETE", path.format(thing[1]), body if is_wanted else None, key=uuid.uuid4().hex
        )
        with self.book.lock:
            if status < HTTPStatus.BAD_REQUEST:
                self.book.states[name] = is_wanted
            self.book.counts[thing[0] if status < HTTPStatus.BAD_REQUEST else f"{thing[0]}: {status}"] += 1
            self.book.open.discard(name)

    def ask(self, method: str, path: str, body: Any, *, key: str, match: bool = False) -> tuple[int, Any]:
        """Ask until there is an answer, each time with the same key; and the same ETag, if one is needed."""
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        if match:
            found = self.persist("GET", path, None, {})
            if found[0] >= HTTPStatus.BAD_REQUEST:
                return found[0], None
            headers["If-Match"] = found[2].get("ETag", "*")
        data = None if body is None else self.encode(body)
        if data is None and method == "POST":
            headers.pop("Content-Type")
        return self.persist(method, path, data, headers)[:2]

    def send_file(self, kind: str, mark: str, path: str, content: bytes, found_at: str, digest: Any) -> None:
        self.book.open.add((kind, mark))
        while True:
            try:
                status, answer, _ = self.send("POST", path, content, {"Content-Type": "application/octet-stream"})
            except Lost:
                _, listed, _ = self.persist(
                    "GET", f"{found_at}?per_page=200" if kind == "import" else found_at, None, {}
                )
                names = [f"{mark}.bib", f"{mark}.txt"]
                there = [one for one in (listed or {}).get("results", []) if one["name"] in names]
                if kind == "attachment" and not there:
                    there = self.drafted(found_at, names)
                if not there:
                    continue
                status, answer = HTTPStatus.CREATED, there[0]
            self.note(kind, mark, status, (answer or {}) | {"digest": digest.hexdigest()})
            return

    def drafted(self, path: str, names: list[str]) -> list[Any]:
        """An attachment of the version that is not published yet."""
        status, versions, _ = self.persist("GET", path.removesuffix("/attachments") + "/versions", None, {})
        if status >= HTTPStatus.BAD_REQUEST:
            return []
        last = max(one["number"] for one in versions["results"])
        _, listed, _ = self.persist("GET", f"{path}?version={last}", None, {})
        return [one for one in (listed or {}).get("results", []) if one["name"] in names]

    def persist(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, Any, Any]:
        end = time.monotonic() + 2 * PATIENCE_SECONDS
        while True:
            try:
                return self.send(method, path, data, headers)
            except Lost:
                assert time.monotonic() < end, f"{method} {path} was never answered"
                time.sleep(SHORT_SECONDS)

    def send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, Any, Any]:
        """Ask once; Lost where there is no answer, or one that says to ask again. Any other error is a fault."""
        with self.gate:
            connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=ANSWER_SECONDS)
            try:
                sent = headers | {"Authorization": f"Bearer {self.who['token']}"}
                connection.request(method, PREFIX + path, data, sent)
                response = connection.getresponse()
                answer = response.read()
            except (OSError, http.client.HTTPException) as error:
                self.book.counts["no answer"] += 1
                raise Lost from error
            finally:
                connection.close()
        if response.status in RETRIED:
            self.book.counts[str(response.status)] += 1
            self.told = answer
            self.check_problem(response, answer)
            raise Lost
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.book.faults.append(f"{method} {path}: {response.status} {answer[:500]!r}")
        return response.status, json.loads(answer) if answer else None, response.headers

    def check_problem(self, response: http.client.HTTPResponse, answer: bytes) -> None:
        is_whole = (
            response.headers.get("Content-Type") == "application/problem+json" and response.headers["Retry-After"]
        )
        if not is_whole or b"Traceback" in answer:
            self.book.faults.append(f"{response.status} is no problem that says when to retry: {answer[:300]!r}")

    def encode(self, body: Any) -> bytes:
        return json.dumps(body).encode()

    def mark(self) -> str:
        return f"mark{self.random.getrandbits(80):020x}"

    def choose(self, from_these: list[str]) -> str | None:
        return self.random.choice(sorted(from_these)) if from_these else None

    def foreign_post(self) -> str | None:
        return self.choose([one for one, by in list(self.book.posts.items()) if by != self.who["id"]])


IDENTITIES = ("signed", "signed", "pseudonymous", "anonymous")
