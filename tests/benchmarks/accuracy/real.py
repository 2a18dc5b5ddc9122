"""Real data under SCHOLARNET_DATA, as samples: crowd answers with their truth, film ratings, conference reviews."""

import csv
import gzip
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.benchmarks.accuracy.sample import Bools, Floats, Ints

DATA = Path(os.environ.get("SCHOLARNET_DATA", Path(__file__).parents[4] / "shared" / "data"))
CROWDS = ("d_Duck_Identification", "s4_Dog_data")
CONFERENCES = ("iclr2017_scores", "iclr2021_ratings")
ACCEPTED_2017 = {"Poster", "Oral"}  # an invitation to the workshop track was a rejection from the conference
RATED = (0.5, 4.0)  # FilmTrust's scale


@dataclass(frozen=True, slots=True)
class Ratings:
    """n ratings in [0, 1]; codes of reviewers and items."""

    reviewer: Ints
    item: Ints
    rating: Floats
    n_reviewers: int
    n_items: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """Answers, int64[n] codes 0..n_codes-1, by `worker` to `question`; truth int64[n_questions], -1 where unknown."""

    worker: Ints
    question: Ints
    answer: Ints
    truth: Ints
    n_codes: int

    def says(self, code: int) -> Ratings:
        """Each answer as a rating of one code: 1 if it is that code."""
        rating = (self.answer == code).astype(np.float64)
        return Ratings(self.worker, self.question, rating, int(self.worker.max()) + 1, len(self.truth))


@dataclass(frozen=True, slots=True)
class Conference:
    """Reviews of papers, 1 to 10 as [0, 1]; confidence int64[n], 0 not stated; accepted where the decision is known."""

    ratings: Ratings
    confidence: Ints
    is_known: Bools
    is_accepted: Bools


def crowd(name: str) -> Crowd:
    """One of CROWDS. FileNotFoundError where the data are not there."""
    answers = rows_of("crowd_truth_dev", f"{name}_answers.csv")
    truths = {row["question"]: row["truth"] for row in rows_of("crowd_truth_dev", f"{name}_truth.csv")}
    questions, question = np.unique([row["question"] for row in answers], return_inverse=True)
    _, worker = np.unique([row["worker"] for row in answers], return_inverse=True)
    codes, answer = np.unique([row["answer"] for row in answers], return_inverse=True)
    code_of = {str(code): k for k, code in enumerate(codes)}
    truth = np.array([code_of.get(truths.get(str(one), ""), -1) for one in questions])
    return Crowd(worker, question, answer, truth, len(codes))


def films() -> tuple[Ratings, Ints, Ints]:
    """FilmTrust: its ratings, and who stated trust in whom, codes of the same people."""
    rows, stated = rows_of("filmtrust", "ratings.csv"), rows_of("filmtrust", "trust.csv")
    latest = {(row["user"], row["item"]): float(row["rating"]) for row in rows}
    people = sorted({user for user, _ in latest} | {row[who] for row in stated for who in ("truster", "trustee")})
    person_of = {person: k for k, person in enumerate(people)}
    items, item = np.unique([one for _, one in latest], return_inverse=True)
    reviewer = np.array([person_of[user] for user, _ in latest])
    low, high = RATED
    rating = (np.array(list(latest.values())) - low) / (high - low)
    ratings = Ratings(reviewer, item, rating, len(people), len(items))
    return ratings, *(np.array([person_of[row[who]] for row in stated]) for who in ("truster", "trustee"))


def conference(name: str) -> Conference:
    """One of CONFERENCES; every review has a reviewer of its own, as nobody is known across papers."""
    rows = rows_of(name, "reviews.csv")
    papers, item = np.unique([row["paper_id"] for row in rows], return_inverse=True)
    accepted = _accepted_2017() if name == "iclr2017_scores" else _accepted_2021(rows)
    n = len(rows)
    rating = (np.array([float(row["rating"]) for row in rows]) - 1.0) / 9.0
    confidence = np.array([int(float(row.get("confidence") or 0)) for row in rows])
    is_known = np.array([paper in accepted for paper in papers])
    is_accepted = np.array([accepted.get(paper, False) for paper in papers])
    return Conference(Ratings(np.arange(n), item, rating, n, len(papers)), confidence, is_known, is_accepted)


def rows_of(folder: str, name: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with (DATA / folder / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _accepted_2017() -> dict[str, bool]:
    with gzip.open(DATA / "iclr2017_scores" / "papers.jsonl.gz", "rt", encoding="utf-8") as file:
        papers = [json.loads(line) for line in file]
    return {paper["paper_id"]: paper["decision"] in ACCEPTED_2017 for paper in papers}


def _accepted_2021(rows: list[dict[str, str]]) -> dict[str, bool]:
    return {row["paper_id"]: row["decision"].startswith("Accept") for row in rows if row["decision"] != "Unknown"}
