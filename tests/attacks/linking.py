"""The two ways of linking rows (unsigned reviews) with columns (other reviews, or people), and what chance would give.

Every statistic is held against the same statistic with the authors of the rows shuffled within strata of what is public
by design (day, band, confidence): its distance from the mean of the shuffles, in their standard deviations. The bound
is the two-sided 99.9 % quantile of the normal distribution, divided among all the statistics that are looked at.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy.stats import norm, rankdata

SHUFFLES = 200
LEVEL = 0.001
RIDGE = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """How far beyond chance an attack got: `z` in standard deviations, `bound` what chance stays within."""

    name: str
    value: float
    z: float
    bound: float

    @property
    def succeeds(self) -> bool:
        """Whether it found something."""
        return abs(self.z) > self.bound


@dataclass(frozen=True, slots=True)
class Puzzle:
    """Rows to be linked with columns; `truth` is the column of each row, `strata` what rows chance may swap."""

    rows: np.ndarray
    row_names: list[str]
    columns: np.ndarray
    column_names: list[str]
    truth: np.ndarray
    strata: np.ndarray

    def shuffled(self, random: Generator) -> np.ndarray:
        """The truth with rows swapped within their strata."""
        order = np.lexsort((random.random(len(self.strata)), self.strata))
        home = np.argsort(self.strata, kind="stable")
        truth = np.empty_like(self.truth)
        truth[home] = self.truth[order]
        return truth


def scan(puzzle: Puzzle, random: Generator) -> list[Finding]:
    """Rank-correlate every fact of a row with every fact of its column."""
    x, y = _ranked(puzzle.rows), _ranked(puzzle.columns)
    observed = x.T @ y[puzzle.truth] / len(x)
    chance = np.array([x.T @ y[puzzle.shuffled(random)] / len(x) for _ in range(SHUFFLES)])
    sd = chance.std(axis=0)
    z = np.where(sd > 1e-9, (observed - chance.mean(axis=0)) / np.maximum(sd, 1e-9), 0.0)
    bound = float(norm.isf(LEVEL / 2 / z.size))
    return [
        Finding(f"{row} ~ {column}", float(observed[at, to]), float(z[at, to]), bound)
        for at, row in enumerate(puzzle.row_names)
        for to, column in enumerate(puzzle.column_names)
    ]


def learn(puzzle: Puzzle, random: Generator) -> list[Finding]:
    """Learn from half of the rows, whose authors are known, to tell a column from a row; link the other half.

    The AUC of the true column among all of them, and how often it comes first.
    """
    x, y = _ranked(puzzle.rows), _ranked(puzzle.columns)
    known = random.random(len(x)) < 0.5
    past, target = x[known], y[puzzle.truth[known]]
    weights = np.linalg.solve(past.T @ past + RIDGE * np.eye(past.shape[1]), past.T @ target)
    skill = np.maximum(np.mean((past @ weights) * target, axis=0), 0.0)  # what cannot be told has no say
    guess = x[~known] @ weights
    likeness = (guess * skill) @ y.T / (1e-12 + np.linalg.norm(guess * skill, axis=1, keepdims=True))
    likeness -= 0.5 * ((y**2) @ skill) / (1e-12 + np.abs(skill).sum())
    place = rankdata(np.round(likeness, 9), axis=1) - 1
    return [
        _beside_chance("auc", place / (len(y) - 1), puzzle, known, random),
        _beside_chance("first", (place >= len(y) - 1).astype(float), puzzle, known, random),
    ]


def _beside_chance(name: str, score: np.ndarray, puzzle: Puzzle, known: np.ndarray, random: Generator) -> Finding:
    rows = np.arange(len(score))
    test = Puzzle(puzzle.rows[~known], [], puzzle.columns, [], puzzle.truth[~known], np.asarray(puzzle.strata)[~known])
    observed = float(score[rows, test.truth].mean())
    chance = np.array([score[rows, test.shuffled(random)].mean() for _ in range(SHUFFLES)])
    sd = max(float(chance.std()), 1e-3 / np.sqrt(len(rows)))
    return Finding(name, observed, (observed - float(chance.mean())) / sd, float(norm.isf(LEVEL / 4)))


def _ranked(facts: np.ndarray) -> np.ndarray:
    """Columns as ranks, of mean 0 and variance 1; one that is the same everywhere is 0."""
    ranks = rankdata(facts, axis=0)
    ranks -= ranks.mean(axis=0)
    sd = ranks.std(axis=0)
    return np.where(sd > 0, ranks / np.where(sd > 0, sd, 1.0), 0.0)
