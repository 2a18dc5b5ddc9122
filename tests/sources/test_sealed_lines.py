"""Sealed folders: whatever byte, line or file is not as it was written is found and named, and nothing else happens."""

import json
import random
from pathlib import Path

import pytest

from scholarnet.errors import InputError
from scholarnet.sources.epoch_folders import MANIFEST, read_file, read_manifest, write_folder

NAMES = ("people.jsonl", "posts-1-of-1.jsonl")
HEAD = dict.fromkeys(("id", "hash", "scores_hash", "model_version", "as_of", "log_position", "population"), "1")
NUMBERS = [0.1, -1e-300, 2.0**-40, 123456789.123456789, 5e-324, 1 / 3]


def record(at: int) -> dict:
    return {"section": "review", "id": f"r{at}", "overall": NUMBERS[at % 6], "read": {"bias": -at / 7}, "by": None}


RECORDS = [(NAMES[at % 2], record(at)) for at in range(12)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(tmp_path / "out", manifest={"detail": "operators"} | HEAD, names=NAMES, records=RECORDS)
    return tmp_path / "out"


def read(folder: Path) -> list[tuple[str, dict]]:
    manifest = read_manifest(folder)
    return [(name, one) for name in NAMES for one in read_file(folder, manifest, name)]


def test_what_was_written_is_read_to_the_last_bit(folder: Path) -> None:
    assert read(folder) == [one for name in NAMES for one in RECORDS if one[0] == name]
    first = json.loads((folder / NAMES[0]).read_text().splitlines()[0])
    assert first["overall"] == 0.1
    assert first["line"] == 1


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_byte_anywhere_is_found_and_its_file_and_line_named(folder: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a sample of places
    for name in (*NAMES, MANIFEST):
        content = (folder / name).read_bytes()
        for at in chance.sample(range(len(content)), 60):
            changed = bytes([content[at] ^ (1 << chance.randrange(8))])
            (folder / name).write_bytes(content[:at] + changed + content[at + 1 :])
            with pytest.raises(InputError) as raised:
                read(folder)
            assert raised.value.path == str(folder / name)
            assert raised.value.line == content[:at].count(b"\n") + 1
        (folder / name).write_bytes(content)
    assert len(read(folder)) == len(RECORDS)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [('"id":"r4"', '"id":"r9"', "id"), ('"bias":-0.57', '"bias":-0.58', "read"), (":0.1", ":0.2", "overall")],
)
def test_the_field_that_was_changed_is_named(folder: Path, old: str, new: str, field: str) -> None:
    path = folder / NAMES[0]
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(InputError, match=f"was changed in '{field}' of the review"):
        read(folder)


def lines_of(folder: Path) -> list[str]:
    return (folder / NAMES[1]).read_text().splitlines(keepends=True)


CASES = {
    "missing": (lambda lines: lines[:2] + lines[3:], 3, "is line 4: a line is missing"),
    "twice": (lambda lines: lines[:3] + lines[2:], 4, "is line 3"),
    "swapped": (lambda lines: [lines[1], lines[0], *lines[2:]], 1, "is line 2"),
    "last gone": (lambda lines: lines[:-1], 6, "ends here; 1 lines are missing"),
    "all gone": (lambda _lines: [], 1, "ends here; 6 lines are missing"),
    "cut off": (lambda lines: [*lines[:-1], lines[-1][:-9]], 6, "cut off"),
    "no JSON": (lambda lines: [*lines[:2], "{}\n", *lines[3:]], 3, "cut off or damaged"),
    "blank": (lambda lines: [*lines, "\n"], 7, "cut off or damaged"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_line_that_is_not_where_it_was_is_named(folder: Path, case: str) -> None:
    change, line, message = CASES[case]
    (folder / NAMES[1]).write_text("".join(change(lines_of(folder))))
    with pytest.raises(InputError, match=message) as raised:
        read(folder)
    assert (raised.value.path, raised.value.line) == (str(folder / NAMES[1]), line)


def test_a_line_or_a_file_of_another_export_is_no_part_of_this_one(folder: Path, tmp_path: Path) -> None:
    head = {"detail": "operators"} | HEAD | {"hash": "2"}
    write_folder(tmp_path / "other", manifest=head, names=NAMES, records=RECORDS)
    (folder / NAMES[1]).write_text("".join([*lines_of(folder)[:1], *lines_of(tmp_path / "other")[1:]]))
    with pytest.raises(InputError, match="of another file") as raised:
        read(folder)
    assert raised.value.line == 2
    longer = [*RECORDS, (NAMES[1], record(99))]
    write_folder(tmp_path / "longer", manifest={"detail": "operators"} | HEAD, names=NAMES, records=longer)
    (folder / NAMES[1]).write_text("".join(lines_of(tmp_path / "longer")))
    with pytest.raises(InputError, match=r"is not the file that epoch\.json tells of"):
        read(folder)


def test_what_is_no_export_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_manifest(tmp_path)
    (folder / NAMES[0]).unlink()
    with pytest.raises(InputError, match="cannot be read"):
        read(folder)
    with pytest.raises(InputError, match="is not empty"):
        write_folder(folder, manifest={"detail": "operators"} | HEAD, names=NAMES, records=RECORDS)
    (folder / MANIFEST).write_bytes(b"\xff\x00" * 50)
    with pytest.raises(InputError, match="line 1"):
        read_manifest(folder)
