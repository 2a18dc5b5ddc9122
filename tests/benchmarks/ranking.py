"""`rank` against the least that any such fit does: as many sweeps of weighted means by NumPy."""

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from scoring.epoch import fit
from scoring.rank import rank
from scoring.ratings import Ratings, Span
from scoring.reviews import Forms
from tests.benchmarks.timing import Line, in_turn

PER_ITEM, PER_REVIEWER = 4, 20
TRUST = 0.8


def time_rank(*, n_ratings: int, repeats: int) -> list[Line]:
    """Time the engine on arrays, and the command from CSV to CSV with the start of its process."""
    ratings = ratings_of(n_ratings)
    trust = np.full(len(ratings.reviewer_ids), TRUST)
    n_sweeps = fit(ratings.reviews(Span.of(ratings.rating)), Forms.single(), trust).n_sweeps
    with tempfile.TemporaryDirectory(prefix="scholarnet-bench-") as folder:
        path = Path(folder) / "reviews.csv"
        _write(path, ratings)
        ways = {
            "floor": lambda: _sweep(ratings, n_sweeps),
            "rank": lambda: rank(ratings, trust),
            "process": lambda: _run(path),
        }
        times = in_turn(repeats, ways)
    what = f"{n_ratings:,} ratings / NumPy loop of {n_sweeps} sweeps"
    return [
        Line(f"rank of {what}", "", times["floor"], times["rank"]),
        Line("  the process `scholarnet rank`, CSV to CSV", "", times["floor"], times["process"]),
    ]


def ratings_of(n: int) -> Ratings:
    """`columns_of`, with names."""
    reviewer, item, rating = columns_of(n)
    names = tuple(f"r{k}" for k in range(n // PER_REVIEWER)), tuple(f"i{k}" for k in range(n // PER_ITEM))
    return Ratings(reviewer, item, rating, None, *names)


def columns_of(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Reviewer, item and rating from 1 to 10 of about `n` ratings, sorted by item, each pair once."""
    random = np.random.default_rng(3)
    n_items, n_reviewers = n // PER_ITEM, n // PER_REVIEWER
    item = np.repeat(np.arange(n_items), PER_ITEM)
    reviewer = random.permutation(np.repeat(np.arange(n_reviewers), PER_REVIEWER))
    noise = random.gamma(4.0, 0.3, n_reviewers)[reviewer] * random.standard_normal(len(item))
    rating = random.normal(6.0, 1.2, n_items)[item] + random.normal(0.0, 0.6, n_reviewers)[reviewer] + noise
    _, once = np.unique(reviewer * n_items + item, return_index=True)
    once.sort()
    return reviewer[once], item[once], np.clip(np.rint(rating), 1.0, 10.0)[once]


def _sweep(ratings: Ratings, n_sweeps: int) -> None:
    """Item means under the reviewers' biases and weights, then each reviewer's bias and spread: five sums a sweep."""
    who, what, x = ratings.reviewer, ratings.item, ratings.rating
    n_reviewers, n_items = len(ratings.reviewer_ids), len(ratings.item_ids)
    count = np.bincount(who, minlength=n_reviewers)
    bias, weight = np.zeros(n_reviewers), np.ones(n_reviewers)
    for _ in range(n_sweeps):
        w = weight[who]
        mean = np.bincount(what, w * (x - bias[who]), n_items) / np.bincount(what, w, n_items)
        residual = x - mean[what]
        bias = np.bincount(who, residual, n_reviewers) / (count + 1.0)
        residual -= bias[who]
        weight = (count + 1.0) / (np.bincount(who, residual * residual, n_reviewers) + 1.0)


def _write(path: Path, ratings: Ratings) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["reviewer", "item", "rating"])
        for who, what, rating in zip(ratings.reviewer, ratings.item, ratings.rating, strict=True):
            writer.writerow([ratings.reviewer_ids[who], ratings.item_ids[what], rating])


def _run(path: Path) -> None:
    out, reviewers = path.with_name("items.csv"), path.with_name("reviewers.csv")
    code = "from api.cli import main; main()"
    command = [sys.executable, "-c", code, "rank", path, "--out", out, "--reviewers-out", reviewers]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
