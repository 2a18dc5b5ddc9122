"""How far each account is trusted, along vouches (SCORING.md, section 6).

    T_i = min(1, t·verified_i + s·Σ_u T_u v_ui/(k + Σ_j v_uj)),    t = trust_full, s = trust_share, k = trust_sink

After LipschiTrust (Tournesol, Solidago): an account passes on less than s of its trust however many it vouches for, so
the map shrinks every L1 distance by s at least. Hence one fixed point, Lipschitz in every vouch; accounts that nobody
outside vouches for have 0, however many they are and however they vouch for each other; and a group of unverified
accounts holds at most inflow/(1 − s) together, whatever their number.

Sums are of whole numbers: the same bits in any order of the vouches. Each round is linear in the vouches, 60 to 150
rounds; memory 40 bytes a vouch.
"""

import numpy as np

from scoring.arrays import Bools, Floats, Ints, codes, floats, within
from scoring.parameters import DEFAULT, Parameters

INT_BITS = 62  # of a partial sum


def propagate(
    verified: Bools, voucher: Ints, vouched: Ints, weight: Floats | None = None, parameters: Parameters = DEFAULT
) -> Floats:
    """Trust of each account, float64[n] in [0, 1], within `trust_tolerance` of the fixed point in L1.

    verified         bool[n]
    voucher, vouched int64[m], codes 0..n-1: who vouches, and for whom; vouches for oneself are passed over
    weight           float64[m] in [0, 1], 1 where not given; of two vouches for one account the greater counts

    ValueError names the column that is wrong.
    """
    base = np.where(np.asarray(verified, dtype=np.bool_), parameters.trust_full, 0.0)
    source, target, passed = _edges(len(base), voucher, vouched, weight, parameters)
    if not len(source):
        return base
    starts = np.flatnonzero(np.r_[True, target[1:] != target[:-1]])
    reached = target[starts]
    most = int(np.diff(np.r_[starts, len(target)]).max())
    steps = 2.0 ** (INT_BITS - most.bit_length())
    # What is left of the way is at most s/(1 − s) of the last step.
    enough = parameters.trust_tolerance * (1.0 - parameters.trust_share) / parameters.trust_share
    trust = base
    while True:
        flow = np.rint(trust[source] * passed * steps).astype(np.int64)
        new = base.copy()
        new[reached] = np.minimum(1.0, base[reached] + np.add.reduceat(flow, starts) / steps)
        change = float(np.abs(new - trust).sum())
        trust = new
        if change < enough:
            return trust


def _edges(
    n: int, voucher: Ints, vouched: Ints, weight: Floats | None, parameters: Parameters
) -> tuple[Ints, Ints, Floats]:
    """Distinct vouches for others, by who is vouched for: from, to, and the share of trust that each passes on."""
    m = len(voucher)
    source, target = codes(voucher, "voucher", m, below=n), codes(vouched, "vouched", m, below=n)
    given = np.ones(m) if weight is None else within(floats(weight, "weight", (m,)), "weight", 0.0, 1.0)
    order = np.lexsort((given, source, target))
    source, target, given = source[order], target[order], given[order]
    last = np.ones(m, dtype=np.bool_)
    last[:-1] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    kept = last & (source != target) & (given > 0.0)
    source, target, given = source[kept], target[kept], given[kept]
    # Weights in whole steps of 2⁻²⁰, so that their sum has no order either.
    whole = np.rint(given * 2.0**20) / 2.0**20
    out = np.bincount(source, whole, minlength=n)
    return source, target, parameters.trust_share * whole / (parameters.trust_sink + out[source])
