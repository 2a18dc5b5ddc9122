"""One post with few reviews, scored in plain numbers: the columns that arrays would give, to the last bit."""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

from scholarnet.forms import CRITERION_HIGH, CRITERION_LOW, PostKind, form_of
from scholarnet.services.clock import Clock
from scholarnet.services.happenings import UNSIGNED, Happening, day_number
from scholarnet.services.observations import Observation
from scholarnet.services.readings import Reading
from scoring.parameters import DEFAULT
from scoring.plain import Form, Said
from scoring.single import score_single
from scoring.single_keys import Happened, controversy, need, trend

KEPT = ("value", "low", "high", "sd", "best", "n_reviews", "n_effective", "prior_share")
SPAN = CRITERION_HIGH - CRITERION_LOW


def columns_of_one(
    clock: Clock,
    kind: str,
    n_trusted: int,
    reviews: Sequence[tuple[Observation, Reading]],
    happened: Sequence[Happened],
    rate: float,
) -> dict[str, Any]:
    """Return the stored columns of a post of this kind; `rate` is that of its busiest topic."""
    form, asked = _form(clock, kind), form_of(PostKind(kind))
    acceptance, names = asked.acceptance, [clock.criteria[c] for c in form.used[1:]]
    said = [_said(form, names, asked.overall.to_unit, one, reading) for one, reading in reviews]
    score = score_single(said, form, n_trusted, acceptance)
    columns = {name: getattr(score, name) for name in KEPT}
    if not score.n_reviews:
        columns |= {"low": None, "high": None, "sd": None}
    return columns | {
        "trending": trend(happened, score.lower_theta, rate, DEFAULT),
        "controversial": controversy(score),
        "needs_review": need(score, form, acceptance),
    }


def to_happened(happenings: Sequence[Happening], clusters: Mapping[int, int]) -> list[Happened]:
    """What :func:`happenings.to_events` makes of them, in plain numbers."""
    rows = []
    for one in happenings:
        trust = one.trust_read
        is_trusted = trust >= DEFAULT.trusted_at
        weight = one.weight * (min(max(trust, DEFAULT.trusted_at), DEFAULT.trust_full) / DEFAULT.trust_full)
        cluster = clusters.get(one.researcher_id, -1) if is_trusted and one.origin != UNSIGNED else -1
        rows.append(Happened(day_number(one.day), weight, (one.origin, one.source_id), cluster, is_trusted))
    return rows


def _form(clock: Clock, kind: str) -> Form:
    if kind not in clock.forms:
        clock.forms[kind] = Form.of(clock.population, clock.kinds.index(kind))
    return clock.forms[kind]


def _said(
    form: Form, names: Sequence[str], to_unit: Callable[[float], float], one: Observation, reading: Reading
) -> Said:
    bias, slope, variance, trust, cluster, budget, push = reading
    given = [one.ratings.get(name) for name in names]
    return Said(
        ratings=(
            to_unit(one.overall),
            *(None if rating is None else (rating - CRITERION_LOW) / SPAN for rating in given),
        ),
        confidence=one.confidence or 0,
        eligibility=one.counted,
        is_signed=one.is_signed,
        bias=0.0 if bias is None else bias,
        slope=form.population.abar if slope is None else slope,
        variance=form.newcomer_variance if variance is None else variance,
        trust=one.trust_read if trust is None else trust,
        cluster=-1 if cluster is None else cluster,
        budget=inf if budget is None else budget,
        push=1.0 if push is None else push,
    )
