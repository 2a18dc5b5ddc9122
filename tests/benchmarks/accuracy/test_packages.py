"""The peers that come as packages, where `make peers` has installed them (conftest.py)."""

import numpy as np
import pytest

from tests.benchmarks.accuracy.peers import packages
from tests.benchmarks.accuracy.real import Ratings


@pytest.mark.parametrize("name", packages.PACKAGED)
def test_packaged_peer_when_all_agree_says_what_they_say(name):
    reviewer, item = np.divmod(np.arange(40 * 3), 3)
    given = Ratings(reviewer, item, np.tile([0.0, 0.5, 1.0], 40), 40, 4)
    (score,) = packages.packaged(name, [given])
    assert score == pytest.approx([0.0, 0.5, 1.0, 0.5], abs=1e-3)
