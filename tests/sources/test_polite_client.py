"""Asking a source: what is asked again, how long is waited, and the one answer that each failure has."""

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from scholarnet.errors import Invalid
from scholarnet.sources import failures
from scholarnet.sources.polite_client import PoliteClient
from scholarnet.sources.source_settings import SourceSettings
from tests.answering import Answer, AnsweringServer

GOOD = {"a": 1}
LIMITS = {"x-rate-limit-limit": "2", "x-rate-limit-interval": "8s"}


class Asker:
    """A client of the server, and how long it waited."""

    def __init__(self, server: AnsweringServer, url: str = "", **settings: Any) -> None:
        self.waited: list[float] = []
        chosen = SourceSettings(**({"attempts": 3, "contact_mail": "a@b.org"} | settings))
        self.client = PoliteClient(
            "It", url or f"{server.url}/v1", settings=chosen, headers={}, wait=self.waited.append
        )

    def get(self) -> Any:
        with self.client:
            return self.client.get("/works/10.1%2Fa", {"b": "c d"})


def test_a_request_says_who_asks_and_for_what(server) -> None:
    server.script = [Answer(GOOD)]
    assert Asker(server).get() == GOOD
    (asked,) = server.asked
    assert (asked.path, asked.params) == ("/v1/works/10.1/a", {"b": "c d"})
    assert (asked.headers["User-Agent"], asked.headers["Accept"]) == ("ScholarNet (mailto:a@b.org)", "application/json")


@pytest.mark.parametrize(
    ("failed", "least", "most"),
    [
        ([Answer(status=429, headers={"Retry-After": "7"})], [7], [7]),
        (
            [Answer(status=429, headers={"Retry-After": "0"}), Answer(status=503, headers={"Retry-After": "2"})],
            [2],
            [2],
        ),
        ([Answer(status=500), Answer(b"<h1>Bad gateway</h1>", status=502)], [0.25, 0.5], [0.75, 1.5]),
        ([Answer(status=503, headers={"Retry-After": "soon"})], [0.25], [0.75]),
    ],
)
def test_what_failed_for_now_is_asked_again_after_a_time(server, failed, least, most) -> None:
    server.script = [*failed, Answer(GOOD)]
    asker = Asker(server)
    assert asker.get() == GOOD
    assert len(server.asked) == len(failed) + 1
    assert [a <= b <= c for a, b, c in zip(least, asker.waited, most, strict=True)] == [True] * len(least)


def test_a_moment_in_retry_after_is_waited_for(server) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    server.script = [Answer(status=429, headers={"Retry-After": moment}), Answer(GOOD)]
    asker = Asker(server)
    asker.get()
    assert 90 < asker.waited[0] <= 100


def test_requests_are_as_far_apart_as_the_source_asks_for(server) -> None:
    server.script = [Answer(GOOD, headers=LIMITS)] * 2
    asker = Asker(server)
    with asker.client as client:
        client.get("/", {})
        client.get("/", {})
    assert 3 < asker.waited[0] <= 4


