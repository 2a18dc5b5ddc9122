"""What a person says of a work whose quality is known to the seed alone."""

from typing import Any

import numpy as np

from scholarnet.forms import CRITERION_HIGH, CRITERION_LOW, Form
from scholarnet.models import Identity, Recommendation
from seed.lexicon import lexicon
from seed.people import Person
from seed.texts import Topic, pick, review_body

STEPS = CRITERION_HIGH - CRITERION_LOW
MIDDLE = 6.0  # of the overall scale, where severity alone moves a rating
IDENTITIES = (Identity.SIGNED, Identity.PSEUDONYMOUS, Identity.ANONYMOUS)
IDENTITY_SHARE = (0.80, 0.08, 0.12)
CONFIDENCES, CONFIDENCE_SHARE = (1, 2, 3, 4, 5), (0.03, 0.12, 0.35, 0.35, 0.15)
ANSWERED = 0.9  # share of the criteria that a reviewer answers


def judge(rng: np.random.Generator, person: Person, form: Form, topic: Topic, quality: float) -> dict[str, Any]:
    """Return the content of a review: ratings by the form, confidence, a recommendation and reasons."""
    felt = MIDDLE + person.slope * (quality - MIDDLE) - person.severity + rng.normal(0.0, person.noise)
    overall = round(float(np.clip(felt, form.overall.low, form.overall.high)))
    ratings = {
        criterion.name: round(
            float(np.clip(1 + (felt - 1) * 4 / 9 + rng.normal(0.0, 0.5), criterion.low, criterion.high))
        )
        for criterion in form.criteria
        if rng.random() < ANSWERED
    }
    advice = recommend(form, overall)
    return {
        "ratings": ratings,
        "overall": overall,
        "recommendation": advice,
        "confidence": int(rng.choice(CONFIDENCES, p=CONFIDENCE_SHARE)),
        "body": review_body(rng, form, topic, ratings, overall, advice),
    }


def push(rng: np.random.Generator, form: Form) -> dict[str, Any]:
    """Return what one of the ring says of another's work."""
    return {
        "ratings": {criterion.name: criterion.high for criterion in form.criteria},
        "overall": form.overall.high,
        "recommendation": Recommendation.ACCEPT,
        "confidence": 5,
        "body": pick(rng, lexicon()["reviews"]["push"]),
    }


def recommend(form: Form, overall: int) -> Recommendation:
    """Return the recommendation that goes with an overall rating."""
    if overall >= form.tiers["exceptional"]:
        return Recommendation.ACCEPT
    if overall >= form.acceptance:
        return Recommendation.MINOR_REVISION
    return Recommendation.MAJOR_REVISION if overall >= form.acceptance - 2 else Recommendation.REJECT


def choose_identity(rng: np.random.Generator) -> Identity:
    """Return how a reviewer wants to be shown."""
    return IDENTITIES[int(rng.choice(len(IDENTITIES), p=IDENTITY_SHARE))]
