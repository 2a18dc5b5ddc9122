"""What a text is about, as words: their stems, without those that every text has."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

MOST_TERMS, MOST_PAIRS = 20, 8  # of a topic, that works are looked up by
WORD = re.compile(r"[^\W_]{2,}")
ENDINGS = ("ically", "ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "ly", "y")
SHORTEST_STEM = 4
_COMMON = """
about above after all also among an and any approach are as at based be been being between both but by can could
data did different does each for found from further had has have how however if in into is it its may method
methods model models more most new no not of on one only or other our over paper present problem propose proposed
result results several show shown shows some study such than that the their them then there these they this those
three through to two under use used using was we well were what when where whether which while will with within
without work would you your
"""
COMMON = frozenset(_COMMON.split())


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without an ending of English inflection: always a beginning of it, so that search finds the others."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def terms_of(text: str) -> Counter[str]:
    """How often each stem is in a text, in the order in which they come; a number alone is no topic."""
    return Counter(stem(word) for word in WORD.findall(text.lower()) if word not in COMMON and not word.isdigit())


def key_terms(title: str, text: str) -> list[tuple[str, ...]]:
    """What to look works up by: the terms of the title, then the most frequent of the text; and pairs from the title.

    Where each of two words is in too many works to look at all of them, those that have both are still found.
    """
    named = list(terms_of(title))
    words = list(dict.fromkeys([*named, *(term for term, _ in terms_of(text).most_common())]))
    return [*((word,) for word in words[:MOST_TERMS]), *list(pairwise(named))[:MOST_PAIRS]]


def document(title: str, text: str | None, tags: Iterable[str] = ()) -> Counter[str]:
    """The terms of a work: its title counts twice, and a tag, which somebody chose, as a term of its own."""
    counts = terms_of(f"{title} {title} {text or ''}")
    counts.update({f"#{tag}": 2 for tag in tags})
    return counts


def spelled(text: str) -> dict[str, str]:
    """By stem, a word of the text that has it: what readers are shown."""
    return {stem(word): word for word in reversed(WORD.findall(text.lower()))}
