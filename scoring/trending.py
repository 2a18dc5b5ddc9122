"""How much goes on around an item now: the sort key `trending` (SCORING.md, section 7).

    trending = ln Σ ω·2^{d/H} − 1.28/√n_eff − ln B + ln σ(best)

d counts days from a fixed origin, so that events alone change the order and time passing does not. An event counts by
its day: nothing tells the hour of an unsigned review. Sums are of whole numbers, the same bits in any order.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from scoring.arrays import Bools, Floats, Ints
from scoring.item import FINE
from scoring.parameters import DEFAULT, Parameters

STEPS = 2.0**30  # in 1 of a weight: a million events of weight 1 keep a sum of decayed weights in int64
NO_TREND = -1e6  # of an item without an event that counts: below all others


@dataclass(frozen=True, slots=True)
class Events:
    """One row an event, in any order. Rows of weight 0 are as if they were not there.

    item     int64[n], codes 0..n_items-1
    day      int64[n], from any fixed origin
    weight   float64[n] in [0, 1], of its kind, its eligibility and its account's trust
    source   int64[n], whose it is: of one source, item and day the heaviest counts
    cluster  int64[n], ≥ 0 where the source is in a cluster with a budget, else -1
    is_trusted  bool[n]; who is not is one of the unvouched, and in no cluster
    """

    item: Ints
    day: Ints
    weight: Floats
    source: Ints
    cluster: Ints
    is_trusted: Bools
    n_items: int

    def take(self, rows: Ints | Bools) -> "Events":
        """The events in `rows`."""
        names = ("item", "day", "weight", "source", "cluster", "is_trusted")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})


def trust_weight(trust: Floats, parameters: Parameters = DEFAULT) -> Floats:
    """What an account's events weigh by its trust: in proportion up to `trust_full`, and 1 from there.

    Whom nobody vouches for weighs as much as the least who count as trusted; the pool bounds them together.
    """
    return np.asarray(np.clip(trust, parameters.trusted_at, parameters.trust_full) / parameters.trust_full)


def counted(events: Events, parameters: Parameters = DEFAULT) -> tuple[Events, Ints]:
    """The events that count, and what each weighs once pool and clusters are bounded, int64 in units of 1/STEPS.

    Of one source, item and day the heaviest; of all the unvouched on one item and day `trend_pool_base` and a share of
    what the trusted weigh there; of a cluster `trend_cluster`.
    """
    order = np.lexsort((events.cluster, events.is_trusted, events.weight, events.source, events.day, events.item))
    sorted_ = events.take(order)
    key = np.stack([sorted_.item, sorted_.day, sorted_.source])
    is_last = np.ones(len(order), dtype=np.bool_)
    is_last[:-1] = (key[:, 1:] != key[:, :-1]).any(axis=0)
    kept = sorted_.take(is_last & (sorted_.weight > 0.0))
    mass = np.rint(kept.weight * STEPS).astype(np.int64)
    place, _ = _groups(kept.item, kept.day)
    in_cluster = kept.is_trusted & (kept.cluster >= 0)
    mass = _bounded(mass, (place, kept.cluster), in_cluster, np.full(len(mass), parameters.trend_cluster))
    trusted = _sums(place, np.where(kept.is_trusted, mass, 0), len(mass))
    pool = parameters.trend_pool_base + parameters.trend_pool_share * (trusted[place] / STEPS)
    return kept, _bounded(mass, (place,), ~kept.is_trusted, pool)


def _groups(*columns: Ints) -> tuple[Ints, Ints]:
    """Number the rows that are alike in all columns, in order; and the place of one of each. By far faster than
    `np.unique` of an axis."""
    order = np.lexsort(columns[::-1])
    is_new = np.ones(len(order), dtype=np.bool_)
    is_new[1:] = np.any([column[order[1:]] != column[order[:-1]] for column in columns], axis=0)
    code = np.empty(len(order), dtype=np.int64)
    code[order] = np.cumsum(is_new) - 1
    return code, order[is_new]


def _bounded(mass: Ints, group: tuple[Ints, ...], applies: Bools, bound: Floats) -> Ints:
    """`mass`, of those to whom it `applies` scaled so that the sum in each group stays within its `bound`."""
    if not applies.any():
        return mass
    code, _ = _groups(*(column[applies] for column in group))
    total = _sums(code, mass[applies], len(code))[code]
    scale = np.minimum(1.0, bound[applies] * STEPS / np.maximum(total, 1))
    result = mass.copy()
    result[applies] = np.floor(mass[applies] * scale).astype(np.int64)
    return result


def _sums(code: Ints, values: Ints, n: int) -> Ints:
    result = np.zeros(n, dtype=np.int64)
    np.add.at(result, code, values)
    return result


def trending(events: Events, best: Floats, base_rate: Floats, parameters: Parameters = DEFAULT) -> Floats:
    """The sort key of each item, float64[items]; NO_TREND where nothing counts.

    best: float64[items], θ at the lower end of the item's interval; base_rate: float64[items] > 0, B.
    """
    kept, mass = counted(events, parameters)
    n, half_life = events.n_items, parameters.trend_half_life
    last = np.full(n, np.iinfo(np.int64).min, dtype=np.int64)
    np.maximum.at(last, kept.item, kept.day)
    term = np.rint(mass * special.exp2((kept.day - last[kept.item]) / half_life)).astype(np.int64)
    total = _sums(kept.item, term, n)
    there = np.flatnonzero(total)
    result = np.full(n, NO_TREND)
    level = special.xlogy(1.0, total[there] / STEPS) + last[there] * (math.log(2.0) / half_life)
    doubt = parameters.interval_z / np.sqrt(_effective(kept, term, total)[there])
    result[there] = level - doubt - special.xlogy(1.0, base_rate[there]) + special.log_expit(best[there])
    return result


def _effective(kept: Events, term: Ints, total: Ints) -> Floats:
    """1/Σ share² over the sources of each item; the unvouched are one, and so is a cluster."""
    crowd = np.where(kept.is_trusted & (kept.cluster >= 0), 1, np.where(kept.is_trusted, 2, 0))
    member = np.where(crowd == 1, kept.cluster, np.where(crowd == 2, kept.source, 0))
    code, first = _groups(kept.item, crowd, member)
    item = kept.item[first]
    share = _sums(code, term, len(item)) / np.maximum(total[item], 1)
    square = _sums(item, np.rint(share * share * FINE).astype(np.int64), len(total))
    return np.asarray(FINE / np.maximum(square, 1))


def base_rates(
    events: Events, item: Ints, topic: Ints, n_topics: int, parameters: Parameters = DEFAULT
) -> tuple[Floats, float]:
    """B of each topic, float64[topics], and of all items together: the sum that an item has on an ordinary day.

    events: those of the base period; (item, topic): int64[m] each, which item has which topic. A topic's rate is
    drawn towards that of all as by `trend_base_posts` items, and that towards `trend_base_rate`.
    """
    kept, mass = counted(events, parameters)
    of_item = _sums(kept.item, mass, events.n_items)
    unit = STEPS * parameters.trend_base_days * math.log(2.0) / parameters.trend_half_life
    prior = parameters.trend_base_posts
    overall = float((of_item.sum() / unit + prior * parameters.trend_base_rate) / (events.n_items + prior))
    n_items = np.bincount(topic, minlength=n_topics)
    rates = (_sums(topic, of_item[item], n_topics) / unit + prior * overall) / (n_items + prior)
    return rates, overall
