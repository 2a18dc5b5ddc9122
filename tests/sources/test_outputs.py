"""Outputs appear together, whole, or not at all."""

import errno
import gzip
import os

import pytest

from scholarnet.errors import InputError
from scholarnet.sources.outputs import check_outputs, open_outputs


def contents(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}


def write(*paths, then):
    with open_outputs(*paths) as files:
        files[paths[0]].write("new")
        then()


def interrupt():
    raise KeyboardInterrupt


def fill_the_disk():
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_outputs_appear_when_the_block_ends_and_not_before(tmp_path):
    with open_outputs(tmp_path / "a.csv", tmp_path / "b.csv") as files:
        files[tmp_path / "a.csv"].write("é\n")
        files[tmp_path / "b.csv"].write("b\r\n")
        assert not (tmp_path / "a.csv").exists()
    assert contents(tmp_path) == {"a.csv": "é\n".encode(), "b.csv": b"b\r\n"}


def test_an_archive_has_the_same_bytes_every_time(tmp_path):
    for name in ("a.csv.gz", "b.csv.gz"):
        write(tmp_path / name, then=list)
    assert (tmp_path / "a.csv.gz").read_bytes()[4:8] == bytes(4), "no time in it"
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()) == b"new"


def test_what_was_there_stays_when_the_work_fails(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "a.csv", tmp_path / "b.csv", then=interrupt)
    assert contents(tmp_path) == {"a.csv": b"old"}


def test_what_was_there_comes_back_when_a_later_output_cannot_appear(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    outputs = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    with pytest.raises(InputError, match="cannot be written"):
        write(*outputs, then=(tmp_path / "c.csv").mkdir)
    assert contents(tmp_path) == {"a.csv": b"old"}


def test_a_full_disk_is_an_error_that_names_the_files(tmp_path):
    with pytest.raises(InputError, match=r"a\.csv: cannot be written: No space left"):
        write(tmp_path / "a.csv", then=fill_the_disk)
    assert contents(tmp_path) == {}


def test_the_mode_of_the_file_that_is_replaced_is_kept(tmp_path):
    (tmp_path / "a.csv").touch(mode=0o640)
    with open_outputs(tmp_path / "a.csv"):
        pass
    assert (tmp_path / "a.csv").stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link_when_its_file_is_replaced(tmp_path):
    (tmp_path / "real.csv").touch()
    (tmp_path / "link.csv").symlink_to("real.csv")
    write(tmp_path / "link.csv", then=list)
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


@pytest.mark.parametrize(
    ("names", "inputs", "message"),
    [
        (["none/a.csv"], [], "there is no directory"),
        (["."], [], "is not a file"),
        (["pipe"], [], "is not a file"),
        (["a.csv", "./a.csv"], [], "named twice"),
        (["a.csv"], ["a.csv"], "named twice"),
        (["a" * 300], [], "is no name for a file: .*too long"),
        (["circle"], [], "is no name for a file: .*loop"),
    ],
)
def test_outputs_that_cannot_appear_are_refused_before_the_work(tmp_path, names, inputs, message):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(InputError, match=message):
        check_outputs(*(tmp_path / name for name in names), inputs=[tmp_path / name for name in inputs])
    assert contents(tmp_path) == {}


def test_a_directory_that_does_not_allow_writing_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(InputError, match="does not allow writing"):
        check_outputs(tmp_path / "a.csv")
