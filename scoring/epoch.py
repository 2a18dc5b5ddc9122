"""The slow clock: what an epoch learns about its reviewers from all reviews (SCORING.md, sections 3, 4 and 6).

Standards first, then the fixed point of items and reviewers without clusters; in what that reads, rings are looked for;
where one has a budget, the fixed point goes on under it. Time is that of 10 to 40 sweeps, each linear in the reviews,
and of two looks for pushes: a million ratings by 50,000 reviewers take 4 s and 480 MB on one core; where a third give
the ends of the scale by chance, so that every item is suspect, 480,000 take 14 s. Held by A1 to A3, A8 to A12 and A15
(tests/scoring/test_axioms.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, TypeAlias

import numpy as np

from scoring.anova import is_merit_seen, shares
from scoring.arrays import Floats, Ints, floats, in_order, within
from scoring.calibration import calibrated
from scoring.cavity import Voices
from scoring.parameters import DEFAULT, Parameters
from scoring.population import Population, ReviewerTable, digest_each, prior_population
from scoring.review_table import ReviewTable, count_trusted
from scoring.reviews import Forms, Reviews
from scoring.rings import Clusters, find_clusters
from scoring.shard import Shard
from scoring.standards import estimate_standards, standardise
from scoring.sweeps import State, reviewers_of, settle
from scoring.watch import Watch
from scoring.weight import readings

Place: TypeAlias = Callable[..., Shard]  # as `Shard.of`


@dataclass(frozen=True, slots=True)
class Fit:
    """A frozen epoch: `item.score` needs nothing else.

    population, reviewers  what holds of everybody, and of each reviewer
    table      how each of the reviews given is read; a review that does not count, by its author's row
    counted    int64[m], the rows of the reviews that count
    n_trusted  int64[items], reviews by trusted accounts
    clusters   who is in which, with the evidence for it
    n_sweeps   0 where reviewers were not told apart
    """

    population: Population
    reviewers: ReviewerTable
    table: ReviewTable
    counted: Ints
    n_trusted: Ints
    clusters: Clusters
    n_sweeps: int

    @property
    def hash(self) -> str:
        """sha256 over the population, reviewers in the order of their codes, and what was frozen of reviews and items.

        Those last two sorted by what they say, so that neither the order of the reviews nor the items' codes count.
        """
        who, said = self.reviewers, ("trust", "bias", "slope", "variance", "push")
        people = (who.bias, who.slope, who.variance, who.trust, who.n_reviews, who.cluster, who.budget)
        kept: Any = slice(None) if self.counted.all() else self.counted  # a slice copies nothing
        order = np.lexsort([getattr(self.table, name)[kept] for name in said])
        columns = (getattr(self.table, name)[kept][order] for name in said)  # one after the other
        trusted = np.sort(self.n_trusted[self.n_trusted > 0])
        return digest_each(chain((self.population.hash, *people), columns, (trusted,)))


def fit(
    reviews: Reviews,
    forms: Forms,
    trust: Floats,
    parameters: Parameters = DEFAULT,
    *,
    budgets: Floats | None = None,
    on_sweep: Callable[[], object] | None = None,
    place: Place = Shard.of,
) -> Fit:
    """Standards, hyperparameters, reviewers, clusters, how each review is read, and how far to trust all that.

    trust    float64[n_reviewers] in [0, 1]
    budgets  float64[n_reviewers] ≥ 0, what an editor set for the cluster that a reviewer was seen in; inf lifts it, NaN
             says nothing. It counts for the cluster of this epoch where half of the members have one: their median
    on_sweep called before each sweep: who knows the time ends the fit by raising what they like
    place    where reviews lie that are swept: in this process, or spread (`spread.spread`), to the same bits

    Where fewer than `fit_min_reviewers` signed reviewers have `fit_min_reviews` reviews, fewer than `fit_min_items`
    items have two, or items do not differ visibly (`anova.is_merit_seen`), biases and slopes cannot be
    told apart from noise: every reviewer gets the population's, and the item's and the noise's variance come from
    `anova.shares`. Deterministic: the same bits in any order of the rows. Raises NotConverged, and ValueError naming
    the column that is wrong.
    """
    given = within(floats(trust, "trust", (reviews.n_reviewers,)), "trust", 0.0, 1.0)
    if reviews.item_form.max(initial=0) >= len(forms.low):
        raise ValueError(f"item_form: there are {len(forms.low)} forms")
    wished = np.full(len(given), np.nan) if budgets is None else floats(budgets, "budgets", given.shape)
    if (wished < 0.0).any():
        raise ValueError("budgets: expected numbers from 0, or NaN")
    counted, rows = reviews.counted()
    order = in_order(counted.item)
    if order is not None:
        counted, rows = counted.take(order), rows[order]
    n_trusted = count_trusted(counted.item, counted.n_items, given[counted.reviewer], parameters)
    found = _fit(counted, forms, given, n_trusted, wished, parameters, (on_sweep, place))
    people = replace(found.reviewers, n_reviews=np.bincount(counted.reviewer, minlength=len(given)))
    if counted is reviews:
        table = read = people.readings(reviews.reviewer, found.voices, found.push)
    else:
        read = people.readings(counted.reviewer, found.voices, found.push)
        table = people.readings(reviews.reviewer)
        for name in ("bias", "slope", "variance", "push"):
            getattr(table, name)[rows] = getattr(read, name)
    population = calibrated(counted, read, n_trusted, found.population)
    return Fit(population, people, table, np.sort(rows), n_trusted, found.clusters, found.n_sweeps)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known at some point of a fit; `voices` and φ_push have a row for each review that counts."""

    population: Population
    reviewers: ReviewerTable
    voices: Voices
    push: Floats
    clusters: Clusters
    n_sweeps: int


