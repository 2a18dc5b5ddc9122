"""Who cites and who reviews what in a crowd, drawn in arrays."""

from dataclasses import dataclass

import numpy as np

from scholarnet.errors import Invalid
from scoring.arrays import Ints

CIRCLE, AUTHORS = 20, 3  # people who write together, and how many of them a work has
MOST_REVIEWS = 2_000  # of a post
SPARE = 20  # one in so many pairs more is drawn, since some come twice


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many there are of each."""

    researchers: int
    publications: int
    citations: int
    posts: int
    reviews: int

    @classmethod
    def of(cls, scale: float) -> "Sizes":
        """`scale` times 100,000 people, a million works, ten million citations, a million posts, five million reviews;
        Invalid below .001."""
        if not 0.001 <= scale <= 10:
            raise Invalid("bulk", "must be .001 to 10")
        people = round(scale * 100_000)
        return cls(people, 10 * people, 100 * people, 10 * people, 50 * people)


def draw_citations(rng: np.random.Generator, sizes: Sizes) -> tuple[Ints, Ints]:
    """Pairs of a work and an earlier one, sorted, each once; u³ makes some very much cited."""
    n, wanted = sizes.publications, sizes.citations
    m = wanted + wanted // SPARE
    citing = rng.integers(1, n, m)
    order = rng.permutation(n)
    near = rng.random(m) < 0.5
    cited = np.where(near, citing - 1 - (citing - 1) * rng.random(m) ** 4, n * rng.random(m) ** 3)
    cited = np.where(near, cited, order[np.minimum(cited.astype(np.int64), n - 1)]).astype(np.int64)
    earlier, later = np.minimum(citing, cited), np.maximum(citing, cited)
    pairs = np.sort((later * n + earlier)[earlier < later])
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    pairs = np.delete(pairs, rng.choice(len(pairs), max(len(pairs) - wanted, 0), replace=False, shuffle=False))
    return pairs // n + 1, pairs % n + 1


def draw_pairs(rng: np.random.Generator, sizes: Sizes, circle: Ints) -> tuple[Ints, Ints]:
    """Post and reviewer, sorted by moment at random: steps from circle to circle, so that nobody comes twice."""
    circles = sizes.researchers // CIRCLE
    most = min(MOST_REVIEWS, circles - 1)
    counts = _draw_counts(rng, sizes, most)
    post = np.repeat(np.arange(sizes.posts), counts)
    nth = np.arange(len(post)) - np.repeat(np.cumsum(counts) - counts, counts)
    stride = circles // np.maximum(counts, 1)  # the nth reviewer is from the nth of as many arcs, but the authors'
    away = np.minimum(1 + nth * stride[post] + rng.integers(0, circles, len(post)) % stride[post], circles - 1)
    reviewer = (circle[post] + away) % circles * CIRCLE + rng.integers(0, CIRCLE, len(post))
    mixed = rng.permutation(len(post))
    return post[mixed] + 1, reviewer[mixed] + 1


def _draw_counts(rng: np.random.Generator, sizes: Sizes, most: int) -> Ints:
    """Reviews a post, few with very many; what a post has no room for goes to others."""
    appeal, counts = rng.pareto(1.5, sizes.posts), np.zeros(sizes.posts, dtype=np.int64)
    wanted = min(sizes.reviews, sizes.posts * most)
    while left := wanted - int(counts.sum()):
        open_to = np.where(counts < most, appeal, 0.0)
        counts = np.minimum(counts + rng.multinomial(left, open_to / open_to.sum()), most)
    return counts
