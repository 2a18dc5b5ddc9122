"""A file that turns out to be wrong is closed at once, not when the collector comes by."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from scholarnet.errors import InputError
from scholarnet.sources.columns import Column, number
from scholarnet.sources.json_lines import read_json_lines
from scholarnet.sources.tables import read_table


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every file that is opened by its path."""
    files: list[Any] = []
    really = Path.open

    def note(path: Path, *args: Any, **options: Any) -> Any:
        files.append(really(path, *args, **options))
        return files[-1]

    monkeypatch.setattr(Path, "open", note)
    return files


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("rating\n1\nmany\n3\n", lambda path: read_table(path, columns=(Column(name="rating", parse=number()),))),
        ("rate\n1\n", lambda path: read_table(path, columns=(Column(name="rating", parse=number()),))),
        ("rating\n1,2\n", lambda path: read_table(path, columns=(Column(name="rating", parse=number()),))),
        ('{"a": 1}\nnothing\n{"b": 2}\n', read_json_lines),
    ],
    ids=["a wrong value", "a missing column", "a ragged row", "a line that is not JSON"],
)
def test_the_file_is_closed_when_it_is_refused(
    tmp_path: Path, opened: list[Any], text: str, read: Callable[[Path], Iterable[Any]]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(text.encode())
    opened.clear()
    with pytest.raises(InputError) as refused:
        list(read(path))
    assert [file.closed for file in opened] == [True], refused  # while the error still holds its frames
