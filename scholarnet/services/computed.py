"""What is computed of a snapshot."""

from dataclasses import dataclass

from scholarnet.services.ledgers import Ledger
from scholarnet.services.sort_keys import Keys
from scholarnet.services.tier_moves import Moved
from scoring.epoch import Fit
from scoring.item import Scores
from scoring.review_table import ReviewTable


@dataclass(frozen=True, slots=True)
class Computed:
    """What follows from a snapshot: all that an epoch keeps, posts in the order of the snapshot."""

    fit: Fit
    table: ReviewTable
    scores: Scores
    moved: Moved
    ledger: Ledger
    keys: Keys
