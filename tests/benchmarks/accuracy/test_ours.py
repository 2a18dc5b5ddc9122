"""The engine as the benchmark asks it: what a defence is for is seen when it is off."""

import numpy as np
import pytest

from tests.benchmarks.accuracy import push, rings
from tests.benchmarks.accuracy.measures import percentile, rated
from tests.benchmarks.accuracy.ours import VERIFIED, ours, trust_along


@pytest.mark.parametrize(
    ("case", "defence"),
    [(rings.camouflaged(2), "clusters"), (push.pushed(2, worst=0.25), "push")],
    ids=["clusters", "push"],
)
def test_targets_when_the_defence_is_off_rise(case, defence):
    among = rated(case)
    on, off = (percentile(ours(case, without=one), case.targets, among) for one in (None, defence))
    assert off > on + 0.1


def test_trust_when_vouched_for_lies_between_none_and_verified():
    trust = trust_along(np.array([True, False, False]), np.array([0]), np.array([1]))
    assert trust[0] == VERIFIED
    assert 0.0 < trust[1] < VERIFIED
    assert trust[2] == 0.0
