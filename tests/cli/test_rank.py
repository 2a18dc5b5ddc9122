"""`scholarnet rank`: what goes in, what comes out, and that broken input leaves a message and nothing else."""

import csv
import gzip
import io
import math
import subprocess
import sys
from pathlib import Path

import click.testing
import numpy as np
import pytest

from api.cli import main
from scoring.sweeps import NotConverged
from tests.cli.broken_input import cases
from tests.cli.broken_options import OPTIONS

GOOD = "reviewer,item,rating\nr1,a,9\nr2,a,8\nr1,b,2\nr2,b,1\nr1,c,5\nr2,c,5\n"
ITEM_HEADER = ["item", "score", "sd", "low", "high", "best", "n_reviews", "n_effective", "tier", "rank"]
REVIEWER_HEADER = ["reviewer", "bias", "slope", "precision", "trust", "cluster", "n_reviews", "weight"]


@pytest.fixture(autouse=True)
def _directory(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(main, ["rank", *arguments])


def rank(text: str, *arguments: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Rank `text`, which must go well without a word; return the rows of both outputs."""
    Path("reviews.csv").write_text(text)
    result = run("reviews.csv", "--out", "items.csv", "--reviewers-out", "reviewers.csv", *arguments)
    assert (result.exit_code, result.output) == (0, "")
    return rows("items.csv"), rows("reviewers.csv")


def rows(name: str) -> list[dict[str, str]]:
    content = Path(name).read_bytes()
    text = gzip.decompress(content) if name.endswith(".gz") else content
    return list(csv.DictReader(io.StringIO(text.decode(), newline="")))


def names() -> set[str]:
    return {path.name for path in Path().iterdir()}


def assert_finite(name: str, header: list[str], *, texts: tuple[str, ...]) -> None:
    table = rows(name)
    assert table
    for row in table:
        assert list(row) == header
        assert all(math.isfinite(float(value)) for column, value in row.items() if column not in texts)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_broken_table_gets_a_finite_answer_or_its_line_and_leaves_no_trace(case):
    Path(case.file).write_bytes(case.content)
    result = run(case.file, "--out", "items.csv", "--reviewers-out", "reviewers.csv")
    if case.line is None:
        assert (result.exit_code, result.output) == (0, "")
        assert_finite("items.csv", ITEM_HEADER, texts=("item", "tier"))
        assert_finite("reviewers.csv", REVIEWER_HEADER, texts=("reviewer",))
        assert names() == {case.file, "items.csv", "reviewers.csv"}
    else:
        assert result.exit_code == 2
        assert result.stderr.startswith(f"Error: {case.file}, line {case.line}")
        assert len(result.stderr.splitlines()) == 1
        assert names() == {case.file}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_a_wrong_option_is_named_and_leaves_no_trace(option):
    Path("reviews.csv").write_text(GOOD)
    for name, content in option.files.items():
        Path(name).write_bytes(content)
    before = names()
    result = run("reviews.csv", "--out", "items.csv", *option.arguments)
    assert option.message in result.stderr
    assert result.exit_code == (2 if option.message else 0)
    assert names() == (before if option.message else before | {"items.csv"})


def test_there_are_forty_kinds_of_broken_input_with_names_of_their_own():
    every = [case.name for case in cases()]
    assert len(set(every)) == len(every) >= 40


def test_a_missing_file_and_a_directory_are_refused():
    missing = run("none.csv", "--out", "items.csv")
    assert (missing.exit_code, missing.stderr) == (
        2,
        "Error: none.csv: cannot be read: No such file or directory\n",
    )
    folder = run(".", "--out", "items.csv")
    assert (folder.exit_code, folder.stderr) == (2, "Error: .: cannot be read: Is a directory\n")
    assert names() == set()


def test_items_come_best_first_in_the_units_of_the_ratings():
    items, reviewers = rank(GOOD)
    assert [row["item"] for row in items] == ["a", "c", "b"]
    assert [row["rank"] for row in items] == ["1", "2", "3"]
    assert {row["n_reviews"] for row in items} == {"2"}
    scores = {row["item"]: float(row["score"]) for row in items}
    # The scale is 1 to 9 with its middle at 5: c stands there, and a and b are mirror images but for their noise.
    assert scores["c"] == pytest.approx(5)
    assert scores["a"] + scores["b"] == pytest.approx(10, abs=1e-6)
    assert 5 < scores["a"] < 8.5, "drawn from the mean of a's ratings towards the middle"
    assert [row["reviewer"] for row in reviewers] == ["r1", "r2"]


def test_tiers_are_quantiles_when_there_is_no_form():
    text = "reviewer,item,rating\n" + "".join(f"r1,i{k:02},{k}\nr2,i{k:02},{k}\n" for k in range(20))
    items, _ = rank(text)
    tiers = [row["tier"] for row in items]
    # Of twenty items by .95/.80/.50/.20: the first, then three, six, six, and the last four.
    expected = ["exceptional"] + 3 * ["strong"] + 6 * ["sound"] + 6 * ["developing"] + 4 * ["weak"]
    assert tiers == expected


def test_equal_ratings_give_equal_scores_and_ranks_by_id():
    items, _ = rank("reviewer,item,rating\nr1,b,5\nr1,a,5\nr2,b,5\nr2,a,5\n")
    assert [(row["item"], row["rank"]) for row in items] == [("a", "1"), ("b", "2")]
    assert {float(row["score"]) for row in items} == {5.0}


def test_the_later_row_counts_when_a_reviewer_rates_twice():
    once = rank(GOOD)
    assert rank(GOOD.replace("r1,a,9\n", "r1,a,1\nr1,a,9\n")) == once
    assert rank(GOOD.replace("r1,a,9\n", "r1,a,9\nr1,a,1\n")) != once


def test_the_later_time_counts_when_times_are_given():
    timed = GOOD.replace("\n", ",2024-01-01\n").replace("rating,2024-01-01", "rating,time")
    nine, one = "r1,a,9,2024-03-01\n", "r1,a,1,2024-02-29T23:59:59Z\n"
    without = timed.replace("r1,a,9,2024-01-01\n", "")
    assert rank(without + nine + one) == rank(GOOD)
    assert rank(without + one + nine) == rank(GOOD)


def test_the_order_of_the_rows_and_the_way_of_writing_do_not_matter():
    expected = rank(GOOD)
    head, *lines = GOOD.splitlines(keepends=True)
    assert rank(head + "".join(reversed(lines))) == expected
    renamed = GOOD.replace("reviewer,item,rating", "who,paper_id,overall")
    assert rank(renamed, "--columns", "reviewer=who,item=paper_id,rating=overall") == expected


def test_trust_is_given_to_all_to_none_or_to_those_in_a_file():
    Path("ids.csv").write_text("reviewer\nr2\n")
    given = {
        verified: [row["trust"] for row in rank(GOOD, "--verified", verified)[1]]
        for verified in ("all", "none", "ids.csv")
    }
    assert given == {"all": ["0.8", "0.8"], "none": ["0.0", "0.0"], "ids.csv": ["0.0", "0.8"]}
    assert rank(GOOD)[1] == rank(GOOD, "--verified", "all")[1]


def test_verified_ids_that_rate_nothing_are_counted_on_stderr():
    Path("reviews.csv").write_text(GOOD)
    Path("ids.csv").write_text("reviewer\nr2\nR1\n")
    result = run("reviews.csv", "--out", "items.csv", "--verified", "ids.csv")
    assert (result.exit_code, result.stderr) == (0, "ids.csv: 1 of 2 reviewers have no rating here\n")


def test_a_frozen_fit_gives_the_same_bits_and_holds_for_other_items():
    fresh = rank(GOOD, "--epoch-out", "epoch.json")
    assert rank(GOOD, "--epoch", "epoch.json") == fresh
    items, _ = rank("reviewer,item,rating\nr1,a,9\nr2,a,8\n", "--epoch", "epoch.json")
    alone = {name: items[0][name] for name in ITEM_HEADER if name not in ("tier", "rank")}
    assert alone == {name: fresh[0][0][name] for name in alone}, "the items that went do not matter any more"


def test_outputs_are_gzipped_by_their_names_with_the_same_bytes_each_time():
    rank(GOOD, "--epoch-out", "epoch.json.gz")
    assert run("reviews.csv", "--out", "items.csv.gz").exit_code == 0
    first = Path("items.csv.gz").read_bytes()
    assert rows("items.csv.gz") == rows("items.csv")
    assert run("reviews.csv", "--out", "items.csv.gz", "--epoch", "epoch.json.gz").exit_code == 0
    assert Path("items.csv.gz").read_bytes() == first


def test_what_was_there_stays_when_the_input_is_broken():
    Path("items.csv").write_text("old")
    Path("reviews.csv").write_text(GOOD + "r3,a,x\n")
    assert run("reviews.csv", "--out", "items.csv").exit_code == 2
    assert Path("items.csv").read_text() == "old"


def test_ids_come_out_as_they_went_in():
    ids = ['say "a"', "a, b", "=1+1", "李 🧪", "é"]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("reviewer", "item", "rating"), *((name, name, 5) for name in ids)])
    items, reviewers = rank(text.getvalue())
    assert {row["item"] for row in items} == {row["reviewer"] for row in reviewers} == set(ids)


def test_a_fit_that_is_not_found_is_refused_and_leaves_no_trace(monkeypatch):
    def give_up(*_args, **_settings):
        raise NotConverged("in sweep 60")

    monkeypatch.setattr("api.cli.rank.rank", give_up)
    Path("reviews.csv").write_text(GOOD)
    result = run("reviews.csv", "--out", "items.csv")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: reviews.csv: no fit can be found: in sweep 60; ")
    assert names() == {"reviews.csv"}


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (gzip.compress(GOOD.encode()), 0, ""),
        (b"reviewer,item,rating\nr1,a,nan\n", 2, "Error: reviews.csv, line 2, column 'rating': 'nan' is not a fin"),
        (b"reviewer,item\xff,rating\n", 2, "Error: reviews.csv, line 1: byte 14 of the line (0xFF) is not UTF-8"),
    ],
    ids=["good", "nan", "encoding"],
)
def test_the_installed_command_behaves_the_same(content, status, message):
    Path("reviews.csv").write_bytes(content)
    command = [Path(sys.executable).with_name("scholarnet"), "rank", "reviews.csv", "--out", "items.csv"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith(message)
    assert "Traceback" not in done.stderr
    assert names() == {"reviews.csv"} | ({"items.csv"} if status == 0 else set())


def test_trust_goes_along_vouches_also_through_people_who_rated_nothing():
    Path("ids").write_text("reviewer\nr1\n")
    Path("vouches").write_text("voucher,vouched\nr1,x\nx,r2\n")
    _, reviewers = rank(GOOD, "--verified", "ids", "--vouches", "vouches")
    # .8; .8·.8/6 for x, who has rated nothing; .8/6 of that for r2
    assert [float(row["trust"]) for row in reviewers] == pytest.approx([0.8, 0.8 * (0.8 / 6) ** 2])


def test_ratings_in_conflict_count_for_nothing_and_strangers_are_named():
    Path("reviews.csv").write_text(GOOD)
    Path("conflicts").write_text("reviewer,item\nr1,a\nr9,a\n")
    result = run("reviews.csv", "--out", "items.csv", "--conflicts", "conflicts")
    assert (result.exit_code, result.output) == (0, "conflicts: 1 of 2 pairs have no rating here\n")
    with_conflict = {row["item"]: row for row in rows("items.csv")}
    assert with_conflict["a"]["n_reviews"] == "1"
    items, _ = rank(GOOD.replace("r1,a,9\n", ""))
    assert with_conflict == {row["item"]: row for row in items}


def test_a_ring_is_reported_by_cluster():
    random = np.random.default_rng(5)
    lines, truth = ["reviewer,item,rating"], random.uniform(3, 8, 200)
    weak = np.argsort(truth)[:10]
    for who in range(150):
        read = random.choice(200, 20, replace=False)
        lines.extend(f"h{who},i{what},{truth[what] + random.normal(0, 0.8):.2f}" for what in read)
    for who in range(8):
        read = random.choice(np.setdiff1d(np.arange(200), weak), 15, replace=False)
        lines.extend(f"ring{who},i{what},{truth[what]:.2f}" for what in read)
        lines.extend(f"ring{who},i{what},10" for what in weak)
    _, reviewers = rank("\n".join(lines) + "\n")
    clusters = {row["cluster"] for row in reviewers if row["reviewer"].startswith("ring")}
    assert len(clusters) == 1
    assert clusters != {"-1"}
    assert {row["reviewer"] for row in reviewers if row["cluster"] in clusters} == {f"ring{k}" for k in range(8)}
