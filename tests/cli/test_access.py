"""`scholarnet access`: the table as text."""

from click.testing import CliRunner

from api.access import ROLES, access_table
from api.cli import main


def test_the_table_has_a_line_for_each_operation_under_one_header() -> None:
    lines = CliRunner().invoke(main, ["access"], catch_exceptions=False).output.splitlines()
    assert lines[0].split() == ["operation", *ROLES, "scope"]
    assert len(lines) == 1 + len(access_table())


def test_the_cells_say_who_may_and_with_which_scope() -> None:
    lines = CliRunner().invoke(main, ["access"], catch_exceptions=False).output.splitlines()
    cells = {" ".join(line.split()[:2]): line.split()[2:] for line in lines[1:]}
    assert cells["GET /posts"] == [*["yes"] * 9, "read"]
    assert cells["POST /posts/{post_id}/publish"] == ["no", "no", "yes", "yes", *["no"] * 5, "write"]
    assert cells["GET /moderation"] == [*["no"] * 7, "yes", "yes", "admin"]
