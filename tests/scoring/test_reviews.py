"""What a review may look like."""

import numpy as np
import pytest

from scoring.reviews import Forms


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_reviewers": 1}, "reviewer: expected codes from 0 to 0"),
        ({"item_form": np.zeros(0, int)}, "item: expected codes"),
        ({"item_form": np.array([-1])}, "item_form: expected codes"),
        ({"ratings": np.array([0.5, 0.5])}, "ratings: expected shape"),
        ({"ratings": np.array([[0.5], [np.nan]])}, "ratings: column 0"),
        ({"ratings": np.array([[0.5], [1.1]])}, "ratings: column 0"),
        ({"ratings": np.array([[0.5, 0.1], [0.5, np.inf]])}, "ratings: expected numbers from 0 to 1"),
        ({"confidence": np.array([0, 6])}, "confidence: expected codes from 0 to 5"),
        ({"confidence": np.array([0.5, 1.0])}, "confidence: expected whole numbers"),
        ({"eligibility": np.array([1.0, np.nan])}, "eligibility: expected finite numbers"),
        ({"eligibility": np.array([1.0])}, "eligibility: expected shape"),
        ({"is_signed": np.array([True])}, "is_signed: expected shape"),
    ],
)
def test_reviews_when_a_column_is_wrong_name_it(reviews, change, message):
    with pytest.raises(ValueError, match=message):
        reviews([0, 1], [0, 0], [0.5, 0.5], **change)


@pytest.mark.parametrize(
    ("weights", "low", "high", "message"),
    [
        ([1.0], [0.0], [1.0], "weights: expected shape"),
        ([[1.0, -1.0]], [0.0], [1.0], "weights: expected finite"),
        ([[1.0]], [1.0], [1.0], "high: expected finite numbers above low"),
        ([[1.0]], [0.0, 0.0], [1.0], "low: expected shape"),
    ],
)
def test_forms_when_a_column_is_wrong_name_it(weights, low, high, message):
    with pytest.raises(ValueError, match=message):
        Forms(np.array(weights), np.array(low), np.array(high))