@pytest.mark.parametrize(
    ("answer", "fact", "word", "n_asked"),
    [
        (Answer(status=429, headers={"Retry-After": "901"}), failures.RateLimited, "wants fewer requests", 1),
        (Answer(status=429, headers={"Retry-After": "9" * 400}), failures.RateLimited, "go on later", 1),
        (Answer(status=429), failures.RateLimited, "wants fewer requests", 3),
        (Answer(status=503), failures.Overloaded, "the status 503", 3),
        (Answer(status=0), failures.Unreachable, "connection to It broke off", 3),
        (Answer(b"Resource not found.", 404), failures.NotThere, "does not know it; check", 1),
        (Answer({"message": [{"message": "No  such filter"}]}, 400), failures.Refused, r"400 \(No such filter\)", 1),
        (Answer({"error": "Forbidden"}, 403), failures.Refused, r"403 \(Forbidden\)", 1),
        (Answer({"user-message": "Locked"}, 409), failures.NotThere, r"\(Locked\)", 1),
        (Answer(b"{"), failures.BrokenAnswer, "not JSON", 1),
        (Answer(b""), failures.BrokenAnswer, "not JSON", 1),
        (Answer(b"\xff" * 20, headers={"Content-Encoding": "gzip"}), failures.BrokenAnswer, "cannot be unpacked", 1),
        (Answer(b'"' + b"a" * 2_000 + b'"'), failures.AnswerTooLarge, "more than 1,000 bytes", 1),
        (
            Answer(gzip.compress(b"a" * 90_000), headers={"Content-Encoding": "gzip"}),
            failures.AnswerTooLarge,
            "1,000 bytes",
            1,
        ),
        (Answer(status=302, headers={"Location": "http://127.0.0.2/works"}), failures.RedirectedAway, "127.0.0.2", 1),
        (Answer(status=301, headers={"Location": "https://127.0.0.1/"}), failures.RedirectedAway, "127.0.0.1", 1),
        (Answer(status=301, headers={"Location": "http://["}), failures.RedirectedAway, "another address", 1),
        (Answer(status=301, headers={"Location": "/again"}), failures.RedirectedAway, "in a circle", 4),
        (Answer(status=308), failures.RedirectedAway, "in a circle", 4),
    ],
)
def test_each_failure_has_its_fact_and_says_what_to_do(server, answer, fact, word, n_asked) -> None:
    server.script = lambda _asked: answer
    with pytest.raises(fact, match=word) as failed:
        Asker(server, largest_answer=1_000).get()
    assert (type(failed.value), len(server.asked)) == (fact, n_asked)
    assert "It " in failed.value.message


def test_a_redirect_within_the_host_is_followed(server) -> None:
    server.script = [Answer(status=301, headers={"Location": "/works/2?c=3"}), Answer(GOOD)]
    assert Asker(server).get() == GOOD
    assert (server.asked[1].path, server.asked[1].params) == ("/works/2", {"c": "3"})


def test_who_does_not_answer_is_asked_again_and_then_given_up(server) -> None:
    server.script = [Answer(is_silent=True), Answer(GOOD)]
    assert Asker(server, request_seconds=0.1).get() == GOOD
    server.asked, server.script = [], lambda _asked: Answer(is_silent=True)
    with pytest.raises(failures.TimedOut, match=r"in 0\.1 s"):
        Asker(server, request_seconds=0.1, attempts=2).get()
    assert len(server.asked) == 2


def test_no_time_is_left_for_another_attempt_when_the_total_is_used_up(server) -> None:
    server.script = lambda _asked: Answer(status=500)
    asker = Asker(server, total_seconds=0.2)
    with pytest.raises(failures.Overloaded):
        asker.get()
    assert (len(server.asked), asker.waited) == (1, [])


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_connection_is_a_failure_at_once(server, scheme: str) -> None:
    nobody, without_certificate = "http://127.0.0.1:9", server.url.replace("http:", "https:")
    asker = Asker(server, nobody if scheme == "http" else without_certificate)
    with pytest.raises(failures.Unreachable, match="check network and address"):
        asker.get()
    assert asker.waited == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("crossref_url", url) for url in ("http://api.crossref.org", "ftp://a", "https://", "api.crossref.org", "")),
        *(("orcid_api_url", url) for url in ("https://a@b", "https://a?b", "https://a#b", "file:///etc/passwd")),
        ("contact_mail", "nobody"),
        ("contact_mail", "a@b\r\nX: y"),
        ("openalex_key", "ä"),
    ],
)
def test_settings_that_cannot_be_are_named(name: str, value: str) -> None:
    with pytest.raises(Invalid) as wrong:
        SourceSettings(**{name: value})
    assert list(wrong.value.errors) == [name]
