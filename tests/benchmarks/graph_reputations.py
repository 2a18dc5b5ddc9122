"""Reputations from the arrays of an epoch, step by step; and lines of ledgers for the page that shows one."""

from dataclasses import dataclass
from statistics import median

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, insert, literal, select

from scholarnet.models import Authorship, Component, Identity, PostAuthor, ReputationEntry, Review
from scholarnet.services.ledgers import Ledger, Lines, add_up
from scholarnet.services.works import Profile
from scoring.arrays import Bools, Ints, numbered
from scoring.independence import Bylines, independent
from scoring.parameters import DEFAULT
from scoring.publications import Merits, Shelf, publication_amounts
from tests.benchmarks.timing import in_turn

YEARS, FIELDS, YEAR = 26, 20, 2026
# What the page is of, beside its epoch: the lines as one would read them for this alone.
TOTAL = "SELECT * FROM reputation WHERE researcher_id = :who AND epoch_id = (SELECT current_epoch_id FROM score_log)"
LEDGER = """
SELECT coalesce(p.public_id, r.public_id, o.public_id), coalesce(p.title, v.title), e.component, e.amount, e.units,
e.reason FROM reputation_entry e
LEFT JOIN publication p ON p.id = e.publication_id
LEFT JOIN review r ON r.id = e.review_id
LEFT JOIN post o ON o.id = coalesce(e.post_id, r.post_id)
LEFT JOIN post_version v ON v.post_id = o.id AND v.number = o.version_number
WHERE e.researcher_id = :who AND e.epoch_id = (SELECT current_epoch_id FROM score_log)
ORDER BY e.units DESC, e.id
"""


@dataclass(frozen=True, slots=True)
class Shelves:
    """n works in the order of their years by people, some of whom write far more; they cite what was there before."""

    work: Ints
    person: Ints
    year: Ints
    citing: Ints
    cited: Ints
    n_people: int

    @classmethod
    def of(cls, n_works: int, n_citations: int, n_people: int) -> "Shelves":
        random = np.random.default_rng(7)
        work = np.repeat(np.arange(n_works), np.minimum(random.geometric(0.35, n_works), 10))
        keys = np.unique(work * n_people + (n_people * random.random(len(work)) ** 2).astype(np.int64))
        citing = random.integers(1, n_works, n_citations)
        pairs = np.unique(citing * n_works + (citing * random.random(n_citations) ** 1.5).astype(np.int64))
        year = YEAR - YEARS + np.arange(n_works) * YEARS // n_works
        return cls(keys // n_people, keys % n_people, year, pairs // n_works, pairs % n_works, n_people)

    def counts(self) -> Bools:
        """Which citations count."""
        bylines = Bylines.of(self.work, self.person, len(self.year), self.n_people)
        return independent(bylines, self.year, self.citing, self.cited)

    def merits(self, counts: Bools) -> Merits:
        """What each authorship adds."""
        n = len(self.year)
        citations = np.bincount(self.cited[counts], minlength=n)
        cell = (np.arange(n) % FIELDS) * YEARS + self.year - self.year[0]
        age = (YEAR - self.year).astype(np.float64)
        shelf = Shelf(citations, cell, np.arange(n) % 20_000, age, np.bincount(self.work, minlength=n))
        return publication_amounts(shelf, self.work, numbered(self.person))

    def ledger(self, merits: Merits) -> Ledger:
        """Everybody's reputation, taken apart."""
        reason = {"percentile": merits.percentile, "n_compared": merits.n_others + 1}
        amounts = merits.amount, merits.low, merits.high
        lines = Lines(Component.PUBLICATIONS, "publication_id", self.person, self.work, *amounts, reason)
        people = {who: Profile(f"field {who % FIELDS}", YEAR - who % 40) for who in range(self.n_people)}
        return add_up([lines], profiles=people, year=YEAR, credits=[], parameters=DEFAULT)


def time_reputations(n_works: int, n_citations: int, repeats: int) -> None:
    """Time each step from the arrays that the one before left, and print them with their sum."""
    shelves = Shelves.of(n_works, n_citations, n_works // 10)
    counts = shelves.counts()
    merits = shelves.merits(counts)
    ledger = shelves.ledger(merits)
    steps = {
        f"which of {len(shelves.citing):,} citations are independent": shelves.counts,
        f"what {len(shelves.work):,} authorships add": lambda: shelves.merits(counts),
        "adding up, shares and intervals": lambda: shelves.ledger(merits),
        f"{len(ledger.units):,} lines as rows, one by one": lambda: sum(1 for _ in ledger.entries),
    }
    times = in_turn(repeats, steps)
    table = Table(title=f"Reputations of {shelves.n_people:,} researchers from arrays", title_justify="left")
    table.add_column("step")
    table.add_column("s", justify="right")
    for step, seconds in times.items():
        table.add_row(step, f"{median(seconds):,.2f}")
    table.add_row("all of it", f"{sum(median(seconds) for seconds in times.values()):,.2f}")
    Console(width=120).print(table)


def add_lines(engine: Engine, epoch_id: int) -> None:
    """A line of everybody for each work, post and signed review."""
    sources = (
        (Component.PUBLICATIONS, "publication_id", select(Authorship.researcher_id, Authorship.publication_id)),
        (Component.POSTS, "post_id", select(PostAuthor.researcher_id, PostAuthor.post_id)),
        (
            Component.REVIEWING,
            "review_id",
            select(Review.reviewer_id, Review.id).where(Review.identity == Identity.SIGNED),
        ),
    )
    with engine.begin() as connection:
        for component, source, rows in sources:
            fixed = {"epoch_id": epoch_id, "component": component, "amount": 0.5, "units": 1000}
            table = ReputationEntry.__table__
            values = [literal(value, table.c[name].type).label(name) for name, value in fixed.items()]
            names = ["researcher_id", source, *fixed]
            connection.execute(insert(ReputationEntry).from_select(names, rows.add_columns(*values)))
