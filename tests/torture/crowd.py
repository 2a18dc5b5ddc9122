"""People who write all at once, with one book."""

import os
import secrets
import threading

from sqlalchemy.orm import Session

from scholarnet.services.tokens import create_token
from tests.factories import ResearcherFactory
from tests.torture.site import Site, wait_until
from tests.torture.writers import Book, Gate, Writer

SEED = os.environ.get("SCHOLARNET_TORTURE_SEED") or secrets.token_hex(4)


class Crowd:
    """Writers at work, their book, and the gate that stops them."""

    def __init__(self, at: Site, session: Session, *, people: int = 6) -> None:
        self.book, self.gate, self.stop = Book(), Gate(), threading.Event()
        members = [ResearcherFactory() for _ in range(people)]
        scopes = ["read", "write", "review"]
        tokens = [create_token(session, researcher=one, name="t", scopes=scopes)[1] for one in members]
        who = [
            {"id": one.public_id, "handle": one.handle or "", "token": token, "number": str(number)}
            for number, (one, token) in enumerate(zip(members, tokens, strict=True))
        ]
        session.commit()
        self.writers = [Writer(at, self.book, self.gate, self.stop, who=one, seed=SEED) for one in who]
        for writer in self.writers:
            writer.others = [one["id"] for one in who if one["id"] != writer.who["id"]]

    def start(self) -> None:
        for writer in self.writers:
            writer.start()

    def end(self) -> None:
        """Have everybody finish what they are at."""
        self.stop.set()
        self.gate.open()
        for writer in self.writers:
            writer.join(240)
        assert not self.book.faults, self.book.faults[:3]
        assert not [one.name for one in self.writers if one.is_alive()]
        assert not self.book.open

    def wait_for_writes(self, number: int) -> None:
        """Return once so many more were answered."""
        begun = sum(self.book.counts.values())
        wait_until("people write", lambda: self.book.faults != [] or sum(self.book.counts.values()) >= begun + number)
        assert not self.book.faults, self.book.faults[:3]
