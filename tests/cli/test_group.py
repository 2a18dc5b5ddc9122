"""The group of commands: its table, its help, and how errors become exit codes."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from api.cli import COMMANDS, main
from api.cli.group import LazyGroup
from scholarnet.errors import InputError, NotFound


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_there_under_its_name_with_an_example(name):
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert f"Usage: main {name}" in result.output
    assert "Example" in result.output


def test_the_help_of_all_lists_the_table():
    output = CliRunner().invoke(main, ["--help"]).output
    assert all(name in output and text in output for name, (_, text) in COMMANDS.items())


def test_the_help_of_all_imports_no_command():
    call = "from api.cli import main; main(['--help'], standalone_mode=False)"
    code = f"import sys; {call}; sys.exit('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_command_that_is_not_there_is_refused():
    result = CliRunner().invoke(main, ["rnak"])
    assert result.exit_code == 2
    assert "No such command 'rnak'" in result.stderr


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InputError("a.csv", "is odd", line=3, column="x"), "Error: a.csv, line 3, column 'x': is odd\n"),
        (NotFound("post", "p1"), "Error: there is no post 'p1'\n"),
    ],
)
def test_what_the_domain_refuses_is_one_line_and_exit_status_2(error, message):
    @click.command("fail")
    def fail() -> None:
        raise error

    group = LazyGroup("scholarnet", table={})
    group.get_command = lambda _ctx, _name: fail
    result = CliRunner().invoke(group, ["fail"])
    assert (result.exit_code, result.stderr) == (2, message)


def test_an_error_of_our_own_making_is_not_hidden():
    @click.command("fail")
    def fail() -> None:
        raise ZeroDivisionError

    group = LazyGroup("scholarnet", table={})
    group.get_command = lambda _ctx, _name: fail
    assert isinstance(CliRunner().invoke(group, ["fail"]).exception, ZeroDivisionError)
