"""What will be posted: the kind, how good it really is, and how many people will look at it."""

from dataclasses import dataclass

import numpy as np

from scholarnet.forms import PostKind

POSTS_A_RESEARCHER = 1.05
DAYS = 730  # posts and reviews lie in the last two years
RING_QUALITY = 3.5
RING_OUTSIDERS = 6  # who review a post of the ring beside its members
MOST_REVIEWS = 16
KINDS = tuple(PostKind)
KIND_SHARE = (0.28, 0.12, 0.07, 0.05, 0.05, 0.09, 0.08, 0.08, 0.08, 0.06, 0.04)


@dataclass(frozen=True, slots=True)
class Plan:
    """`quality` is on the overall scale; `split` is how far two camps of reviewers stand above and below it."""

    kind: PostKind
    quality: float
    n_reviews: int
    age_days: float
    split: float = 0.0
    is_by_ring: bool = False


# So that every kind, tier and decision is there whatever the dice say.
LANDMARKS = (
    Plan(PostKind.PREPRINT, 9.6, 14, 420.0),
    Plan(PostKind.DATASET, 9.4, 13, 300.0),
    Plan(PostKind.CASE, 7.6, 13, 350.0),
    Plan(PostKind.SLIDES, 7.4, 12, 260.0),
    Plan(PostKind.TALK, 6.5, 13, 330.0),
    Plan(PostKind.VIDEO, 6.6, 12, 210.0),
    Plan(PostKind.BLOG, 5.4, 13, 280.0),
    Plan(PostKind.POSTER, 5.5, 12, 240.0),
    Plan(PostKind.PREPRINT, 2.6, 13, 310.0),
    Plan(PostKind.MICRO, 2.9, 12, 190.0),
    Plan(PostKind.PREPRINT, 6.0, 14, 230.0, split=2.8),
    Plan(PostKind.BLOG, 6.2, 14, 270.0, split=2.8),
    Plan(PostKind.TALK, 6.4, 14, 200.0, split=2.8),
    Plan(PostKind.PREPRINT, 5.9, 14, 250.0, split=2.8),
    Plan(PostKind.QUESTION, 6.4, 0, 21.0),
    Plan(PostKind.AUDIO, 7.0, 1, 25.0),
)


def draw_plans(rng: np.random.Generator, *, n_researchers: int, n_ring: int) -> list[Plan]:
    """Return the landmarks, one post by each of the ring, and ordinary posts."""
    n_ordinary = max(round(n_researchers * POSTS_A_RESEARCHER) - len(LANDMARKS) - n_ring, 0)
    ring = [
        Plan(PostKind.PREPRINT, RING_QUALITY, RING_OUTSIDERS, float(rng.uniform(60, 120)), is_by_ring=True)
        for _ in range(n_ring)
    ]
    return [*LANDMARKS, *ring, *(_draw(rng) for _ in range(n_ordinary))]


def _draw(rng: np.random.Generator) -> Plan:
    kind = KINDS[int(rng.choice(len(KINDS), p=KIND_SHARE))]
    quality = float(np.clip(rng.normal(6.2, 1.7), 1.5, 9.8))
    n_reviews = min(int(rng.negative_binomial(3, 0.27)), MOST_REVIEWS)
    return Plan(kind, quality, n_reviews, float(rng.uniform(10, DAYS)))
