"""What a review would tell, and in which order reviewers are suggested."""

import numpy as np
import pytest

from scoring.suggestions import merit, narrowing


def test_a_review_as_precise_as_three_of_what_is_known_halves_the_interval() -> None:
    assert narrowing(1.0, np.array([0.0, 3.0])).tolist() == [0.0, 0.5]
    assert narrowing(0.5, np.array([5.0]))[0] == pytest.approx(1 - 1 / np.sqrt(2.25))


def test_knowledge_decides_and_of_equals_the_review_that_tells_more() -> None:
    none = np.zeros(3, dtype=np.bool_)
    assert merit(np.array([0.4, 0.4, 0.1]), np.array([0.1, 0.2, 0.2]), none).tolist() == [0.75, 1.0, 0.25]


def test_whoever_is_tied_to_an_author_has_half_the_place() -> None:
    both = merit(np.array([0.2, 0.2]), np.array([0.1, 0.1]), np.array([False, True]))
    assert both.tolist() == [1.0, 0.5]


def test_where_nobody_knows_anything_nobody_has_merit() -> None:
    assert merit(np.zeros(2), np.zeros(2), np.zeros(2, dtype=np.bool_)).tolist() == [0.0, 0.0]
    assert merit(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.bool_)).tolist() == []
