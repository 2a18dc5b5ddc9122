"""The review forms, read from `forms.toml`: the one place that says what is asked and what it weighs."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any


class PostKind(StrEnum):
    """Whatever form a piece of scholarship has; each has a review form of its own."""

    PREPRINT = "preprint"
    CASE = "case"
    SLIDES = "slides"
    VIDEO = "video"
    AUDIO = "audio"
    BLOG = "blog"
    MICRO = "micro"
    QUESTION = "question"
    DATASET = "dataset"
    POSTER = "poster"
    TALK = "talk"


OVERALL_WEIGHT = 0.5  # SCORING.md section 3: the overall rating weighs as much as all other criteria together
CRITERION_LOW, CRITERION_HIGH = 1, 5


@dataclass(frozen=True, slots=True)
class Criterion:
    """A question with a wording for each step from `low` to `high`; `weight` is its share of the whole."""

    name: str
    question: str
    steps: tuple[str, ...]
    low: int
    high: int
    weight: float

    def to_unit(self, rating: float) -> float:
        """Map a rating to [0, 1]."""
        return (rating - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Form:
    """`criteria` leave the overall rating out; their weights and the overall one's add up to 1."""

    kind: PostKind
    label: str
    overall: Criterion
    criteria: tuple[Criterion, ...]
    acceptance: float
    tiers: dict[str, float]

    def criterion(self, name: str) -> Criterion | None:
        """Return the criterion of that name."""
        return next((criterion for criterion in self.criteria if criterion.name == name), None)


@cache
def all_forms() -> dict[PostKind, Form]:
    """Return the form of every kind, in the order of :class:`PostKind`."""
    data = tomllib.loads(resources.files("scholarnet").joinpath("forms.toml").read_text("utf-8"))
    return {kind: _form(kind, data) for kind in PostKind}


def form_of(kind: PostKind) -> Form:
    """Return the form by which a kind of post is reviewed."""
    return all_forms()[kind]


def _form(kind: PostKind, data: dict[str, Any]) -> Form:
    form, overall, thresholds = data["forms"][kind], data["overall"], data["thresholds"]
    share = (1 - OVERALL_WEIGHT) / sum(form["weights"].values())
    return Form(
        kind=kind,
        label=form["label"],
        overall=_criterion("overall", overall, low=overall["low"], high=overall["high"], weight=OVERALL_WEIGHT),
        criteria=tuple(
            _criterion(name, data["criteria"][name], low=CRITERION_LOW, high=CRITERION_HIGH, weight=share * weight)
            for name, weight in form["weights"].items()
        ),
        acceptance=float(thresholds["acceptance"]),
        tiers={name: float(at) for name, at in thresholds["tiers"].items()},
    )


def _criterion(name: str, data: dict[str, Any], *, low: int, high: int, weight: float) -> Criterion:
    return Criterion(name, data["question"], tuple(data["steps"]), low, high, weight)
