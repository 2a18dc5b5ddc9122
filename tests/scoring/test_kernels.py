"""How a way is chosen, and that kernels are compiled where nothing can be written to."""

import os
import subprocess
import sys

import numpy as np
import pytest

from scoring import kernels

CODE = """
import os, sys
from scoring import kernels
assert "numba" not in sys.modules
jit = kernels.compiled("jit", 0).jit

def twice(x):
    return x + x

assert jit(twice)(2.0) == 4.0
"""


def test_way_when_nothing_is_said_depends_on_the_number_of_rows(monkeypatch):
    monkeypatch.delenv("SCHOLARNET_KERNELS", raising=False)
    assert kernels.compiled("jit", kernels.ENOUGH - 1) is None
    assert kernels.compiled("jit", kernels.ENOUGH) is not None


@pytest.mark.parametrize(("way", "n", "is_compiled"), [("plain", kernels.ENOUGH, False), ("numba", 0, True)])
def test_way_when_it_is_said_is_that(monkeypatch, way, n, is_compiled):
    monkeypatch.setenv("SCHOLARNET_KERNELS", way)
    assert (kernels.compiled("jit", n) is not None) == is_compiled


def test_way_when_it_is_none_of_them_is_refused_with_the_name(monkeypatch):
    monkeypatch.setenv("SCHOLARNET_KERNELS", "fast")
    with pytest.raises(ValueError, match="SCHOLARNET_KERNELS: expected one of auto, numba, plain"):
        kernels.compiled("jit", 0)


def test_kernel_when_there_is_no_place_to_keep_it_is_compiled_all_the_same():
    nowhere = {**os.environ, "SCHOLARNET_KERNELS": "numba", "HOME": "/proc/none", "XDG_CACHE_HOME": "/proc/none"}
    nowhere.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run([sys.executable, "-c", CODE], env=nowhere, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_even_ranges_when_one_group_has_most_rows_cover_all_groups_once():
    start = np.array([0, 1, 90, 95, 100])
    ranges = kernels.even(start, 2)
    assert [group for a, b in ranges for group in range(a, b)] == [0, 1, 2, 3]
    assert kernels.even(np.array([0]), 2) == []


def test_spread_when_there_are_several_parts_keeps_their_order():
    assert kernels.spread(lambda a, b: a - b, [(5, 1), (7, 2), (1, 1)]) == [4, 5, 0]
