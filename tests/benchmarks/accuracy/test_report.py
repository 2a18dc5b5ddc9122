"""What is read off scores, and what the last line says of goals."""

from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from tests.benchmarks.accuracy.measures import auc, except_for, percentile, rated, tau
from tests.benchmarks.accuracy.real import Ratings
from tests.benchmarks.accuracy.report import Goal, Report, verdict
from tests.benchmarks.accuracy.tables.real import accuracy

ALL = np.ones(4, dtype=bool)


def test_percentile_when_an_item_is_best_of_four_is_that_of_its_middle():
    score = np.array([0.1, 0.4, 0.2, 0.3])
    assert percentile(score, np.array([1]), ALL) == pytest.approx(3.5 / 4)
    assert percentile(score, np.array([0, 1]), ALL) == pytest.approx((0.5 + 3.5) / 2 / 4)


def test_tau_when_one_of_six_pairs_is_swapped_is_two_thirds():
    assert tau(np.array([1.0, 2.0, 4.0, 3.0]), np.arange(4.0), ALL) == pytest.approx(4 / 6)


def test_items_when_without_ratings_or_targets_are_left_out():
    given = Ratings(np.array([0, 0]), np.array([0, 2]), np.array([1.0, 0.0]), 1, 4)
    assert rated(given).tolist() == [True, False, True, False]
    assert except_for(rated(given), np.array([2])).tolist() == [True, False, False, False]


def test_auc_when_ties_count_a_half():
    assert auc(np.array([1.0, 2.0, 2.0]), np.array([False, False, True])) == pytest.approx(0.75)


def test_accuracy_when_two_codes_tie_counts_the_half():
    votes = np.array([[2, 1, 0], [1, 1, 3]])  # codes × questions
    assert accuracy(votes, np.array([0, 1, 0])) == pytest.approx((1 + 0.5 + 0) / 3)
    assert accuracy(votes, np.array([0, -1, -1])) == 1.0


def test_verdict_when_a_goal_is_missed_names_it_and_by_how_much():
    goals = [
        Goal("τ", 0.95, 0.9, is_least=True),
        Goal("push", 0.2, 0.1, is_least=False),
        Goal("?", float("nan"), 0.1, is_least=False),
    ]
    assert [goal.is_met for goal in goals] == [True, False, False]
    assert verdict(goals) == "1 of 3 goals met; missed: push .200 (goal ≤ .100); ? nan (goal ≤ .100)."
    assert verdict(goals[:1]) == "1 of 1 goals met."


def test_report_when_printed_has_its_goals_beside():
    console = Console(width=80, record=True, file=StringIO())
    goal = Goal("τ", 0.95, 0.9, is_least=True, of="clean")
    Report("Title", ("clean",), {"ScholarNet": {"clean": 0.95}}, [goal], ("A note.",)).print(console)
    text = console.export_text()
    assert all(part in text for part in ("Title", ".950", "≥ .900 ✓", "A note."))
