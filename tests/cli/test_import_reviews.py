"""`scholarnet import reviews` and `scholarnet score`: real reviews in and ranked; a wrong line, and nothing is kept."""

import csv
import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path

import click.testing
import numpy as np
import pytest
from scipy.stats import rankdata
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.cli import main
from scholarnet.models import (
    Post,
    PostAuthor,
    PostScore,
    PostTag,
    PostVersion,
    Researcher,
    Review,
    ReviewRevision,
    ScoreEvent,
    Tag,
    Tier,
    Venue,
)
from scholarnet.services.epochs import current_epoch
from scoring.sweeps import NotConverged
from tests.cli.broken_input import cases

GOOD = "reviewer,item,rating\nr1,a,9\nr2,a,8\nr1,b,2\nr2,b,1\n"
TABLES = (Post, PostVersion, PostAuthor, PostTag, Researcher, Review, ReviewRevision, ScoreEvent, Tag, Venue)
REAL = {
    "iclr2017_scores": (490, 1_489, {"Poster", "Oral"}),
    "iclr2021_ratings": (2_966, 11_452, {"Accept (Poster)", "Accept (Spotlight)", "Accept (Oral)"}),
}


@pytest.fixture(autouse=True)
def _place(engine, tmp_path, monkeypatch) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))


