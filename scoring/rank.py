"""`scholarnet rank`: items and reviewers from anyone's ratings, without a form and without a database."""

from dataclasses import dataclass, fields

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.decision import quantile_tiers
from scoring.epoch import Place, fit
from scoring.frozen import Frozen, Pairs
from scoring.item import score
from scoring.parameters import DEFAULT, Parameters
from scoring.population import Population, ReviewerTable
from scoring.ratings import Ratings, Span
from scoring.review_table import ReviewTable
from scoring.reviews import Forms, Reviews
from scoring.shard import Shard
from scoring.stretches import stretches
from scoring.weight import caps, natural_precision


@dataclass(frozen=True, slots=True)
class ItemRows:
    """One row an item, in the order of its ids; float64 in the ratings' own units.

    score, sd, low, high, best  finite; score is NaN for an item without ratings
    n_reviews    int64, ratings that count
    n_effective  float64
    tier         int64 into decision.TIERS, by quantiles of `best`
    rank         int64, 1 is the greatest `best`; equal ones by id
    """

    score: Floats
    sd: Floats
    low: Floats
    high: Floats
    best: Floats
    n_reviews: Ints
    n_effective: Floats
    tier: Ints
    rank: Ints


@dataclass(frozen=True, slots=True)
class ReviewerRows:
    """One row a reviewer, in the order of their ids.

    bias       float64, how much higher than others the reviewer rates, in the ratings' own units
    slope      float64 ≥ 0, stretch of the reviewer's scale, 1 = the population's
    precision  float64, what one rating says about θ by its accuracy, in 1/θ²
    trust      float64 in [0, 1]
    cluster    int64, code of the cluster that the reviewer was found in; -1: of none
    n_reviews  int64, ratings that count
    weight     float64, `precision` under the account's cap on an item nobody else reviewed
    """

    bias: Floats
    slope: Floats
    precision: Floats
    trust: Floats
    cluster: Ints
    n_reviews: Ints
    weight: Floats


@dataclass(frozen=True, slots=True)
class Ranking:
    """What `rank` answers; `frozen` scores later ratings on the same scale."""

    items: ItemRows
    reviewers: ReviewerRows
    frozen: Frozen


def rank(
    ratings: Ratings,
    trust: Floats,
    *,
    frozen: Frozen | None = None,
    span: Span | None = None,
    parameters: Parameters = DEFAULT,
    place: Place = Shard.of,
) -> Ranking:
    """Items and reviewers of `ratings`, given each reviewer's trust, float64[r] in [0, 1].

    span: the scale; the range observed where it is not given. frozen: an earlier fit, whose scale, parameters and
    known reviewers (with their trust) are used instead of a new fit. place: where a new fit sweeps. Any finite ratings
    give finite answers.
    Raises NotConverged, and ValueError naming the column that is wrong.
    """
    names = ratings.reviewer_ids, ratings.item_ids
    if frozen is None:
        span = span or ratings.span()
        reviews = ratings.reviews(span)
        fitted = fit(reviews, Forms.single(), trust, parameters, place=place)
        pairs = Pairs.of(reviews, fitted.table, fitted.counted)
        frozen = Frozen(fitted.population, fitted.reviewers, *names, fitted.n_trusted, pairs, span)
        people, table = fitted.reviewers, fitted.table
    else:
        reviews = ratings.reviews(frozen.span)
        people = frozen.people(ratings.reviewer_ids, trust)
        table = frozen.readings(reviews, people, *names)
    scores = _Shown.of(reviews, frozen.population, table, frozen.counts(ratings.item_ids))
    n_reviews = np.bincount(reviews.reviewer[reviews.eligibility > 0.0], minlength=len(people))
    return Ranking(
        _item_rows(scores, ratings.item_ids, frozen.span, frozen.population.parameters),
        _reviewer_rows(people, n_reviews, frozen.population, frozen.span),
        frozen,
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a ranking shows of `item.Scores`."""

    value: Floats
    sd: Floats
    low: Floats
    high: Floats
    best: Floats
    best_k: Ints
    n_reviews: Ints
    n_effective: Floats

    @classmethod
    def of(cls, reviews: Reviews, population: Population, table: ReviewTable, n_trusted: Ints) -> "_Shown":
        """One stretch of reviews after the other; what `Scores` says of each review is let go with its stretch."""
        columns = [
            [getattr(scores, field.name) for field in fields(cls)]
            for rows, items, some in stretches(reviews)
            for scores in [score(some, population, table.take(rows), n_trusted[items])]
        ]
        return cls(*(np.concatenate(parts) for parts in zip(*columns, strict=True)))


def _item_rows(scores: _Shown, ids: tuple[str, ...], span: Span, parameters: Parameters) -> ItemRows:
    return ItemRows(
        score=np.clip(span.from_unit(scores.value), span.low, span.high),
        sd=span.difference(scores.sd),
        low=np.clip(span.from_unit(scores.low), span.low, span.high),
        high=np.clip(span.from_unit(scores.high), span.low, span.high),
        best=span.from_unit(scores.best),
        n_reviews=scores.n_reviews,
        n_effective=scores.n_effective,
        tier=quantile_tiers(scores.best_k.astype(np.float64), scores.n_reviews > 0, parameters),
        rank=_places(scores.best_k, ids),
    )


def _places(best_k: Ints, ids: tuple[str, ...]) -> Ints:
    """1 for the greatest, ties in the order of their ids."""
    by_id = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
    order = by_id[np.argsort(-best_k[by_id], kind="stable")]
    places = np.empty(len(ids), dtype=np.int64)
    places[order] = np.arange(1, len(ids) + 1)
    return places


def _reviewer_rows(table: ReviewerTable, n_reviews: Ints, population: Population, span: Span) -> ReviewerRows:
    precision = natural_precision(table.slope, table.variance, population.parameters)
    return ReviewerRows(
        bias=span.difference(table.bias * population.standards.sd[0, 0]),
        slope=table.slope / population.abar,
        precision=precision,
        trust=table.trust,
        cluster=table.cluster,
        n_reviews=n_reviews,
        weight=np.minimum(precision, caps(table.trust, np.array(0), population.parameters)),
    )
