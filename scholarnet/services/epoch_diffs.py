"""What moved between two epochs, and why.

From the score in the one to the score in the other there is a way of four steps, each of which changes one thing and
leaves the rest as it was, so that the reasons add up to the move:

    reviews    the reviews as the later epoch has them, read by the earlier one
    model      the parameters and the population: standards, hyperparameters, q; whoever was read as the average is
               read as the new average; and whatever another version of the model computes otherwise
    reviewers  bias, slope and variance that each signed review is read with
    weights    trust and the caps it gives, clusters and their budgets, the pool, suspicion of a push

A reason is told of a post as a whole, never of a review. Unsigned reviews are read by the population in every step, so
that nothing of their authors enters.
"""

from dataclasses import dataclass, replace

import numpy as np

from scholarnet.errors import Invalid
from scholarnet.services.epoch_inputs import Recorded
from scoring.arrays import Bools, Floats, Ints
from scoring.item import score
from scoring.population import Population
from scoring.review_table import ReviewTable
from scoring.root import ONE
from scoring.scale import Scale

REASONS = ("reviews", "model", "reviewers", "weights")
STEPS = 2.0**40  # of a rating unit: so few that sums of them are exact, and so many that none is seen
FITTED = ("bias", "slope", "variance")


@dataclass(frozen=True, slots=True)
class Difference:
    """Posts that both epochs have and whose scores differ, those first that moved most.

    posts   public ids
    before, after  float64[n], the score in rating units, clipped to the scale, in whole steps of 2⁻⁴⁰; without
                   reviews it is the prior's
    reasons int64[4, n], in the order of REASONS, in such steps; their sum is after − before exactly
    """

    posts: tuple[str, ...]
    before: Floats
    after: Floats
    reasons: Ints

    @property
    def moves(self) -> Ints:
        """after − before, int64[n] in steps."""
        return np.asarray(self.reasons.sum(axis=0))


def difference(before: Recorded, after: Recorded) -> Difference:
    """Compare two epochs, reviews and people by their public ids. Invalid where they have not the same forms, or
    no post in common."""
    if before.population.forms.weights.shape != after.population.forms.weights.shape:
        raise Invalid("against", "its posts were reviewed by other forms; the two cannot be compared")
    known = {name: place for place, name in before.snapshot.names.posts.items()}
    names = after.snapshot.names.posts
    items = np.array([place for place, name in names.items() if name in known], dtype=np.int64)
    if known and names and not len(items):
        raise Invalid("against", "has no post in common with the other; the two cannot be compared")
    was = np.array([known[names[place]] for place in items.tolist()], dtype=np.int64)
    reasons, start = _reasons(before, after, items, was)
    moves = reasons.sum(axis=0)
    moved = [at for at in range(len(items)) if moves[at] or reasons[:, at].any()]
    order = sorted(moved, key=lambda at: (-abs(int(moves[at])), names[int(items[at])]))
    return Difference(
        tuple(names[int(items[at])] for at in order),
        start[order] / STEPS,
        (start + moves)[order] / STEPS,
        reasons[:, order],
    )


def _reasons(before: Recorded, after: Recorded, items: Ints, was: Ints) -> tuple[Ints, Ints]:
    """The reasons, int64[4, n], and the scores to begin with, int64[n], both in steps."""
    first, last = before.population, after.population
    n_trusted = np.zeros(len(after.n_trusted), dtype=np.int64)
    n_trusted[items] = before.n_trusted[was]
    read = _as_before(before, after)
    anew = _renewed(read, first, last)
    signed = after.snapshot.reviews.is_signed
    fitted = replace(
        anew, **{name: np.where(signed, getattr(after.read, name), getattr(anew, name)) for name in FITTED}
    )
    steps = [
        _value(before, first, _scored(before, first, before.read, before.n_trusted))[was],
        *(
            _value(after, population, _scored(after, population, table, trusted))[items]
            for population, table, trusted in (
                (first, read, n_trusted),
                (last, anew, n_trusted),
                (last, fitted, n_trusted),
                (last, after.read, after.n_trusted),
            )
        ),
    ]
    start, end = _value(before, first, before.roots[0])[was], _value(after, last, after.roots[0])[items]
    reasons = np.diff(np.stack(steps), axis=0)
    reasons[REASONS.index("model")] += (steps[0] - start) + (end - steps[-1])  # what another version would compute
    return reasons, start


def _scored(epoch: Recorded, population: Population, table: ReviewTable, n_trusted: Ints) -> Ints:
    return score(epoch.snapshot.reviews, population, table, n_trusted).theta_k


def _value(epoch: Recorded, population: Population, theta_k: Ints) -> Ints:
    """θ in rating units, clipped, in whole steps."""
    scale = Scale.of(epoch.snapshot.reviews.item_form, population)
    return np.rint(scale.clipped(theta_k / ONE) * STEPS).astype(np.int64)


def _as_before(before: Recorded, after: Recorded) -> ReviewTable:
    """How the earlier epoch reads the later one's reviews, as the fast clock does: one that it met as it did, others by
    their authors where it knows them, else as those of newcomers."""
    reviews = after.snapshot.reviews
    newcomers = before.population.newcomers(after.snapshot.trust).readings(reviews.reviewer)
    table = ReviewTable(*(getattr(newcomers, name).copy() for name in ReviewTable.__slots__))
    _read_by_author(table, before, after)
    row_of = {name: row for row, name in enumerate(before.snapshot.names.reviews.tolist())}
    rows = np.array([row_of.get(name, -1) for name in after.snapshot.names.reviews.tolist()], dtype=np.int64)
    met = np.flatnonzero(rows >= 0)
    met = met[before.snapshot.reviews.is_signed[rows[met]] == reviews.is_signed[met]]
    for name in ReviewTable.__slots__:
        getattr(table, name)[met] = getattr(before.read, name)[rows[met]]
    return table


def _read_by_author(table: ReviewTable, before: Recorded, after: Recorded) -> None:
    known = {person["id"]: person for person in before.people if person["read"] is not None}
    for row, one in enumerate(after.snapshot.observations):
        person = known.get(after.people[one.reviewer_id]["id"]) if one.is_signed else None
        if person is None:
            continue
        for name in (*FITTED, "cluster"):
            getattr(table, name)[row] = person["read"][name]
        table.trust[row] = person["trust"]
        table.budget[row] = np.inf if person["read"]["budget"] is None else person["read"]["budget"]


def _renewed(table: ReviewTable, first: Population, last: Population) -> ReviewTable:
    """The same, whoever was the average of the one population as the average of the other."""
    old, new = (population.newcomers(table.trust) for population in (first, last))
    is_average: Bools = np.logical_and.reduce([getattr(table, name) == getattr(old, name) for name in FITTED])
    return replace(table, **{n: np.where(is_average, getattr(new, n), getattr(table, n)) for n in FITTED})
