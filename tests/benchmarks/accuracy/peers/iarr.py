"""IARR: Liao et al. 2014, Ranking reputation and quality in online rating systems, PLoS ONE 9, e97146.

CR whose reputations are redistributed, R_r = T_r^θ ΣT/ΣT^θ with θ = 3: the highly reputed gain what others lose. (The
factor ΣT/ΣT^θ is common to all and leaves the weighted mean as it is.) IARR2, which adds penalties for low reputation
and degree, did worse here in every column (clean .67) and is left out.
"""

from tests.benchmarks.accuracy.peers.cr import cr
from tests.benchmarks.accuracy.sample import Floats, Rated

THETA = 3.0


def iarr(given: Rated) -> Floats:
    """float64[n_items]."""
    return cr(given, THETA)