def _fit(
    counted: Reviews,
    forms: Forms,
    trust: Floats,
    n_trusted: Ints,
    wished: Floats,
    parameters: Parameters,
    terms: tuple[Callable[[], object] | None, Place],
) -> _Found:
    on_sweep, place = terms
    population = prior_population(forms, parameters)
    table = population.newcomers(trust)
    if not len(counted):
        return _Found(population, table, Voices.first(population, 0), np.ones(0), Clusters.none(len(trust)), 0)
    population = replace(population, standards=estimate_standards(counted, forms, parameters))
    z = standardise(counted, forms, population.standards, parameters)
    variance = shares(z, counted.item, counted.n_items, parameters)
    between = float(np.sqrt(variance.between))
    population = replace(population, abar=between, sigma_b2=0.0, sigma_a2=0.0, tau0=1.0 / variance.within)
    people = population.newcomers(trust)
    shared = people.sharing(counted.reviewer, np.ones(len(z)))
    if not _is_rich(counted, z, parameters):
        shard = Shard.of(counted, z, shared, trust, n_trusted, Voices.first(population, len(z)), parameters)
        clusters = _clusters(counted, shard, population)
        people = _with_budgets(people, clusters, wished, parameters)
        return _Found(population, people, shard.voices, shard.push, clusters, 0)
    watch = Watch.of(counted, population)
    start = replace(population, sigma_b2=parameters.prior_bias, sigma_a2=parameters.prior_slope)
    shard = place(counted, z, shared, trust, n_trusted, Voices.first(start, len(z)), parameters)
    del shared  # of ten million reviews, 80 MB
    state, n_sweeps = settle(State.first(start, shard.n_signed(), shard.sizes.n_seen), shard, watch, on_sweep)
    clusters = _clusters(counted, shard, state.population)
    people = _with_budgets(people, clusters, wished, parameters)
    if np.isfinite(people.budget).any():
        shared = people.sharing(counted.reviewer, shard.push)
        shard = place(counted, z, shared, trust, n_trusted, shard.voices, parameters)
        state, n_more = settle(state, shard, watch, on_sweep)
        n_sweeps += n_more
    people = replace(reviewers_of(state, trust), cluster=people.cluster, budget=people.budget)
    return _Found(state.population, people, shard.voices, shard.push, clusters, n_sweeps)


def _clusters(counted: Reviews, shard: Shard, population: Population) -> Clusters:
    """Who reviews together, among those who sign."""
    parameters = population.parameters
    signed = slice(None) if counted.is_signed.all() else counted.is_signed
    x = readings(shard.items.z, shard.voices.bias, shard.voices.slope, parameters)
    p = shard.items.precision(shard.voices, population.bands, parameters)
    return find_clusters(
        counted.reviewer[signed],
        counted.item[signed],
        x[signed],
        p[signed],
        n_reviewers=counted.n_reviewers,
        n_items=counted.n_items,
        parameters=parameters,
    )


def _with_budgets(people: ReviewerTable, clusters: Clusters, wished: Floats, parameters: Parameters) -> ReviewerTable:
    """The reviewers with their clusters' codes and budgets: the one given to whoever departs, or an editor's."""
    budget = np.where(clusters.is_budgeted, parameters.cluster_budget, np.inf)
    for cluster in np.unique(clusters.code[~np.isnan(wished) & (clusters.code >= 0)]):
        said = wished[clusters.code == cluster]
        said = np.sort(said[~np.isnan(said)])
        if 2 * len(said) >= clusters.size[cluster]:
            budget[cluster] = said[(len(said) - 1) // 2]
    return replace(people, cluster=clusters.code, budget=np.append(budget, np.inf)[clusters.code])


def _is_rich(counted: Reviews, z: Floats, parameters: Parameters) -> bool:
    """Whether reviewers can be told apart: enough of them are known, by enough items, that differ visibly."""
    signed = slice(None) if counted.is_signed.all() else counted.is_signed
    n_signed = np.bincount(counted.reviewer[signed], minlength=counted.n_reviewers)
    n_known = (n_signed >= parameters.fit_min_reviews).sum()
    n_compared = (np.bincount(counted.item, minlength=counted.n_items) >= 2).sum()
    if n_known < parameters.fit_min_reviewers or n_compared < parameters.fit_min_items:
        return False
    return is_merit_seen(z[signed], counted.reviewer[signed], counted.item[signed], parameters)
