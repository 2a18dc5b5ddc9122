"""The reader of tables: what it takes, and that what it refuses is named by line and column."""

import codecs
import gzip
import time as clock
from pathlib import Path

import pytest

from scholarnet.errors import InputError
from scholarnet.sources.columns import Column, Time, number, text_id, whole_number
from scholarnet.sources.files import LONGEST_LINE
from scholarnet.sources.tables import BATCH_ROWS, read_table

COLUMNS = (
    Column(name="item", parse=text_id, aliases=("paper", "post")),
    Column(name="rating", parse=number(low=0, high=10)),
    Column(name="note", parse=str, required=False),
)


def read(tmp_path: Path, content: bytes, **names: str) -> list[tuple[int, dict[str, object]]]:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    return [
        (line, {name: values[k] for name, values in batch.columns.items()})
        for batch in read_table(path, columns=COLUMNS, names=names)
        for k, line in enumerate(batch.lines)
    ]


def refusal(tmp_path: Path, content: bytes, **names: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content, **names)
    assert str(tmp_path / "table.csv") in caught.value.message
    return caught.value


PLAIN = [(2, {"item": "a", "rating": 1.0}), (3, {"item": "b", "rating": 2.5})]


@pytest.mark.parametrize(
    "content",
    [
        b"item,rating\na,1\nb,2.5\n",
        b"item,rating\r\na,1\r\nb,2.5\r\n",
        b"item,rating\na,1\nb,2.5",
        codecs.BOM_UTF8 + b"item,rating\na,1\nb,2.5\n",
        b'"item","rating"\n"a","1"\n"b","2.5"\n',
        b" item , rating\na , 1\n b,2.5 \n",
        b"rating,more,item\n1,x,a\n2.5,y,b\n",
        b"post,rating\na,1\nb,2.5\n",
        gzip.compress(b"item,rating\na,1\nb,2.5\n"),
        gzip.compress(b"item,rating\na,1\n") + gzip.compress(b"b,2.5\n"),
    ],
    ids=["lf", "crlf", "no-end", "bom", "quoted", "spaces", "order", "alias", "gzip", "gzip-members"],
)
def test_a_table_is_read_the_same_when_written_in_another_way(tmp_path, content):
    assert read(tmp_path, content) == PLAIN


def test_a_row_starts_where_its_first_line_is_when_fields_span_lines(tmp_path):
    rows = read(tmp_path, b'item,rating,note\na,1,"x\n\ny"\n\nb,2,"say ""z"", now"\n')
    assert rows == [
        (2, {"item": "a", "rating": 1.0, "note": "x\n\ny"}),
        (6, {"item": "b", "rating": 2.0, "note": 'say "z", now'}),
    ]


def test_names_take_precedence_over_the_names_that_columns_usually_have(tmp_path):
    assert read(tmp_path, b"item,rating,old\na,1,9\n", rating="old") == [(2, {"item": "a", "rating": 9.0})]


def test_lines_are_right_beyond_the_first_batch(tmp_path):
    content = b"item,rating\n" + b"a,1\n" * BATCH_ROWS + b"b,2\n"
    rows = read(tmp_path, content)
    assert len(rows) == BATCH_ROWS + 1
    assert rows[-1] == (BATCH_ROWS + 2, {"item": "b", "rating": 2.0})


