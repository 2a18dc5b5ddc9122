"""The score of one item with few reviews, in plain numbers: to the last bit what `item.score` makes of it.

Each step is the one of the same name there and in `standards`, `weight`, `budgets` and `root`, in the same order; below
some eighty reviews arrays cost more than what is computed in them. tests/scoring/test_single.py holds the two together.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from scoring.budgets import STEPS
from scoring.decision import WEIGHT_MAX
from scoring.item import COARSE, FINE
from scoring.parameters import Parameters
from scoring.plain import Form, Said
from scoring.population import Population
from scoring.root import NEWTON_STEPS, ONE, REACH
from scoring.sums import MANTISSA_BITS
from scoring.weight import READING_MAX

ENOUGH = 2.0**-20  # θ: Newton's next step from there is below the grid
FEW = 80  # reviews, from which on arrays are faster


class Single(NamedTuple):
    """The columns of `item.Scores` that are kept of an item, and what its sort keys are made of.

    Where nobody has reviewed it, `value` is None and `prior_share` 0. `theta` and `lower_theta` are the root and the
    lower end of the interval in θ; the weights are those of `decision.Evidence`.
    """

    value: float | None
    low: float
    high: float
    sd: float
    best: float
    n_reviews: int
    n_effective: float
    prior_share: float
    theta: float
    lower_theta: float
    dispersion: float
    weight_above: float
    weight_below: float


def score_single(said: Sequence[Said], form: Form, n_trusted: int, acceptance: float) -> Single:
    """Return the score of an item with these reviews; `acceptance` is the form's threshold, in rating units."""
    counted = [one for one in said if one.eligibility > 0.0]
    parameters, c = form.population.parameters, form.population.parameters.huber_c
    reading, precision = _weigh(counted, form, n_trusted)
    root_p = [sqrt(p) for p in precision]
    factor = _factors(counted, root_p, parameters)
    pull = [phi * root for phi, root in zip(factor, root_p, strict=True)]
    weight = [p * phi for p, phi in zip(precision, factor, strict=True)]
    mass = [round(w * ONE) for w in weight]
    total = sum(mass)
    half = parameters.interval_z * _stretch(counted, form.population) * sqrt(1.0 + total / ONE)
    rows = list(zip(reading, root_p, [one * ONE for one in pull], strict=True))
    target = round(half * ONE)
    theta_k = _solve(rows, 0, c, 0.0)
    reach = half / (1.0 + total / ONE)
    low_k, high_k = (_solve(rows, sign * target, c, theta_k / ONE + sign * reach) for sign in (-1, 1))
    theta, low, high = theta_k / ONE, low_k / ONE, high_k / ONE
    n, value = len(counted), form.clipped(theta)
    deviation = (
        sum(round(w * (x - theta) * (x - theta) * COARSE) for w, x in zip(weight, reading, strict=True)) / COARSE
    )
    scale = 2.0 ** (MANTISSA_BITS - max(len(said), 1).bit_length()) / WEIGHT_MAX
    above = [form.rating(x) >= acceptance for x in reading]
    sides = [
        sum(round(w * scale) for w, is_above in zip(weight, above, strict=True) if is_above is side) / scale
        for side in (True, False)
    ]
    return Single(
        value=value if n else None,
        low=form.clipped(low),
        high=form.clipped(high),
        sd=form.step * ((high - low) / (2.0 * parameters.interval_z)),
        best=form.rating(low),
        n_reviews=n,
        n_effective=_effective(counted, mass, total),
        prior_share=value - form.step * (_pulled(rows, theta_k, c) / ONE) if n else 0.0,
        theta=theta,
        lower_theta=low,
        dispersion=deviation / (n - 1) if n > 1 else 0.0,
        weight_above=sides[0],
        weight_below=sides[1],
    )


def _standardise(one: Said, form: Form, known: dict[tuple[bool, ...], float]) -> float:
    answered = tuple(y is not None for y in one.ratings)
    mean = 0.0
    for y, weight, centre, sd in zip(one.ratings, form.weight, form.mean, form.sd, strict=True):
        if y is not None:
            mean += weight * ((y - centre) / sd)
    if answered not in known:
        variance = 0.0
        weights = [weight if there else 0.0 for weight, there in zip(form.weight, answered, strict=True)]
        for at, weight in enumerate(weights):
            for other in range(at):
                variance += 2.0 * weight * weights[other] * form.correlation[at][other]
            variance += weight * weight
        known[answered] = sqrt(variance)
    z_max = form.population.parameters.z_max
    return min(max(mean / known[answered], -z_max), z_max)


