"""Generated ratings, and whether the interval of θ holds the truth."""

from dataclasses import replace

import numpy as np

from scoring.epoch import fit
from scoring.item import Scores, score
from scoring.parameters import DEFAULT, Parameters
from scoring.reviews import Forms
from scoring.scale import Scale
from tests.benchmarks.accuracy.ours import VERIFIED, reviews_of
from tests.benchmarks.accuracy.sample import Floats, Sample
from tests.benchmarks.calibration.coverage import QUANTILES, Cases

FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9)  # reviews that a thinned item keeps …
SHARES = (0.25, 0.25, 0.125, 0.125, 0.05, 0.05, 0.05, 0.05, 0.05)  # … with these probabilities


def truths(sample: Sample, seed: int, parameters: Parameters = DEFAULT) -> Cases:
    """The items' merits as cases of the intervals of θ; codes of items are of this seed alone."""
    reviews = reviews_of(sample)
    epoch = fit(reviews, Forms.single(), np.full(sample.n_reviewers, VERIFIED), parameters)

    def at(z: float) -> Scores:
        widened = replace(epoch.population, parameters=replace(parameters, interval_z=float(z)))
        return score(reviews, widened, epoch.table, epoch.n_trusted)

    scores = [at(z) for z in QUANTILES]
    scale = Scale.of(reviews.item_form, epoch.population)
    merit = on_scale(sample, scores[0])[:, None]
    low, high = (np.stack([scale.of_steps(getattr(s, name)) for s in scores], axis=1) for name in ("low_k", "high_k"))
    seen = np.flatnonzero(scores[0].n_reviews)
    held = ((merit >= low) & (merit <= high)).astype(np.float64)
    return Cases(scores[0].n_reviews[seen], seed * 10**6 + seen, held[seen])


def on_scale(sample: Sample, scores: Scores) -> Floats:
    """Truth in rating units, float64[items], by the line that the readings lie on against it.

    θ is known up to its origin and unit, which spammers move: a review of an item of merit t says a + bt on average,
    least squares over all reviews, weighted as the score weighs them. Truth explains what is read and not the other way
    about, so that nothing is drawn to the middle; two numbers are taken from the truth of a thousand items.
    """
    weight, truth = scores.precision * scores.factor, sample.truth[sample.item]
    t, y = (float(np.average(column, weights=weight)) for column in (truth, scores.reading))
    b = float((weight * (truth - t) * (scores.reading - y)).sum() / (weight * (truth - t) ** 2).sum())
    return y + b * (sample.truth - t)


def thinned(sample: Sample, seed: int) -> Sample:
    """Every other item, by chance, with 1 to 9 of its reviews: a dense sample has hardly any such."""
    random = np.random.default_rng((seed, 1))
    number = np.bincount(sample.item, minlength=sample.n_items)
    order = np.lexsort((random.random(len(sample.item)), sample.item))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - (np.cumsum(number) - number)[sample.item[order]]
    most = random.choice(FIRST, sample.n_items, p=SHARES)
    most = np.where(random.random(sample.n_items) < 0.5, most, len(order))
    row = np.flatnonzero(place < most[sample.item])
    return replace(sample, reviewer=sample.reviewer[row], item=sample.item[row], rating=sample.rating[row])