def run(*arguments: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(main, list(arguments))


def bring_in(text: str | bytes, *arguments: str, file: str = "reviews.csv") -> click.testing.Result:
    """Import `text` as the reviews of one venue."""
    Path(file).write_bytes(text if isinstance(text, bytes) else text.encode())
    return run("import", "reviews", "--reviews", file, "--venue", "V", "--scale", "1:10", *arguments)


def kept(session: Session) -> dict[str, int]:
    """How many rows each table that an import writes has; ends the transaction."""
    counts = {table.__tablename__: session.scalar(select(func.count()).select_from(table)) for table in TABLES}
    session.rollback()
    return counts


def auc(score: np.ndarray, is_accepted: np.ndarray) -> float:
    """The probability that an accepted paper has the higher score (Mann-Whitney)."""
    n = is_accepted.sum()
    return float((rankdata(score)[is_accepted].sum() - n * (n + 1) / 2) / (n * (~is_accepted).sum()))


def decisions(folder: Path, accepted: set[str]) -> tuple[dict[str, bool], dict[str, float]]:
    """Whether each paper was accepted, and its plain mean rating; papers without a decision left out."""
    ratings, said = defaultdict(list), {}
    with (folder / "reviews.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            ratings[row["paper_id"]].append(float(row["rating"]))
            said[row["paper_id"]] = row.get("decision")
    with gzip.open(folder / "papers.jsonl.gz", "rt") as file:
        for paper in map(json.loads, file):
            said[paper["paper_id"]] = paper.get("decision", said.get(paper["paper_id"]))
    known = {paper: said[paper] in accepted for paper in ratings if said[paper] != "Unknown"}
    return known, {paper: sum(ratings[paper]) / len(ratings[paper]) for paper in known}


@pytest.mark.parametrize("name", REAL)
def test_real_reviews_go_in_once_and_come_out_ranked_as_well_as_by_the_mean(session, data_folder, name):
    folder, (n_posts, n_reviews, accepted) = data_folder(name), REAL[name]
    call = (
        *("import", "reviews", "--reviews", str(folder / "reviews.csv"), "--posts", str(folder / "papers.jsonl.gz")),
        *("--venue", "ICLR", "--scale", "1:10", "--reviewer-scope", "item", "--columns", "item=paper_id", "--verified"),
    )
    first = run(*call)
    assert (first.exit_code, first.output.splitlines()[0]) == (0, f"{n_posts:,} posts and {n_reviews:,} reviews added")
    before = kept(session)
    assert (before["post"], before["review"], before["score_event"]) == (n_posts, n_reviews, n_posts + n_reviews)
    second = run(*call)
    assert (second.exit_code, second.output) == (0, "0 posts and 0 reviews added\n")
    assert kept(session) == before
    scored = run("score")
    assert scored.exit_code == 0
    assert f"reviews    {n_reviews:,}" in scored.output
    epoch = current_epoch(session)
    rows = session.execute(
        select(Post.source_key, PostScore.value, PostScore.tier)
        .join(PostScore, PostScore.post_id == Post.id)
        .where(PostScore.epoch_id == epoch.id)
    ).all()
    assert len(rows) == n_posts
    known, means = decisions(folder, accepted)
    ours = {key.rpartition("/item:")[2]: value for key, value, _ in rows}
    is_accepted = np.array(list(known.values()))
    by_mean = auc(np.array([means[paper] for paper in known]), is_accepted)
    by_score = auc(np.array([ours[paper] for paper in known]), is_accepted)
    assert by_score >= by_mean - 0.002, f"AUC {by_score:.4f} by score, {by_mean:.4f} by mean"
    assert by_score > 0.85
    assert Counter(tier for *_, tier in rows)[Tier.EMERGING] < n_posts / 2


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_broken_table_is_taken_or_its_line_named_and_nothing_kept(session, case):
    line = case.line_on_scale() or (5 if case.name == "id-of-512-characters" else None)  # here ids become keys
    result = bring_in(case.content, file=case.file)
    if line is None:
        assert (result.exit_code, result.stderr) == (0, "")
        assert " posts and " in result.output
        assert kept(session)["review"] > 0
    else:
        assert result.exit_code == 2, result.output
        assert result.stderr.startswith(f"Error: {case.file}, line {line}")
        assert set(kept(session).values()) == {0}


def test_what_was_there_stays_when_a_later_file_is_wrong(session):
    assert bring_in(GOOD).exit_code == 0
    before = kept(session)
    result = bring_in(GOOD + "r3,a,7\nr3,b,11\n")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: reviews.csv, line 7, column 'rating': '11' is outside 1 to 10\n",
    )
    assert kept(session) == before


def test_only_what_is_new_is_added(session):
    assert bring_in(GOOD).output.startswith("2 posts and 4 reviews added\n")
    result = bring_in(GOOD + "r3,a,7\nr1,c,5\n")
    assert result.output == "1 posts and 2 reviews added\n0 authors and 1 reviewers are new\n"
    assert kept(session)["score_event"] == 3 + 6
    assert session.scalars(select(ScoreEvent.sequence).order_by(ScoreEvent.sequence)).all() == list(range(1, 10))
    epoch = current_epoch(session)
    counts = session.scalars(select(PostScore.n_reviews).where(PostScore.epoch_id == epoch.id))
    assert sorted(counts) == [1, 2, 3]


@pytest.mark.parametrize(("scope", "n_reviewers"), [("venue", 2), ("item", 4)])
def test_a_token_reaches_as_far_as_its_scope(session, scope, n_reviewers):
    assert bring_in(GOOD, "--reviewer-scope", scope, "--verified").exit_code == 0
    people = session.scalars(select(Researcher)).all()
    assert len(people) == n_reviewers
    assert {(one.name in {"r1", "r2"}, one.is_claimed, one.verification) for one in people} == {(True, False, "venue")}
    assert set(session.scalars(select(Review.trust))) == {0.8}


def test_a_slash_in_an_id_makes_no_two_reviewers_one(session):
    table = "reviewer,item,rating\nx/reviewer:y,a,5\ny,a/reviewer:x,5\n"
    assert bring_in(table, "--reviewer-scope", "item").exit_code == 0
    assert kept(session)["researcher"] == 2


def test_ratings_are_mapped_from_the_scale_of_the_venue(session):
    Path("reviews.csv").write_text("submission,review_no,rating,confidence\na,0,-2,5.0\na,1,0,\na,2,2,1\n")
    call = ("import", "reviews", "--reviews", "reviews.csv", "--venue", "V", "--scale=-2:2")
    assert run(*call).exit_code == 0
    rows = session.execute(
        select(Review.overall, Review.confidence, Review.trust, Review.body).order_by(Review.overall)
    )
    assert [tuple(row) for row in rows] == [
        (1.0, 5, 0.0, "Imported from V."),
        (5.5, None, 0.0, "Imported from V."),
        (10.0, 1, 0.0, "Imported from V."),
    ]


@pytest.mark.parametrize("scale", ["1", "10:1", "1:1", "a:b", "1:inf", "nan:2", ":"])
def test_a_scale_that_is_none_is_refused(scale):
    Path("reviews.csv").write_text(GOOD)
    result = run("import", "reviews", "--reviews", "reviews.csv", "--venue", "V", f"--scale={scale}")
    assert result.exit_code == 2
    assert "--scale" in result.stderr


def test_posts_come_with_what_the_file_says_of_them(session):
    Path("posts.jsonl").write_text(
        '{"item": "a", "title": "A  study", "abstract": "All of it.", "authors": "Ada L;Bo M; Ada L", '
        '"keywords": "deep learning, MRI,"}\n'
        '{"item": "c", "title": "Not reviewed", "authors": ["Bo M"], "keywords": "x, y;z"}\n'
    )
    result = bring_in(GOOD + "Ada L,a,10\n", "--posts", "posts.jsonl")
    assert result.output == "3 posts and 5 reviews added\n2 authors and 3 reviewers are new\n"
    versions = {row.title: row for row in session.scalars(select(PostVersion))}
    assert set(versions) == {"A study", "b", "Not reviewed"}
    assert versions["A study"].abstract == "All of it."
    assert versions["b"].abstract == "Imported from V."
    authors = session.execute(
        select(Researcher.name, PostAuthor.position)
        .join(PostAuthor)
        .where(PostAuthor.post_id == versions["A study"].post_id)
        .order_by(PostAuthor.position)
    )
    assert [tuple(row) for row in authors] == [("Ada L", 1), ("Bo M", 2)]
    tags = session.execute(select(Tag.name).join(PostTag).where(PostTag.post_id == versions["A study"].post_id))
    assert sorted(tags.scalars()) == ["deep-learning", "mri"]
    assert {"x-y", "z"} <= set(session.scalars(select(Tag.name))), "commas stay where semicolons separate"
    own = session.scalars(select(Review).where(Review.eligibility == 0)).one()
    assert own.overall == 10.0, "a reviewer of the author's name does not count"


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ('{"title": "no id"}', "item", "is missing"),
        ('{"item": "a"}', "item", "'a' is in the file a second time"),
        ('{"item": "b", "title": 5}', "title", "'5' is not a text"),
        ('{"item": "b", "authors": [["x"]]}', "authors", "is not a text"),
        ('{"item": "b", "title": "' + "t" * 301 + '"}', "title", "has 301 characters; at most 300 are allowed"),
        ('{"item": "b", "authors": "' + "n" * 201 + '"}', "authors", "has 201 characters; at most 200 are allowed"),
        ('{"item": "' + "i" * 201 + '"}', "item", "has 201 characters; at most 200 are allowed"),
    ],
    ids=["no-id", "twice", "title-of-a-number", "list-in-a-list", "long-title", "long-name", "long-id"],
)
def test_a_wrong_post_is_named_by_its_line_and_nothing_is_kept(session, line, column, message):
    Path("posts.jsonl").write_text('{"item": "a"}\n' + line + "\n")
    result = bring_in(GOOD, "--posts", "posts.jsonl")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: posts.jsonl, line 2, column '{column}': ")
    assert message in result.stderr
    assert set(kept(session).values()) == {0}


def test_a_fit_that_is_not_found_is_said_and_leaves_the_old_epoch(session, monkeypatch):
    assert bring_in(GOOD).exit_code == 0
    old = current_epoch(session).public_id
    session.rollback()

    def give_up(*_args, **_settings):
        raise NotConverged("in sweep 300")

    monkeypatch.setattr("scholarnet.services.epochs.fit", give_up)
    result = run("score")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: no fit was found, and the old epoch stays: in sweep 300\n",
    )
    assert current_epoch(session).public_id == old
