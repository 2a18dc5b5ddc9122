"""What is counted as covered, what is held out, and how truth comes to the scale of the scores."""

from io import StringIO
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console

from tests.benchmarks.accuracy.sample import Sample
from tests.benchmarks.calibration.coverage import BINS, GOAL_LEVEL, LEVELS, QUANTILES, Cases, Coverage, wilson
from tests.benchmarks.calibration.held_out import kept, part_of, ratings_in
from tests.benchmarks.calibration.reliability import draw
from tests.benchmarks.calibration.table import Table
from tests.benchmarks.calibration.truth import on_scale, thinned


def cases(held, n_reviews=1, item=None):
    held = np.repeat(np.asarray(held, dtype=float)[:, None], len(LEVELS), axis=1)
    n = len(held)
    return Cases(np.full(n, n_reviews), np.arange(n) if item is None else np.asarray(item), held)


def test_levels_when_read_as_quantiles_are_those_of_the_normal():
    assert LEVELS[GOAL_LEVEL] == 0.9
    assert QUANTILES[[4, 8]] == pytest.approx([0.6745, 1.6449], abs=1e-4)


def test_range_when_nine_of_ten_are_held_is_wilsons():
    # (.9 + 1.96²/20 ∓ 1.96·√(.09/10 + 1.96²/400))/(1 + 1.96²/10)
    assert wilson(0.9, 10) == pytest.approx((0.59585, 0.98212), abs=1e-4)


def test_coverage_when_cases_of_one_item_go_together_counts_items():
    alone = Coverage.of(cases([1] * 180 + [0] * 20))
    together = Coverage.of(cases([1] * 180 + [0] * 20, item=np.repeat(np.arange(20), 10)))
    assert (alone.share, alone.n_items, together.n_items) == (0.9, 200, 20)
    assert (alone.low, alone.high) == pytest.approx(wilson(0.9, 200))
    assert (together.low, together.high) == pytest.approx(wilson(0.9, 20))
    always = Coverage.of(cases([1] * 200, item=np.repeat(np.arange(20), 10)))
    assert always.low == pytest.approx(wilson(1.0, 20)[0])


@pytest.mark.parametrize(("held", "says"), [(90, "met"), (87, "met"), (86, "missed"), (94, "missed")])
def test_coverage_when_in_the_goal_is_met(held, says):
    assert Coverage.of(cases([1] * held + [0] * (100 - held))).says == says
    assert Coverage.of(cases([1] * (held - 1) + [0] * (100 - held))).says == "few"


def test_reviews_when_held_out_leave_one_at_least_and_are_one_at_least():
    item = np.random.default_rng(3).permutation(np.repeat(np.arange(300), np.tile([1, 2, 3, 4, 6], 60)))
    number, left = np.bincount(item), np.bincount(item[kept(item, 5)])
    assert (left >= 1).all()
    assert (left[number > 1] < number[number > 1]).all()
    assert {int(n) for n in left[number == 6]} == {1, 2, 3, 4, 5}
    assert np.array_equal(kept(item, 5), kept(item, 5))
    assert not np.array_equal(kept(item, 5), kept(item, 6))


def test_rating_when_whole_is_in_an_interval_or_partly_so_by_its_step():
    rating, low, high = np.array([5.0, 5.0, 5.0, 1.0, 10.0]), np.full((5, 1), 4.6), np.full((5, 1), 7.0)
    low[1:, 0], high[1:, 0] = [5.25, 5.75, 1.0, 9.8], [9.0, 9.0, 1.2, 10.0]
    assert ratings_in(rating, low, high)[:, 0].tolist() == [1, 0, 0, 1, 1]
    # .4 below and .5 above; a quarter of the upper half; nothing; at an end all that is beyond, and what is inside
    assert part_of(rating, low, high)[:, 0] == pytest.approx([0.9, 0.25, 0.0, 0.7, 0.7])


def test_truth_when_reviews_lie_on_a_line_is_on_it():
    truth = np.array([0.1, 0.5, 0.9])
    item = np.array([0, 1, 2, 2])
    sample = Sample(np.arange(4), item, np.zeros(4), truth, np.zeros(4, dtype=bool))
    read = SimpleNamespace(precision=np.ones(4), factor=np.array([1.0, 1.0, 1.0, 0.0]), reading=3.0 + 2.0 * truth[item])
    read.reading[3] = 99.0  # weighs nothing
    assert on_scale(sample, read) == pytest.approx(3.0 + 2.0 * truth)


def test_sample_when_thinned_has_items_with_few_reviews():
    item = np.repeat(np.arange(200), 30)
    sample = Sample(np.arange(6000), item, np.zeros(6000), np.zeros(200), np.zeros(6000, dtype=bool))
    left = np.bincount(thinned(sample, 1).item)
    assert set(left) == {1, 2, 3, 4, 5, 6, 7, 8, 9, 30}
    assert (left == 30).mean() == pytest.approx(0.5, abs=0.1)


def test_table_when_printed_says_what_is_met_by_number_of_reviews():
    held = Cases.joined([cases([1] * 90 + [0] * 10, 1), cases([1] * 96 + [0] * 4, 3), cases([1, 0], 7)])
    table = Table("Title", {"data": held}, {"data": held}, ("A note.",))
    console = Console(width=150, record=True, file=StringIO())
    table.print(console)
    text = console.export_text()
    for part in (*BINS, ".900 (.826–.945)", "met, n = 100", "missed, n = 100", "few, n = 2", "none", "A note."):
        assert part in text
    assert [(goal.what, goal.bound, goal.is_met) for goal in table.goals] == [
        ("data, 1", 0.93, True),
        ("data, 3–4", 0.93, False),
    ]


def test_picture_when_drawn_has_a_point_a_level_on_the_line_where_all_is_as_it_says():
    honest = Cases(np.ones(1, dtype=int), np.zeros(1, dtype=int), LEVELS[None, :])
    root = ElementTree.fromstring(draw({"a < b": honest}))  # noqa: S314  (our own)
    (line,) = root.iter("{http://www.w3.org/2000/svg}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    assert len(points) == len(LEVELS)
    assert {round(x - 60 + y, 1) for x, y in points} == {440.0}  # 420 wide and high, from 60 to the right and 20 down
    assert "a < b" in {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}
