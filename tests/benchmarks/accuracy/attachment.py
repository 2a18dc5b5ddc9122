"""A bipartite graph of who reviews what, grown by preferential attachment on both sides."""

import numpy as np

from tests.benchmarks.accuracy.sample import Floats, Ints

BATCH = 1000  # links between two looks at the degrees


def grow(
    random: np.random.Generator, n_reviewers: int, n_items: int, n_links: int, batch: int = BATCH
) -> tuple[Ints, Ints]:
    """Reviewers and items of the links, int64[n_links] each, sorted; no pair twice.

    Both ends of a link are drawn with probability ~ degree + 1; a pair that is there already is dropped. The degrees
    are those before the batch: in batches of 1,000 the peers' published figures come out within .01; drawn one at a
    time the tails are heavier, and everybody's τ is about .006 lower.
    """
    degrees = np.ones(n_reviewers), np.ones(n_items)
    is_linked = np.zeros(n_reviewers * n_items, dtype=np.bool_)
    missing = n_links
    while missing:
        reviewer, item = (_draw(random, degree, min(batch, missing)) for degree in degrees)
        pair = np.unique(reviewer * n_items + item)
        new = pair[~is_linked[pair]]
        is_linked[new] = True
        np.add.at(degrees[0], new // n_items, 1.0)
        np.add.at(degrees[1], new % n_items, 1.0)
        missing -= len(new)
    links = np.flatnonzero(is_linked)
    return links // n_items, links % n_items


def _draw(random: np.random.Generator, degree: Floats, n: int) -> Ints:
    steps = np.cumsum(degree)
    return np.searchsorted(steps, random.uniform(size=n) * steps[-1], side="right").astype(np.int64)
