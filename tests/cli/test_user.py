"""`scholarnet user create`: accounts from the command line."""

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from api.cli import main
from scholarnet.models import AuditEntry, Role, Verification
from scholarnet.services.researchers import authenticate, find_researcher

PASSWORD = "a long pass phrase"
ARGUMENTS = ("user", "create", "rosa", "--email", "rosa@northfield.edu", "--name", "Rosa Castillo")


@pytest.fixture(autouse=True)
def _configured(engine, monkeypatch) -> None:
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))


def create(*more: str, typed: str = PASSWORD + "\n"):
    return CliRunner().invoke(main, [*ARGUMENTS, *more], input=typed)


def test_create_opens_an_account_that_can_sign_in_and_prints_its_id_alone(engine):
    result = create("--role", "editor", "--verified", "--password-stdin")
    assert result.exit_code == 0, result.output
    with Session(engine) as session:
        rosa = authenticate(session, handle="rosa", password=PASSWORD)
        assert rosa is not None
        assert result.stdout == rosa.public_id + "\n"
        assert (rosa.name, rosa.email, rosa.role) == ("Rosa Castillo", "rosa@northfield.edu", Role.EDITOR)
        assert rosa.verification is Verification.EDITOR
        assert session.query(AuditEntry).one().actor_id is None


def test_without_verified_nobody_stands_for_the_account(engine):
    assert create("--password-stdin").exit_code == 0
    with Session(engine) as session:
        rosa = find_researcher(session, handle="rosa")
        assert rosa is not None
        assert (rosa.role, rosa.is_verified) == (Role.MEMBER, False)


def test_the_password_is_asked_for_twice_and_never_shown(engine):
    result = create(typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    with Session(engine) as session:
        assert authenticate(session, handle="rosa", password=PASSWORD) is not None


@pytest.mark.parametrize(
    ("arguments", "typed", "words"),
    [
        (["--password-stdin"], "short\n", "password"),
        (["--password-stdin"], "", "password"),
        (["--password-stdin", "--role", "king"], PASSWORD, "'king' is not one of"),
        (["--password-stdin", "--name", "   "], PASSWORD, "name"),
    ],
)
def test_what_the_rules_refuse_is_said_and_nothing_is_kept(engine, arguments, typed, words):
    result = create(*arguments, typed=typed)
    assert result.exit_code == 2
    assert words in result.stderr
    with Session(engine) as session:
        assert find_researcher(session, handle="rosa") is None


def test_a_handle_that_is_taken_is_refused():
    assert create("--password-stdin").exit_code == 0
    result = create("--password-stdin")
    assert (result.exit_code, result.stderr) == (2, "Error: the handle 'rosa' is taken\n")


def test_a_database_without_tables_is_refused_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    result = create("--password-stdin")
    assert result.exit_code == 2
    assert "scholarnet db upgrade" in result.stderr
