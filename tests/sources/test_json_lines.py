"""The reader of JSON lines."""

import gzip
from pathlib import Path

import pytest

from scholarnet.errors import InputError
from scholarnet.sources.json_lines import read_json_lines


def read(tmp_path: Path, content: bytes) -> list[tuple[int, dict[str, object]]]:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(content)
    return list(read_json_lines(path))


def test_objects_come_with_their_lines(tmp_path):
    content = '\ufeff{"id": "a"}\r\n\n{"id": "é", "n": [1]}'.encode()
    expected = [(1, {"id": "a"}), (3, {"id": "é", "n": [1]})]
    assert read(tmp_path, content) == expected
    assert read(tmp_path, gzip.compress(content)) == expected


def test_a_doubled_backslash_is_no_nul(tmp_path):
    assert read(tmp_path, rb'{"id": "\\u0000"}') == [(1, {"id": r"\u0000"})]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"", 1, "is empty"),
        (b'{"a": 1}\n{"a": }\n', 2, "not JSON"),
        (b'{"a": 1}\n\n[1]\n', 3, "not an object"),
        (b'{"a": NaN}\n', 1, "not JSON"),
        (b'{"a": "\\ud800"}\n', 1, "not JSON"),
        (b"[" * 100_000, 1, "not JSON"),
        (b'{"a": "\xff"}\n', 1, "not UTF-8"),
        (rb'{"a": "\\\u0000"}', 1, "NUL"),
    ],
    ids=["empty", "invalid", "array", "nan", "surrogate", "deep", "encoding", "nul"],
)
def test_the_line_is_named_when_it_is_no_object(tmp_path, content, line, message):
    with pytest.raises(InputError, match=r"posts\.jsonl") as caught:
        read(tmp_path, content)
    assert caught.value.line == line
    assert message in caught.value.message
