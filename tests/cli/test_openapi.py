"""`scholarnet openapi`: the document as a file."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main


def test_the_document_is_the_same_on_the_screen_and_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    out = tmp_path / "openapi.json"
    shown = CliRunner().invoke(main, ["openapi"], catch_exceptions=False).output
    CliRunner().invoke(main, ["openapi", "--out", str(out)], catch_exceptions=False)
    assert out.read_text(encoding="utf-8") == shown
    assert json.loads(shown)["openapi"] == "3.1.0"
    assert not (tmp_path / "none.db").exists()
