"""Titles, abstracts and reviews from templates: short, to the point, about the work and never about its author."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scholarnet.forms import Form, PostKind
from scholarnet.models import Recommendation
from seed.lexicon import Field, lexicon

LONGEST_MICRO_ABSTRACT = 280


@dataclass(frozen=True, slots=True)
class Topic:
    """What one work is about."""

    field: Field
    subject: str
    method: str
    setting: str
    outcome: str

    def fill(self, template: str) -> str:
        """Put the topic's words into a template; a capital name takes a capital word."""
        words = {name: getattr(self, name) for name in ("subject", "method", "setting", "outcome")}
        capitals = {name.capitalize(): word[0].upper() + word[1:] for name, word in words.items()}
        return template.format(field=self.field.name, **words, **capitals)


def pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    """Return one of the options."""
    return options[int(rng.integers(len(options)))]


def choose_topic(rng: np.random.Generator, field: Field) -> Topic:
    """Return a topic of the field."""
    return Topic(
        field,
        pick(rng, field.subjects),
        pick(rng, field.methods),
        pick(rng, field.settings),
        pick(rng, field.outcomes),
    )


def post_content(rng: np.random.Generator, kind: PostKind, topic: Topic) -> dict[str, str]:
    """Return title, abstract and, where the kind has room for one, body and plain-language summary."""
    words = lexicon()["kinds"][kind]
    content = {
        "title": topic.fill(pick(rng, words["titles"])),
        "abstract": topic.fill(pick(rng, words["abstracts"])),
    }
    if kind is PostKind.MICRO:
        return content | {"abstract": content["abstract"][:LONGEST_MICRO_ABSTRACT]}
    return content | {"lay_summary": topic.fill("What {method} may change for people with or at risk of {subject}.")}


def review_body(
    rng: np.random.Generator, form: Form, topic: Topic, ratings: dict[str, int], overall: int, advice: Recommendation
) -> str:
    """Return a review that says what its ratings say: the best side, the worst side, and what to do."""
    words = lexicon()
    mood = "high" if overall >= form.tiers["strong"] else "middle" if overall >= form.tiers["developing"] else "low"
    sentences = [topic.fill(pick(rng, words["reviews"][mood]))]
    if ratings:
        best = max(ratings, key=lambda name: ratings[name])
        worst = min(ratings, key=lambda name: ratings[name])
        sentences += [words["strengths"][best]] if ratings[best] > ratings[worst] or mood == "high" else []
        sentences += [words["weaknesses"][worst]] if mood != "high" or ratings[worst] <= 3 else []
    return " ".join([*sentences, pick(rng, words["reviews"][advice])])
