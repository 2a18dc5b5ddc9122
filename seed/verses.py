"""Texts of a crowd: a few thousand different ones, which many share, and titles that hardly anybody does."""

from functools import cache

import numpy as np

from scholarnet.forms import PostKind, form_of
from scholarnet.models import Recommendation
from seed.lexicon import all_fields
from seed.texts import choose_topic, post_content, review_body

KIND = PostKind.PREPRINT
VERSES = 2_000
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]


def titles(rng: np.random.Generator, n: int) -> list[str]:
    """Titles of the lexicon, told apart by made-up names."""
    stems = [text["title"] for text in verses()]
    names = [one + two for one in SYLLABLES for two in SYLLABLES]
    drawn = rng.integers(0, len(stems), n).tolist()
    told = rng.integers(0, len(names), (n, 2)).tolist()
    return [f"{stems[at]}: {names[one]} {names[two]}" for at, (one, two) in zip(drawn, told, strict=True)]


@cache
def verses() -> list[dict[str, str]]:
    """Titles and abstracts."""
    rng, fields = np.random.default_rng(0), all_fields()
    topics = (choose_topic(rng, fields[at % len(fields)]) for at in range(VERSES))
    return [post_content(rng, KIND, topic) for topic in topics]


@cache
def criticisms() -> list[tuple[dict[str, int], str]]:
    """Ratings and words, as many of each overall rating, from the least."""
    rng, form, fields, advices = np.random.default_rng(0), form_of(KIND), all_fields(), list(Recommendation)
    said: list[tuple[dict[str, int], str]] = []
    for at in range(VERSES):
        overall = 1 + at * form.overall.high // VERSES
        middle = 1 + 4 * (overall - 1) / 9
        ratings = {one.name: int(np.clip(round(middle + rng.normal()), 1, 5)) for one in form.criteria}
        topic, advice = choose_topic(rng, fields[at % len(fields)]), advices[int(rng.integers(len(advices)))]
        said.append((ratings, review_body(rng, form, topic, ratings, overall, advice)))
    return said