REFUSED = {
    "empty": (b"", 1, None, "is empty"),
    "only-blank": (b"\n\n", 1, None, "is empty"),
    "utf-16": ("item,rating\na,1\n".encode("utf-16"), 1, None, "UTF-16"),
    "latin-1": (b"item,rating\na,1\n\xe9,2\n", 3, None, "byte 1 of the line (0xE9) is not UTF-8"),
    "nul": (b"item,rating\na\0,1\n", 2, None, "byte 2 of the line is NUL"),
    "no-name": (b"item,rating,\na,1,\n", 1, None, "column 3 of the header has no name"),
    "twice": (b"item,rating,item\na,1,b\n", 1, None, "names 'item' twice"),
    "absent": (
        b"id,rating\na,1\n",
        1,
        None,
        "only 'id', 'rating'; say which one it is with --columns item=",
    ),
    "semicolons": (b"item;rating\na;1\n", 1, None, "separate columns with commas"),
    "two-aliases": (b"paper,post,rating\na,b,1\n", 1, None, "item may be any of 'paper', 'post'"),
    "short": (b"item,rating\na,1\nb\n", 3, "rating", "in the row: 1, in the header: 2"),
    "long": (b"item,rating\na,1,2\n", 2, None, "in the row: 3, in the header: 2"),
    "open-quote": (b'item,rating\na,1\n"b,2\nc,3\n', 3, None, "never closed"),
    "endless-quote": (b'item,rating\n"' + b"b,2\n" * 40_000, 2, None, "never closed"),
    "after-quote": (b'item,rating\n"a"b,1\n', 2, None, "write a quote twice"),
    "lone-cr": (b"item,rating\ra,1\r", 1, None, "carriage return"),
    "long-line": (b"item,rating\n" + b"a" * LONGEST_LINE, 2, None, "longer than"),
    "empty-id": (b"item,rating\n ,1\n", 2, "item", "is empty"),
    "long-id": (b"item,rating\n" + b"a" * 513 + b",1\n", 2, "item", "513 characters; at most 512"),
    "line-break": (b'item,rating\n"a\nb",1\n', 2, "item", "line break"),
    "no-number": (b"item,rating\na,\n", 2, "rating", "is empty"),
    "nan": (b"item,rating\na,NaN\n", 2, "rating", "'NaN' is not a finite number"),
    "infinity": (b"item,rating\na,-inf\n", 2, "rating", "'-inf' is not a finite number"),
    "too-large": (b"item,rating\na,1e999\n", 2, "rating", "'1e999' is not a finite number"),
    "outside": (b"item,rating\na,10.5\n", 2, "rating", "'10.5' is outside 0 to 10"),
    "underscore": (b"item,rating\na,1_0\n", 2, "rating", "'1_0' is not a number"),
    "other-digits": ("item,rating\na,١\n".encode(), 2, "rating", "is not a number"),
    "first-of-two": (b"item,rating\na,x\n\nb\n", 2, "rating", "'x' is not a number"),
    "first-column-first": (b"item,rating\n ,1\na,x\n", 2, "item", "is empty"),
    "first-in-file": (b"item,rating\na,x\n ,1\n", 2, "rating", "'x' is not a number"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_first_fault_is_named_by_line_and_column_when_a_table_is_broken(tmp_path, name):
    content, line, column, message = REFUSED[name]
    error = refusal(tmp_path, content)
    assert (error.line, error.column) == (line, column)
    assert message in error.message


def test_a_mapped_column_must_be_there_even_when_it_is_optional(tmp_path):
    error = refusal(tmp_path, b"item,rating\na,1\n", note="remark")
    assert "no column 'remark'" in error.message


ARCHIVE = gzip.compress(b"item,rating\n" + b"".join(b"a%d,%d\n" % (k * k % 9973, k % 10) for k in range(5000)))


def test_an_archive_that_breaks_off_is_refused(tmp_path):
    assert "breaks off" in refusal(tmp_path, ARCHIVE[:-9]).message


def test_an_archive_that_is_damaged_is_refused(tmp_path):
    damaged = ARCHIVE[:2000] + bytes(byte ^ 0xFF for byte in ARCHIVE[2000:2050]) + ARCHIVE[2050:]
    assert "is damaged" in refusal(tmp_path, damaged).message


def test_a_missing_file_and_a_directory_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: cannot be read: No such file"):
        list(read_table(tmp_path / "none.csv", columns=COLUMNS))
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        list(read_table(tmp_path, columns=COLUMNS))


def test_an_id_may_have_512_characters_of_any_script():
    assert text_id(" " + "é" * 512 + " ") == "é" * 512


def test_a_whole_number_may_be_written_with_a_point():
    confidence = whole_number(low=1, high=5)
    assert confidence("4.0") == 4
    with pytest.raises(ValueError, match=r"'4\.5' is not a whole number"):
        confidence("4.5")


@pytest.fixture
def _tokyo(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    clock.tzset()
    yield
    monkeypatch.undo()
    clock.tzset()


@pytest.mark.usefixtures("_tokyo")
def test_times_are_seconds_and_utc_when_no_zone_is_given():
    time = Time()
    assert time("1970-01-02") == 86400
    assert time("1970-01-01T01:00:00+01:00") == 0
    assert time("1970-01-01 00:00:01.5Z") == 1.5
    assert Time()("20240101") == 20240101, "a plain number is a number, also where it could be a date"


def test_times_must_be_of_one_kind():
    time = Time()
    time("2024-01-01")
    with pytest.raises(ValueError, match="'1704067200' is a number, but the times above are each an ISO"):
        time("1704067200")


@pytest.mark.parametrize(("text", "message"), [("", "is empty"), ("soon", "neither"), ("nan", "neither")])
def test_a_time_that_is_none_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        Time()(text)
