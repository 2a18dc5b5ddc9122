"""Every constant of the model, once, with its unit and its reason.

Unless a line says otherwise a number is of SCORING.md. θ is an item's latent merit, N(0, 1) a priori; z is a
standardised rating; P is the precision a review has about θ, in 1/θ².
"""

from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any

MODEL_VERSION = "1"  # goes into every hash; raise it with any change that can change a bit of a score


@dataclass(frozen=True, slots=True)
class Parameters:
    """The constants an epoch is fitted and items are scored with. Frozen; `hash` identifies them."""

    # One review's weight
    huber_c: float = 2.0  # standardised residual beyond which a review pulls no harder
    k_min: float = 0.05  # cap of P without trust: a stranger is heard, and moves θ by at most .45
    k_max: float = 10.0  # cap of P with full trust: one account moves θ by at most c·√10
    trust_full: float = 0.8  # trust at which the cap is k_max: what one verification gives
    slope_min: float = 0.05  # z per θ; below it a reviewer's ratings say nothing, and P is 0
    population_slope_min: float = 0.2  # of ā, z per θ: the item has 4 % of the variance at least, else no scale
    slope_cap: float = 4.0  # of the population's slope; keeps one absurd fit from claiming all information
    kappa: tuple[float, ...] = (1.0, 0.6, 0.8, 1.0, 1.2, 1.4)  # by confidence 0 (not stated), 1..5
    unsigned_bands: tuple[float, ...] = (0.025, 0.1, 0.4, 0.8)  # public values P takes for unsigned reviews

    # Standards of a form
    standard_min_reviews: int = 30  # before it, mean and sd of a criterion are the two below
    standard_mean: float = 0.5  # middle of the scale [0, 1]
    standard_sd: float = 0.25  # a quarter of the scale
    standard_sd_min: float = 0.001  # of the scale; keeps a nearly constant criterion finite
    standard_correlation: float = 1.0  # of two criteria; 1 never inflates z
    z_max: float = 16.0  # sd; more than any bounded scale says, and it bounds every sum

    # Fit of reviewers
    noise_shape: float = 1.5  # A0: reviewers' precisions differ about as Gamma(1.5)
    fit_min_reviews: int = 3  # a reviewer with fewer does not inform the hyperparameters
    fit_min_reviewers: int = 30  # with fewer of those every reviewer has the population's parameters
    fit_min_items: int = 10  # nor with fewer items that have two reviews
    merit_deviations: float = 3.0  # that items' mean squares exceed chance by, where reviewers can be told apart
    sweeps_max: int = 200  # most fits converge in 10 to 30, in none of 14,000 tried in more than 200
    tolerance: float = 1e-3  # root mean square change of θ in one sweep, at which the fit has converged
    damping: float = 0.5  # share of the new hyperparameter that a sweep takes

    noise_min: float = 0.02  # least within-item variance of z (rating steps alone cause as much)
    prior_item: float = 0.459  # shares of the variance of z, NeurIPS 2014 (Platt & Burges): the item
    prior_bias: float = 0.086  # the reviewer's bias
    prior_slope: float = 0.05  # (z per θ)², variance of slopes that the fit starts from
    prior_noise: float = 0.455  # the rest
    prior_freedom: float = 10.0  # degrees of freedom (reviewers, items) those shares weigh against the data

    # Rings (chosen on seeds 1..20 of tests/benchmarks/accuracy/rings.py)
    ring_degree_max: int = 300  # reviews; what more people read says little of two of them, and costs its square
    ring_shared_min: int = 3  # items that two accounts share before they are a pair, or a group is judged
    ring_edge_chance: float = 0.01  # edges that an account has by chance: too few for a triangle
    ring_edge: float = 4.0  # standard deviations of λ from which the threshold of edges rises
    ring_edge_floor: float = 0.5  # items², added to the variance of λ, which is 0 for those with hardly a review
    ring_raise: float = 1.25  # factor on that threshold for a component that is not dense
    ring_density: float = 0.4  # share of the rest of a group that everybody in it is tied to
    ring_size_min: int = 3  # accounts; two may always agree
    ring_departing: float = 1.2  # sd; an honest review is as far out one time in four
    ring_departure: float = 4.5  # sd of chance that gives a group a budget; honest: to 2.8, rings: from 5.6
    ring_joining: float = 4.0  # sd by which one more account departs as a ring does, on the items that the ring moved
    ring_floor: float = 0.02  # θ², that honest groups differ in taste by
    ring_taste: float = 0.02  # variance of what an honest group may share of t on all its items
    ring_square_max: float = 25.0  # of t² on one item, so that no item convicts

    # Interval and sort key
    interval_z: float = 1.2816  # normal quantile: an 80 % interval, whose lower end is `best`

    # Tiers and decisions
    tier_up: float = 0.80  # Pr(value ≥ threshold) that lifts a post into a tier
    tier_down: float = 0.50  # below it a post leaves its tier
    tier_hours: float = 24.0  # hours a post stays in a tier at least
    min_n_effective: float = 2.4  # effective reviews without which a post is `emerging`
    min_clusters: int = 2  # independent sources of them
    decide_at: float = 0.90  # Pr of acceptance that accepts; its complement rejects
    undecide_at: float = 0.75  # Pr below which an acceptance is withdrawn; its complement for a rejection
    contested_dispersion: float = 1.5  # mean squared standardised residual of a split community
    contested_balance: float = 0.5  # 4·W₊·W₋/W², 1 when both sides weigh the same
    quantile_tiers: tuple[float, ...] = (0.20, 0.50, 0.80, 0.95)  # ranks without a form

    # Reputation
    component_weights: tuple[float, ...] = (
        0.45,
        0.20,
        0.20,
        0.15,
    )  # publications, posts, reviewing, community
    cohort_prior: float = 20.0  # members of the whole community that weigh in each cohort's median
    half_saturation: float = 1.0  # X̃ where nobody has earned anything yet: one work at the .9 percentile
    impact_cap: float = 3.0  # g(π) at the .999 percentile and beyond
    venue_weight: float = 3.0  # works the venue's prior counts for at publication
    venue_decay_years: float = 2.0  # e-folding time of that weight
    verdict_delay_seconds: float = 30 * 86_400.0  # age at which a review is held against the later consensus
    gain_share: float = 0.5  # of a review's amount that its gain can earn

    def as_dict(self) -> dict[str, Any]:
        """A JSON-able dict from which `from_dict` makes an equal object."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Parameters":
        """The inverse of `as_dict`. A name that a later version of the model has dropped is passed over."""
        known = data.keys() & {field.name for field in fields(cls)}
        values: dict[str, Any] = {key: tuple(data[key]) if isinstance(data[key], list) else data[key] for key in known}
        return cls(**values)

    @property
    def hash(self) -> str:
        """sha256 over names and exact values (floats as hexadecimal), and over MODEL_VERSION."""
        lines = [f"{key}={_exact(value)}" for key, value in sorted(asdict(self).items())]
        return sha256("\n".join([MODEL_VERSION, *lines]).encode()).hexdigest()


def _exact(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(float(v).hex() for v in value)
    return float(value).hex()


DEFAULT = Parameters()
