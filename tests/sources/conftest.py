"""A source that answers as it is told."""

from collections.abc import Iterator

import pytest

from tests.answering import AnsweringServer, answering_server


@pytest.fixture(scope="session")
def answering() -> Iterator[AnsweringServer]:
    with answering_server() as running:
        yield running


@pytest.fixture
def server(answering) -> AnsweringServer:
    """The server, with nothing asked yet."""
    answering.script, answering.asked = [], []
    return answering
