"""Readers and writers: each asks, reads what came for a while, and asks again. One process of little work for all."""

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from time import monotonic, perf_counter
from typing import Any

from tests.benchmarks.community import review_content

PREFIX = "/api/v1"
SECONDS = 60.0  # after which an answer is an error
GONE = (ConnectionError, asyncio.TimeoutError, asyncio.IncompleteReadError, OSError)


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to ask for: the ids of posts, those of a kind that writers review, tags, and writers' tokens."""

    port: int
    posts: list[str]
    reviewable: list[str]
    tags: list[str]
    tokens: list[str]


@dataclass(slots=True)
class Record:
    """What came of it: times in seconds by kind; what was no success; reviews with when they were sent and done."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    reviews: list[tuple[float, float, str]] = field(default_factory=list)


async def live(scene: Scene, record: Record, *, seconds: float, think: tuple[float, float], n: tuple[int, int]) -> None:
    """Have `n` readers and writers go on for so long; `think` is the mean of the seconds between their requests.

    The times between are drawn from an exponential distribution, so that requests come as they do from people: at any
    moment, several at once now and then. A new connection each, as behind a proxy that keeps none.
    """
    end = monotonic() + seconds
    draws = [Random(at) for at in range(sum(n))]  # noqa: S311  (no secret)
    readers = [_read(scene, record, draws[at], end, think[0], f"10.0.{at // 250}.{at % 250 + 1}") for at in range(n[0])]
    writers = [_write(scene, record, draws[n[0] + at], end, think[1], at, n[1]) for at in range(n[1])]
    await asyncio.gather(*readers, *writers)


async def _read(scene: Scene, record: Record, random: Random, end: float, think: float, address: str) -> None:
    headers = f"X-Forwarded-For: {address}\r\n"
    following: str | None = None
    while await _wait(random, end, think):
        kind, path = ("next page", following) if following else _page(scene, random)
        following = None
        answer = await _ask(scene, record, kind, f"GET {PREFIX}{path}", headers)
        if answer and kind in {"best", "new", "tag"} and random.random() < 0.5:
            cursor = json.loads(answer)["meta"]["next_cursor"]
            following = f"{path}&cursor={cursor}" if cursor else None


def _page(scene: Scene, random: Random) -> tuple[str, str]:
    """A page that somebody may want, the rankings most of all."""
    post, tag = random.choice(scene.posts), random.choice(scene.tags)
    pages = {
        "best": (4, "/posts?sort=best"),
        "new": (2, "/posts?sort=new"),
        "tag": (3, f"/posts?filter=tag:{tag}&sort=best"),
        "search": (1, f"/posts?search={random.choice(('noise', 'contrast', 'lesion'))}&per_page=10"),
        "post": (4, f"/posts/{post}"),
        "reviews": (3, f"/posts/{post}/reviews"),
        "score": (3, f"/posts/{post}/score"),
    }
    kind = random.choices(list(pages), [weight for weight, _ in pages.values()])[0]
    return kind, pages[kind][1]


async def _write(
    scene: Scene, record: Record, random: Random, end: float, think: float, at: int, n_writers: int
) -> None:
    headers = f"X-Forwarded-For: 10.1.0.{at + 1}\r\nAuthorization: Bearer {scene.tokens[at]}\r\n"
    mine = iter(scene.reviewable[at::n_writers])  # each reviews posts of their own choice, once
    while await _wait(random, end, think):
        if random.random() < 0.7:
            sent = monotonic()
            path = f"/posts/{next(mine)}/reviews"
            answer = await _ask(scene, record, "a review", f"POST {PREFIX}{path}", headers, _review(random))
            if answer:
                record.reviews.append((sent, monotonic(), json.loads(answer)["id"]))
        else:
            path = f"/posts/{random.choice(scene.posts)}/comments"
            await _ask(scene, record, "a comment", f"POST {PREFIX}{path}", headers, {"body": "Which field strength?"})


def _review(random: Random) -> dict[str, Any]:
    identity = random.choice(("signed", "signed", "pseudonymous", "anonymous"))
    return review_content(random) | {"identity": identity}


async def _wait(random: Random, end: float, think: float) -> bool:
    await asyncio.sleep(min(random.expovariate(1 / think), max(0.0, end - monotonic())))
    return monotonic() < end


async def _ask(
    scene: Scene, record: Record, kind: str, line: str, headers: str, body: dict[str, Any] | None = None
) -> bytes | None:
    """Send a request and note how long its whole answer took; None where it was no success."""
    begun = perf_counter()
    try:
        status, answer = await asyncio.wait_for(_exchange(scene.port, line, headers, body), SECONDS)
    except GONE as error:
        record.errors.append(f"{line}: {type(error).__name__}")
        return None
    record.times[kind].append(perf_counter() - begun)
    if status not in {200, 201}:
        record.errors.append(f"{line}: {status} {answer[:300]!r}")
        return None
    return answer


async def _exchange(port: int, line: str, headers: str, body: dict[str, Any] | None) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        sent = b"" if body is None else json.dumps(body).encode()
        of_body = f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n" if sent else ""
        head = f"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}{of_body}\r\n"
        writer.write(head.encode() + sent)
        answer = await reader.read(-1)
    finally:
        writer.close()
    top, _, content = answer.partition(b"\r\n\r\n")
    if not top:
        raise ConnectionError
    length = next((int(one[15:]) for one in top.lower().split(b"\r\n") if one.startswith(b"content-length:")), -1)
    if length not in {-1, len(content)}:
        raise ConnectionError
    return int(top.split()[1]), content
