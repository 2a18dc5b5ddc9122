"""Real conferences: what the committee decided is foreseen as well as by the mean, with uncertainty besides."""

import csv
import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest

from scoring.decision import EMERGING, Evidence, Thresholds, move_tiers
from scoring.epoch import fit
from scoring.item import score
from scoring.reviews import Forms, Reviews

DATA = Path(os.environ.get("SCHOLARNET_DATA", Path(__file__).parents[3] / "shared" / "data"))
ACCEPTED_2017 = {"Poster", "Oral"}  # an invitation to the workshop track was a rejection from the conference


def rows_of(name):
    path = DATA / name / "reviews.csv"
    if not path.exists():
        if os.environ.get("SCHOLARNET_REQUIRE_DATA") == "1":
            pytest.fail(f"{path} is required")
        pytest.skip(f"{path} is not there")
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def decisions_2017():
    with gzip.open(DATA / "iclr2017_scores" / "papers.jsonl.gz", "rt", encoding="utf-8") as file:
        papers = [json.loads(line) for line in file]
    return {paper["paper_id"]: paper["decision"] in ACCEPTED_2017 for paper in papers}


def decisions_2021(rows):
    return {row["paper_id"]: row["decision"].startswith("Accept") for row in rows if row["decision"] != "Unknown"}


def auc(value, accepted):
    """Pr(an accepted paper is above a rejected one), ties a half (Mann-Whitney)."""
    good, bad = value[accepted], value[~accepted]
    above = (good[:, None] > bad).mean()
    return above + 0.5 * (good[:, None] == bad).mean()


@pytest.mark.parametrize("name", ["iclr2017_scores", "iclr2021_ratings"])
def test_score_when_reviewers_are_known_within_one_paper_foresees_the_decision(name):
    rows = rows_of(name)
    accepted = decisions_2017() if name == "iclr2017_scores" else decisions_2021(rows)
    papers, item = np.unique([row["paper_id"] for row in rows], return_inverse=True)
    n = len(rows)
    rating = np.array([float(row["rating"]) for row in rows])
    confidence = np.array([int(float(row.get("confidence") or 0)) for row in rows])
    form = np.zeros(len(papers), dtype=np.int64)
    reviews = Reviews(
        np.arange(n), item, ((rating - 1) / 9)[:, None], confidence, np.ones(n), np.ones(n, bool), n, form
    )
    epoch = fit(reviews, Forms.single(1.0, 10.0), np.full(n, 0.8))
    scores = score(reviews, epoch.population, epoch.table, epoch.n_trusted)

    known = np.array([paper in accepted for paper in papers])
    label = np.array([accepted.get(paper, False) for paper in papers])[known]
    mean = np.bincount(item, rating) / np.bincount(item)
    ours, theirs = auc(scores.value[known], label), auc(mean[known], label)
    print(f"{name}: AUC {ours:.4f}, of the mean {theirs:.4f}, of best {auc(scores.best[known], label):.4f}")  # noqa: T201
    assert known.sum() > 400
    assert ours >= theirs - 0.002

    thresholds = Thresholds(np.array([[5.0, 6.0, 7.0, 8.0]]), np.array([6.0]))
    evidence = Evidence.of(scores, reviews, thresholds)
    tiers = move_tiers(evidence, thresholds, form, form, np.zeros(len(papers)))
    assert (tiers != EMERGING).mean() > 0.5
