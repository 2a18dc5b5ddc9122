"""Links as they are laid out: compiled as by SciPy, to the bit, whatever their number and order."""

import numpy as np
import pytest

from scoring.centrality import pagerank
from scoring.links import Links


def some(n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(n + m)
    return random.integers(0, n, m), (n * random.random(m) ** 3).astype(np.int64)


@pytest.mark.parametrize(("n", "m"), [(0, 0), (1, 0), (1, 3), (2, 1), (255, 900), (257, 900), (1000, 1), (1030, 9000)])
def test_links_when_compiled_are_those_of_scipy_to_the_bit(monkeypatch: pytest.MonkeyPatch, n: int, m: int) -> None:
    source, target = some(n, m)
    found = {}
    for way in ("plain", "numba"):
        monkeypatch.setenv("SCHOLARNET_KERNELS", way)
        links = Links.of(source, target, n)
        found[way] = links.start, links.source, links.out_degree, pagerank(links)
    for ours, theirs in zip(found["numba"], found["plain"], strict=True):
        assert (ours.dtype, ours.tobytes()) == (theirs.dtype, theirs.tobytes())


@pytest.mark.parametrize("way", ["plain", "numba"])
def test_links_when_one_leads_nowhere_are_refused_by_column(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setenv("SCHOLARNET_KERNELS", way)
    with pytest.raises(ValueError, match="source: expected codes from 0 to 1"):
        Links.of(np.array([0, -1]), np.array([1, 1]), 2)
    with pytest.raises(ValueError, match="target: expected codes from 0 to 1"):
        Links.of(np.array([0, 1]), np.array([1, 2]), 2)
