"""The sort keys of one item with few events, in plain numbers: to the last bit those of `trending` and `sort_keys`."""

from collections.abc import Sequence
from math import floor, log, sqrt
from typing import NamedTuple

import numpy as np
from scipy import special

from scoring.item import FINE
from scoring.parameters import Parameters
from scoring.plain import Form
from scoring.single import Single
from scoring.sort_keys import POINTS, WEIGHTS, average_precision
from scoring.trending import NO_TREND, STEPS

Crowd = tuple[int, int] | None  # a day, and a cluster or -1 for the unvouched; None of whom nothing bounds


class Happened(NamedTuple):
    """One event of the item, as a row of `trending.Events`; `source` is whatever names it."""

    day: int
    weight: float
    source: tuple[int, int]
    cluster: int
    is_trusted: bool


def trend(events: Sequence[Happened], best: float, base_rate: float, parameters: Parameters) -> float:
    """The key `trending` of one item, whose interval begins at θ `best` and whose topic has that rate."""
    heaviest: dict[tuple[int, tuple[int, int]], Happened] = {}
    for one in events:
        held = heaviest.get((one.day, one.source))
        if held is None or _rank(one) > _rank(held):
            heaviest[one.day, one.source] = one
    kept = [one for one in heaviest.values() if one.weight > 0.0]
    if not kept:
        return NO_TREND
    mass = _bounded(kept, [round(one.weight * STEPS) for one in kept], parameters)
    last = max(one.day for one in kept)
    decay = {day: special.exp2((day - last) / parameters.trend_half_life) for day in {one.day for one in kept}}
    term = [round(float(m * decay[one.day])) for one, m in zip(kept, mass, strict=True)]
    total = sum(term)
    if not total:
        return NO_TREND
    level = special.xlogy(1.0, total / STEPS) + last * (log(2.0) / parameters.trend_half_life)
    doubt = parameters.interval_z / sqrt(_effective(kept, term, total))
    return float(level - doubt - special.xlogy(1.0, base_rate) + special.log_expit(best))


def _rank(one: Happened) -> tuple[float, bool, int]:
    return one.weight, one.is_trusted, one.cluster


def _bounded(kept: Sequence[Happened], mass: list[int], parameters: Parameters) -> list[int]:
    """Each cluster on a day within its bound, then all the unvouched on a day together within theirs."""
    crowds: list[Crowd] = [(one.day, one.cluster) if one.is_trusted and one.cluster >= 0 else None for one in kept]
    mass = _scaled(mass, crowds, dict.fromkeys(crowds, parameters.trend_cluster))
    trusted = dict.fromkeys((one.day for one in kept), 0)
    for one, m in zip(kept, mass, strict=True):
        trusted[one.day] += m if one.is_trusted else 0
    pool: dict[Crowd, float] = {
        (day, -1): parameters.trend_pool_base + parameters.trend_pool_share * (m / STEPS) for day, m in trusted.items()
    }
    return _scaled(mass, [None if one.is_trusted else (one.day, -1) for one in kept], pool)


def _scaled(mass: list[int], crowds: Sequence[Crowd], bound: dict[Crowd, float]) -> list[int]:
    total: dict[Crowd, int] = {}
    for crowd, m in zip(crowds, mass, strict=True):
        total[crowd] = total.get(crowd, 0) + m
    return [
        m if crowd is None else floor(m * min(1.0, bound[crowd] * STEPS / max(total[crowd], 1)))
        for crowd, m in zip(crowds, mass, strict=True)
    ]


def _effective(kept: Sequence[Happened], term: Sequence[int], total: int) -> float:
    """1/Σ share² over the sources; the unvouched are one, and so is a cluster."""
    heard: dict[tuple[int, object], int] = {}
    for one, t in zip(kept, term, strict=True):
        crowd: tuple[int, object] = (2, one.source) if one.is_trusted else (0, 0)
        crowd = (1, one.cluster) if one.is_trusted and one.cluster >= 0 else crowd
        heard[crowd] = heard.get(crowd, 0) + t
    square = sum(round((t / total) * (t / total) * FINE) for t in heard.values())
    return FINE / float(max(square, 1))


def controversy(score: Single) -> float:
    """The key `controversial`."""
    total = score.weight_above + score.weight_below
    divisor = total if total > 0.0 else 1.0
    balance = 4.0 * score.weight_above * score.weight_below / (divisor * divisor)
    return balance * max(0.0, score.dispersion - 1.0)


def need(score: Single, form: Form, acceptance: float) -> float:
    """The key `needs_review`."""
    distance = score.theta - (acceptance - form.middle) / form.step
    sd = score.sd / form.step
    gain = sd * sd * average_precision(form.population)
    after = sd / sqrt(1.0 + gain)
    spread = sqrt(max(sd * sd - after * after, 0.0))
    z = np.append((distance + spread * POINTS) / after, distance / sd)
    entropy = (special.entr(special.ndtr(z)) + special.entr(special.ndtr(-z))).tolist()
    expected = 0.0
    for weight, one in zip(WEIGHTS.tolist(), entropy[:-1], strict=True):
        expected = expected + weight * one
    return float(0.5 * special.log1p(gain) + max(0.0, entropy[-1] - expected))
