"""Who follows somebody, and whose questions they answered (SCORING.md, section 8, X_com).

X = ln(1 + Σt), shared out as x_j = X·t_j/Σt: the ten thousandth answer adds next to nothing.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Bools, Floats, Ints
from scoring.parameters import DEFAULT, Parameters
from scoring.trending import trust_weight


@dataclass(frozen=True, slots=True)
class Acclaim:
    """One row a follow, or an answer that was accepted.

    receiver     int64[n] ≥ 0, who is followed, or answered
    source       int64[n] ≥ 0, who follows, or asked
    trust        float64[n] in [0, 1], of the source
    is_answer    bool[n]
    is_returned  bool[n], of a follow: whether the receiver follows too
    """

    receiver: Ints
    source: Ints
    trust: Floats
    is_answer: Bools
    is_returned: Bools

    def weights(self, parameters: Parameters = DEFAULT) -> Floats:
        """t of each row, in followers who are trusted in full, float64[n].

        A follow counts 1 and an accepted answer `answer_worth`, times the trust of the source; a follow that is
        returned `returned_share` of it. All that one source is worth to one receiver is at most `source_most`, and
        all the unvouched together `pool_base`, and `pool_share` of what the others are.
        """
        kind = np.where(self.is_answer, parameters.answer_worth, 1.0)
        kind = np.where(self.is_returned, parameters.returned_share * kind, kind)
        raw = kind * trust_weight(self.trust, parameters)
        n = int(self.source.max(initial=0)) + 1
        pair = np.unique(self.receiver * n + self.source, return_inverse=True)[1]
        total = np.bincount(pair, raw)[pair]
        bounded = raw * np.minimum(1.0, parameters.source_most / np.maximum(total, parameters.source_most))
        stands = self.trust >= parameters.trusted_at
        trusted = np.bincount(self.receiver, bounded * stands)
        strangers = np.bincount(self.receiver, bounded * ~stands)
        pool = parameters.pool_base + parameters.pool_share * trusted
        share = np.minimum(1.0, pool / np.maximum(strangers, pool))
        return np.where(stands, bounded, bounded * share[self.receiver])


def community_amounts(receiver: Ints, weight: Floats) -> Floats:
    """x of each row with t = `weight`, float64[n]; receiver int64[n] ≥ 0."""
    total = np.bincount(receiver, weight)
    worth = np.log1p(total) / np.where(total > 0.0, total, 1.0)
    return np.asarray(weight * worth[receiver])
