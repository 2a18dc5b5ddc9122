"""`scholarnet db`: the tables come by one command."""

from click.testing import CliRunner

from api.cli import main
from scholarnet.db import make_engine
from scholarnet.migration import is_current


def test_upgrade_makes_the_folder_the_file_and_the_newest_tables_and_a_second_time_changes_nothing(
    tmp_path, monkeypatch
):
    url = f"sqlite:///{tmp_path / 'new' / 'network.db'}"
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", url)
    for _ in range(2):
        result = CliRunner().invoke(main, ["db", "upgrade"])
        assert (result.exit_code, result.stderr) == (0, "")
        assert "newest tables" in result.stdout
    engine = make_engine(url)
    with engine.connect() as connection:
        assert is_current(connection)
    engine.dispose()


def test_the_default_is_a_file_below_instance(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SCHOLARNET_DATABASE_URL", raising=False)
    assert CliRunner().invoke(main, ["db", "upgrade"]).exit_code == 0
    assert (tmp_path / "instance" / "scholarnet.db").is_file()


def test_a_url_of_another_database_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", "mysql://localhost/x")
    result = CliRunner().invoke(main, ["db", "upgrade"])
    assert result.exit_code == 2
    assert "SCHOLARNET_DATABASE_URL" in result.stderr


def test_a_database_that_does_not_answer_is_named_without_its_password(monkeypatch):
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/nothing")
    result = CliRunner().invoke(main, ["db", "upgrade"])
    assert result.exit_code == 2
    assert "does not answer" in result.stderr
    assert "secret" not in result.stderr


def test_a_file_that_is_no_database_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "letter.db"
    path.write_text("Dear colleagues, this is a letter and no database at all.\n" * 50)
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", f"sqlite:///{path}")
    result = CliRunner().invoke(main, ["db", "upgrade"])
    assert result.exit_code == 2
    assert "letter.db" in result.stderr
