"""A fit of anyone's ratings that can be kept, to score later ratings on the same scale."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from scoring.arrays import Floats, Ints, codes, floats, within
from scoring.population import Population, ReviewerTable
from scoring.ratings import FLOAT_MAX, Span
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews

READ = ("bias", "slope", "variance", "push")


@dataclass(frozen=True, slots=True)
class Pairs:
    """What a fit froze of each pair of reviewer and item whose review it read; so that revising it changes no weight.

    reviewer, item  int64[n], codes
    bias, slope, variance, push  float64[n], as `ReviewTable` has them
    """

    reviewer: Ints
    item: Ints
    bias: Floats
    slope: Floats
    variance: Floats
    push: Floats

    @classmethod
    def of(cls, reviews: Reviews, table: ReviewTable, rows: Ints) -> "Pairs":
        """The pairs of the reviews in `rows`, ascending, each of which `table` has a row for; all are not copied."""
        at = slice(None) if len(rows) == len(reviews) else rows
        columns = {name: getattr(table, name)[at] for name in READ}
        return cls(reviews.reviewer[at], reviews.item[at], **columns)

    @classmethod
    def from_dict(cls, data: dict[str, Any], n_reviewers: int, n_items: int) -> "Pairs":
        n = len(data["reviewer"])
        columns = {name: floats(data[name], f"epoch: pairs: {name}", (n,)) for name in READ}
        within(columns["push"], "epoch: pairs: push", 0.0, 1.0)
        reviewer = codes(np.array(data["reviewer"], dtype=np.int64), "epoch: pairs: reviewer", n, below=n_reviewers)
        item = codes(np.array(data["item"], dtype=np.int64), "epoch: pairs: item", n, below=n_items)
        return cls(reviewer, item, **columns)


@dataclass(frozen=True, slots=True)
class Frozen:
    """The population, the reviewers and items it met by id, the pairs of them, the scale.

    n_trusted  int64[items], reviews by trusted accounts
    """

    population: Population
    reviewers: ReviewerTable
    reviewer_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    n_trusted: Ints
    pairs: Pairs
    span: Span

    def people(self, reviewer_ids: tuple[str, ...], trust: Floats) -> ReviewerTable:
        """Rows for `reviewer_ids`: as frozen where met, as newcomers with `trust`, float64[r], where not."""
        row = _places(reviewer_ids, self.reviewer_ids)
        table = self.population.newcomers(trust)
        for field in fields(ReviewerTable):
            getattr(table, field.name)[row >= 0] = getattr(self.reviewers, field.name)[row[row >= 0]]
        return table

    def counts(self, item_ids: tuple[str, ...]) -> Ints:
        """`n_trusted` of these items, int64 like them; 0 for one that was not met."""
        row = _places(item_ids, self.item_ids)
        return np.append(self.n_trusted, 0)[row]

    def readings(
        self, reviews: Reviews, people: ReviewerTable, reviewer_ids: tuple[str, ...], item_ids: tuple[str, ...]
    ) -> ReviewTable:
        """How each of `reviews` is read: by the pair's frozen row where there is one, else by its author's."""
        table = people.readings(reviews.reviewer)
        who, what = _places(reviewer_ids, self.reviewer_ids), _places(item_ids, self.item_ids)
        width = len(self.item_ids) + 1
        known = self.pairs.reviewer * width + self.pairs.item
        order = np.argsort(known)
        known = known[order]
        met = (who[reviews.reviewer] >= 0) & (what[reviews.item] >= 0)
        wanted = np.where(met, who[reviews.reviewer] * width + what[reviews.item], -1)
        place = np.searchsorted(known, wanted)
        found = np.flatnonzero(np.append(known, -2)[place] == wanted)
        for name in READ:
            getattr(table, name)[found] = getattr(self.pairs, name)[order[place[found]]]
        return table

    def as_dict(self) -> dict[str, Any]:
        """A JSON-able dict with exact floats; reviewers and items by id."""
        return {
            "population": self.population.as_dict(),
            "hash": self.population.hash,
            "scale": [self.span.low, self.span.high],
            "reviewer": list(self.reviewer_ids),
            "item": list(self.item_ids),
            "n_trusted": self.n_trusted.tolist(),
            "reviewers": self.reviewers.as_dict(),
            "pairs": {field.name: getattr(self.pairs, field.name).tolist() for field in fields(Pairs)},
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Frozen":
        """The inverse of `as_dict`. ValueError where the dict is not one of its making, or its numbers were changed."""
        try:
            population = Population.from_dict(data["population"])
            table, ids = ReviewerTable.from_dict(data["reviewers"]), tuple(map(str, data["reviewer"]))
            items, n_trusted = tuple(map(str, data["item"])), np.array(data["n_trusted"], dtype=np.int64)
            pairs = Pairs.from_dict(data["pairs"], len(ids), len(items))
            low, high = map(float, data["scale"])
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise ValueError(f"epoch: not a frozen fit ({error})") from error
        if population.hash != data.get("hash"):
            raise ValueError("epoch: its hash does not fit its numbers, or another version of the model made it")
        if len(ids) != len(table) or len(items) != len(n_trusted) or not -FLOAT_MAX <= low <= high <= FLOAT_MAX:
            raise ValueError("epoch: reviewers, items or scale do not fit")
        return cls(population, table, ids, items, n_trusted, pairs, Span(low, high))


def _places(wanted: tuple[str, ...], known: tuple[str, ...]) -> Ints:
    """Where each id stands among those known, int64; -1 where it does not."""
    position = {name: row for row, name in enumerate(known)}
    return np.array([position.get(name, -1) for name in wanted], dtype=np.int64)