def _weigh(counted: Sequence[Said], form: Form, n_trusted: int) -> tuple[list[float], list[float]]:
    parameters, known = form.population.parameters, dict[tuple[bool, ...], float]()
    full = min(parameters.k_limit, parameters.k_max + parameters.k_growth * n_trusted)
    readings, precisions = list[float](), list[float]()
    for one in counted:
        slope, bias = (one.slope, one.bias) if one.is_signed else (form.population.abar, 0.0)
        natural = 0.0 if one.slope < parameters.slope_min else one.slope * one.slope / one.variance
        cap = parameters.k_min + (full - parameters.k_min) * min(1.0, one.trust / parameters.trust_full)
        precision = min(parameters.kappa[one.confidence] * natural, cap)
        if not one.is_signed:
            band = bisect_right(form.bands, precision) - 1
            precision = form.bands[band] if band >= 0 else 0.0
        x = 0.0
        if slope >= parameters.slope_min:
            x = min(max((_standardise(one, form, known) - bias) / slope, -READING_MAX), READING_MAX)
        readings.append(x)
        precisions.append(one.eligibility * precision)
    return readings, precisions


def _factors(counted: Sequence[Said], root_p: Sequence[float], parameters: Parameters) -> list[float]:
    factor = [one.push for one in counted]
    sums: dict[int, int] = {}
    for at, one in enumerate(counted):
        if one.is_budgeted:
            sums[one.cluster] = sums.get(one.cluster, 0) + round(factor[at] * root_p[at] * STEPS)
    for at, one in enumerate(counted):
        if one.is_budgeted:
            factor[at] *= min(1.0, one.budget / max(sums[one.cluster] / STEPS, max(one.budget, 1.0 / STEPS)))
    pooled = [one.trust < parameters.trusted_at for one in counted]
    if any(pooled):
        mass = [round(phi * root * STEPS) for phi, root in zip(factor, root_p, strict=True)]
        pool, trusted = (
            sum(m for m, of_pool in zip(mass, pooled, strict=True) if of_pool is side) / STEPS for side in (True, False)
        )
        left = min(pool, parameters.pool_base + parameters.pool_share * trusted) / (pool if pool > 0.0 else 1.0)
        factor = [phi * left if of_pool else phi for phi, of_pool in zip(factor, pooled, strict=True)]
    return factor


def _stretch(counted: Sequence[Said], population: Population) -> float:
    parameters = population.parameters
    alone = sum(not one.is_budgeted and one.trust >= parameters.trusted_at for one in counted)
    n = alone + len({one.cluster for one in counted if one.is_budgeted})
    few, many = parameters.calibration_few, parameters.calibration_many
    share = min(max((n - few) / (many - few), 0.0), 1.0)
    return population.q + (population.q_many - population.q) * share


def _effective(counted: Sequence[Said], mass: Sequence[int], total: int) -> float:
    sources: dict[tuple[bool, int], int] = {}
    for at, (one, m) in enumerate(zip(counted, mass, strict=True)):
        source = (True, one.cluster) if one.is_budgeted else (False, at)
        sources[source] = sources.get(source, 0) + m
    shares = [float(m) / float(total) for m in sources.values() if m]
    square = sum(round(share * share * FINE) for share in shares)
    return FINE / float(square) if square > 0 else 0.0


Rows = Sequence[tuple[float, float, float]]  # x, √P, and φ√P in grid steps: by a power of two, so that no bit changes


def _pulled(rows: Rows, k: int, c: float) -> int:
    theta, total = k * (1.0 / ONE), 0
    for x, root, pull in rows:
        u = (x - theta) * root
        total += round((c if u > c else -c if u < -c else u) * pull)
    return total


def _solve(rows: Rows, target: int, c: float, start: float) -> int:
    """The root, looked for around where Newton's method ends, and in whole steps from there."""
    if not rows:
        return target
    guess = round(_guess(rows, target / ONE, c, start) * ONE)
    low, high = guess - 2, guess + 1  # rounding alone moves it by one or two
    while low - _pulled(rows, low, c) >= target:
        low = max(high - 4 * (high - low), -REACH)
    while high - _pulled(rows, high, c) < target:
        high = min(low + 4 * (high - low), REACH)
    while high - low > 1:
        middle = (low + high) >> 1
        if middle - _pulled(rows, middle, c) >= target:
            high = middle
        else:
            low = middle
    return high


def _guess(rows: Rows, aim: float, c: float, theta: float) -> float:
    """Newton's method, kept in a bracket; how good it is costs time alone."""
    low, high = -REACH / ONE, REACH / ONE
    for _ in range(NEWTON_STEPS):
        pulled, slope = 0.0, ONE
        for x, root, pull in rows:
            u = (x - theta) * root
            if -c < u < c:
                pulled += u * pull
                slope += pull * root
            else:
                pulled += c * pull if u > 0.0 else -c * pull
        excess = theta * ONE - pulled - aim * ONE
        low, high = (theta, high) if excess < 0.0 else (low, theta)
        step = theta - excess / slope
        if abs(step - theta) < ENOUGH:
            return step
        theta = step if low < step < high else 0.5 * (low + high)
    return theta
