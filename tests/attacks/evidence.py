"""What the attacker lays on the table: facts of unsigned reviews beside those of signed ones and of people."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.models import Epoch, HelpfulnessVote, Identity, Review, ReviewerFit
from scholarnet.services.clock import current_epoch_id
from scoring.helpfulness import wilson
from scoring.parameters import DEFAULT
from tests.attacks.collecting import Facts
from tests.attacks.habits import Community
from tests.attacks.linking import Puzzle

FAINT = 1e-3  # of a share, in rating units: too little to divide by
STRATA = ("share.weight_band", "review.confidence")


@dataclass(slots=True)
class Evidence:
    """Facts of reviews and of people by id, as they were seen at several times, and the truth to mark answers by."""

    community: Community
    reviews: Facts = field(default_factory=dict)
    people: Facts = field(default_factory=dict)
    unsigned: list[list[str]] = field(default_factory=list)
    signed: list[list[str]] = field(default_factory=list)

    def add(self, stage: str, reviews: Facts, people: Facts) -> None:
        """Lay what was seen at one time beside what was seen before, and the differences of scores."""
        for facts, seen in ((self.reviews, reviews), (self.people, people)):
            for key, found in seen.items():
                before = facts.setdefault(key, {})
                changes = {name: value - before[name] for name, value in found.items() if name in before}
                before |= found | {f"{stage}: change of {name}": change for name, change in changes.items()}

    def deduce(self) -> None:
        """What a program that knows the model reads out of the facts."""
        for day in self.unsigned:
            self._explain_shares(day)
            self._explain_readings(day)
        for ids in self.signed:
            for one in ids:
                person = self.people[self.community.people[self.community.truth[one]].public_id]
                for name, value in list(self.reviews[one].items()):
                    person[f"signed {name}"] = person.get(f"signed {name}", 0.0) + value
                person["signed reviews"] = person.get("signed reviews", 0.0) + 1

    def link(self, day: int, targets: list[str] | None, leak: str | None = None) -> Puzzle:
        """Set the unsigned reviews of a day against other reviews, or against all people."""
        rows = self.unsigned[day]
        truth = self.community.truth
        if targets is None:
            facts, columns = self.people, [person.public_id for person in self.community.people]
            place = {who: who for who in range(len(columns))}
        else:
            facts, columns = self.reviews, targets
            place = {truth[one]: at for at, one in enumerate(targets)}
        hidden = () if leak is None else (f"leak of {leak}",)
        row_names = _names(self.reviews, rows, hidden)
        column_names = _names(facts, columns, hidden)
        keys = [tuple(self.reviews[one][name] for name in STRATA) for one in rows]
        codes = {key: code for code, key in enumerate(sorted(set(keys)))}
        return Puzzle(
            _table(self.reviews, rows, row_names),
            row_names,
            _table(facts, columns, column_names),
            column_names,
            np.array([place[truth[one]] for one in rows]),
            np.array([codes[key] for key in keys]),
        )

    def _explain_shares(self, ids: list[str]) -> None:
        """Within a band a share is a linear function of rating and score: what it is over that would be personal."""
        for band in {self.reviews[one]["share.weight_band"] for one in ids}:
            free = [
                one
                for one in ids
                if self.reviews[one]["share.weight_band"] == band and self.reviews[one]["share.capped_by"] == -1.0
            ]
            table = _table(self.reviews, free, ["review.overall", "value", "share.share"])
            known = np.column_stack([np.ones(len(free)), table[:, :2]])
            given = known @ np.linalg.lstsq(known, table[:, 2], rcond=None)[0]
            told = np.where(np.abs(given) > FAINT, table[:, 2] / np.where(np.abs(given) > FAINT, given, 1.0), 1.0)
            for one, ratio in zip(free, told.tolist(), strict=True):
                self.reviews[one]["share over its band's"] = round(ratio, 6)

    def _explain_readings(self, ids: list[str]) -> None:
        """By the population's bias and slope an exported x is a linear function of the rating: the same of all."""
        table = _table(self.reviews, ids, ["review.overall", "export.x"])
        known = np.column_stack([np.ones(len(ids)), table[:, 0]])
        beyond = table[:, 1] - known @ np.linalg.lstsq(known, table[:, 1], rcond=None)[0]
        for one, rest in zip(ids, beyond.tolist(), strict=True):
            self.reviews[one]["x over its rating's"] = round(rest, 6)


def add_leaks(session: Session, evidence: Evidence) -> None:
    """What a worse system would show of unsigned reviews, kept apart from what this one does."""
    _add_own_worth(session, evidence)
    in_force = select(ReviewerFit).where(ReviewerFit.epoch_id == current_epoch_id())
    fits = {fit.researcher_id: fit for fit in session.scalars(in_force)}
    epoch = session.scalars(select(Epoch).where(Epoch.id == current_epoch_id())).one()
    abar = epoch.population["model"]["abar"]
    for review in session.scalars(select(Review).where(Review.identity != Identity.SIGNED)):
        fit, seen = fits[review.reviewer_id], evidence.reviews[review.public_id]
        slope, x = max(fit.slope, DEFAULT.slope_min), seen["export.x"]
        seen |= {
            "leak of weight": DEFAULT.kappa[review.confidence or 0] * fit.slope**2 / fit.variance,
            # what an export tells that reads it as its author's signed ones are read, or a difference that does
            "leak of reading": (x * abar - fit.bias) / slope - x,
            "leak of order": float(review.id),
            "leak of moment": review.created_at.timestamp(),
        }


def _add_own_worth(session: Session, evidence: Evidence) -> None:
    """What somebody's credit would be by what is said of *their* unsigned reviews, not of the quarter's average one."""
    n_votes = select(HelpfulnessVote.review_id, func.count()).group_by(HelpfulnessVote.review_id)
    helps = {row[0]: row[1] for row in session.execute(n_votes)}
    of_quarter = select(Review.id, Review.public_id).where(Review.public_id.in_(evidence.unsigned[-1]))
    for review_id, public_id in session.execute(of_quarter):
        n = np.array([float(helps.get(review_id, 0))])
        person = evidence.people[evidence.community.people[evidence.community.truth[public_id]].public_id]
        worth = (1.0 - DEFAULT.gain_share) * float(wilson(n, n, DEFAULT.interval_z)[0][0])
        person["leak of worth"] = person.get("leak of worth", 0.0) + worth


def _names(facts: Facts, ids: list[str], hidden: tuple[str, ...]) -> list[str]:
    """The facts that differ among these, without the leaks but for `hidden`."""
    names = sorted({name for one in ids for name in facts[one] if not name.startswith("leak")} | set(hidden))
    table = _table(facts, ids, names)
    return [name for name, column in zip(names, table.T, strict=True) if np.ptp(column) > 0]


def _table(facts: Facts, ids: list[str], names: list[str]) -> NDArray[np.float64]:
    return np.array([[facts[one].get(name, -1.0) for name in names] for one in ids])
