"""`scholarnet token create`: the token alone, and it works."""

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from api.cli import main
from scholarnet.services.researchers import register
from scholarnet.services.tokens import find_token


@pytest.fixture(autouse=True)
def _rosa(engine, monkeypatch) -> None:
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    with Session(engine) as session:
        for handle in ("rosa", "noise"):
            register(session, handle=handle, name=handle, email=f"{handle}@example.org", password="a long pass phrase")
        session.commit()


def create(*arguments: str):
    return CliRunner().invoke(main, ["token", "create", *arguments])


def test_create_prints_the_token_alone_and_it_is_rosas(engine):
    result = create("rosa", "--scopes", "read,write,review")
    assert (result.exit_code, result.stderr) == (0, "")
    secret, end = result.stdout[:-1], result.stdout[-1]
    assert end == "\n"
    with Session(engine) as session:
        token = find_token(session, secret=secret)
        assert token is not None
        assert (token.researcher.handle, token.scopes) == ("rosa", ["read", "review", "write"])


def test_without_scopes_it_reads_only(engine):
    with Session(engine) as session:
        token = find_token(session, secret=create("rosa").stdout.strip())
        assert token is not None
        assert token.scopes == ["read"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rosa", "--scopes", "read,fly"], "'fly' is not one of read, write, review, admin"),
        (["rosa", "--scopes", ","], "name at least one of"),
        (["rosa", "--scopes", "admin"], "is for editors"),
        (["nobody"], "there is no researcher 'nobody'"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_printed_on_stdout(arguments, words):
    result = create(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
