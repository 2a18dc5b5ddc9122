"""Every constant of the model, once, with its unit and its reason.

Unless a line says otherwise a number is of SCORING.md. θ is an item's latent merit, N(0, 1) a priori; z is a
standardised rating; P is the precision a review has about θ, in 1/θ².
"""

from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any

MODEL_VERSION = "4"  # goes into every hash; raise it with any change that can change a bit of a score


@dataclass(frozen=True, slots=True)
class Parameters:
    """The constants an epoch is fitted and items are scored with. Frozen; `hash` identifies them."""

    # One review's weight
    huber_c: float = 2.0  # standardised residual beyond which a review pulls no harder
    k_min: float = 0.05  # cap of P without trust: a stranger is heard, and moves θ by at most .45
    k_max: float = 10.0  # cap of P with full trust: one account alone moves θ by at most c·√10
    k_growth: float = 1.0  # by which k_max rises with every trusted review of the item: in a crowd one is diluted
    k_limit: float = 100.0  # where that ends: one account moves θ by at most c·10, on an item with 90 trusted reviews
    trust_full: float = 0.8  # trust at which the cap is k_max: what one verification gives
    slope_min: float = 0.05  # z per θ; below it a reviewer's ratings say nothing, and P is 0
    population_slope_min: float = 0.2  # of ā, z per θ: the item has 4 % of the variance at least, else no scale
    slope_cap: float = 4.0  # of the population's slope; keeps one absurd fit from claiming all information
    kappa: tuple[float, ...] = (1.0, 0.6, 0.8, 1.0, 1.2, 1.4)  # by confidence 0 (not stated), 1..5
    faded_share: float = 0.5  # of P, that a review keeps whose author agrees, or is silent, that it was addressed
    unsigned_bands: tuple[float, ...] = (0.025, 0.1, 0.4, 0.8)  # public values P takes for unsigned reviews

    # Trust along vouches
    trust_share: float = 0.8  # of an account's trust that its vouches pass on at most; below 1, so that cycles fade
    trust_sink: float = 5.0  # vouches that an account with few is taken to have given to nobody: each passes on little
    trust_tolerance: float = 1e-8  # L1 distance of all trust from the fixed point

    # Budgets: what many accounts together can move an item by
    trusted_at: float = 0.2  # trust from which an account is no longer one of the unvouched
    pool_base: float = 0.5  # Σφ√P, in 1/θ, that the unvouched have together on any item: they move θ by at most c·.5
    pool_share: float = 0.1  # of the Σφ√P of the trusted, that the unvouched have besides
    cluster_budget: float = 1.5  # B, Σφ√P of one cluster on one item: it moves θ by at most c·1.5

    # Standards of a form
    standard_min_reviews: int = 30  # before it, mean and sd of a criterion are the two below
    standard_mean: float = 0.5  # middle of the scale [0, 1]
    standard_sd: float = 0.25  # a quarter of the scale
    standard_sd_min: float = 0.001  # of the scale; keeps a nearly constant criterion finite
    standard_correlation: float = 1.0  # of two criteria; 1 never inflates z
    z_max: float = 16.0  # sd; more than any bounded scale says, and it bounds every sum

    # Fit of reviewers
    noise_shape: float = (
        0.5  # A0; SCORING.md has 1.5: .5 gains .005 of τ in the dense columns, .006 in sparse random .3
    )
    fit_min_reviews: int = 3  # a reviewer with fewer does not inform the hyperparameters
    fit_min_reviewers: int = 30  # with fewer of those every reviewer has the population's parameters
    fit_min_items: int = 10  # nor with fewer items that have two reviews
    merit_deviations: float = 3.0  # that items' mean squares exceed chance by, where reviewers can be told apart
    sweeps_max: int = 200  # most fits converge in 10 to 30, in none of 14,000 tried in more than 200
    tolerance: float = 1e-3  # root mean square change of θ in one sweep, at which the fit has converged
    damping: float = 0.5  # share of the new hyperparameter that a sweep takes

    noise_min: float = 0.005  # least within-item variance of z: ratings in steps of a tenth cause about .013
    prior_item: float = 0.459  # shares of the variance of z, NeurIPS 2014 (Platt & Burges): the item
    prior_bias: float = 0.086  # the reviewer's bias
    prior_slope: float = 0.05  # (z per θ)², variance of slopes that the fit starts from
    prior_noise: float = 0.455  # the rest
    prior_freedom: float = 10.0  # degrees of freedom (reviewers, items) those shares weigh against the data

    # Rings (chosen on seeds 1..20 of tests/benchmarks/accuracy/rings.py)
    ring_degree_max: int = 300  # reviews; what more people read says little of two of them, and costs its square
    ring_shared_min: int = 3  # items that two accounts share before they are a pair, or a group is judged
    ring_edge_chance: float = 1.0  # edges that an account has by chance: a clique stands out among them
    ring_edge: float = 1.6  # standard deviations of λ from which the threshold of edges rises
    ring_edge_floor: float = 0.5  # items², added to the variance of λ, which is 0 for those with hardly a review
    ring_raise: float = 1.25  # factor on that threshold for a component that is not dense
    ring_density: float = 0.4  # share of the rest of a group that everybody in it is tied to
    ring_size_min: int = 3  # accounts; two may always agree
    ring_departing: float = 1.2  # sd; an honest review is as far out one time in four
    ring_departure: float = 4.5  # sd of chance that gives a group a budget; honest: to 2.8, rings: from 5.6
    ring_margin: float = 2.5  # sd by which that has to exceed the greatest of as many normals as there are candidates
    ring_joining: float = 4.0  # sd by which one more account departs as a ring does, on the items that the ring moved
    ring_floor: float = 0.02  # θ², that honest groups differ in taste by
    ring_taste: float = 0.02  # variance of what an honest group may share of t on all its items
    ring_square_max: float = 25.0  # of t² on one item, so that no item convicts

    # Push: a share of an item's ratings given to move its score
    push_first: int = 7  # sweep after which a fit looks for pushes first: before, nobody is known
    push_every: int = 4  # sweeps from one look to the next
    push_last: int = 11  # sweep after which what was seen stands: a third look changed no figure, and each is dear
    push_still: float = 0.05  # change of φ_push in one look, below which it has settled
    push_bin: float = 0.1  # of the range, least width of a bin
    push_habit: float = 0.1  # η: share of ratings that follow the author's habits and not the item
    push_pseudo_counts: float = 10.0  # of everybody's ratings in each author's habits
    push_shares: tuple[float, ...] = (0.1, 0.2, 0.3, 0.45)  # ε; what more than half give is the public's view
    push_points: int = 33  # of θ's grid
    push_reach: float = 4.0  # θ's grid spans ±4
    push_share_min: float = 0.002  # least share of items held to be pushed
    push_share_max: float = 0.02  # greatest
    push_temper: float = 60.0  # reviews beyond which more are no more evidence: nobody's habits are known exactly
    push_probable: float = 0.3  # Pr(push) below which nothing is taken from anybody
    push_certain: float = 0.5  # from which it counts in full
    push_floor: float = 0.05  # least φ
    push_min_reviews: int = 12  # of an item, below which a push cannot be told
    push_min_ends: int = 3  # ratings at the end
    push_min_others: int = 2  # ratings elsewhere
    push_distance: float = 0.25  # of the range, from the end to the others' mean
    push_alone: float = 0.5  # δ: probability that who pushes something leaves another pushed item alone
    push_known_max: float = 3.0  # log odds; most that an author's reviews of other items say
    push_kinds: tuple[float, float] = (
        0.5,
        0.3,
    )  # shares of pushes together and apart; the rest: fans who meet by chance
    split_shares: tuple[float, ...] = (0.2, 0.35, 0.5, 0.65, 0.8)  # of the group that likes the item better
    split_push_ratio: float = 20.0  # items that split their reviewers honestly, for each one that is pushed
    push_slack: float = 2.0  # of the screen's log-likelihood ratio, for its guesses are no integrals

    # Interval and sort key
    interval_z: float = 1.2816  # normal quantile: an 80 % interval, whose lower end is `best`
    calibration_quantile: float = 0.9  # of the differences between the halves of an item's reviews; q is read off it
    calibration_z: float = 1.6449  # normal quantile that it is compared with: two sides of 90 %
    calibration_weight: float = 30.0  # items without any difference from q = 1 that weigh against those seen
    calibration_min_reviews: int = 4  # of an item that has halves to compare
    calibration_items: int = 4096  # that are compared at most: q is known to 1.4 % by those
    calibration_draws: int = 4  # of halves of the same items, at most: one alone leaves q uncertain by another 2 %
    calibration_reviews: int = 65_536  # drawn in all, beyond which there is but one draw: what more costs, less needs
    calibration_few: float = 10.0  # sources of an item up to which q is that of items with few reviews
    calibration_many: float = 20.0  # from which it is that of items with many; between, it goes from one to the other
    calibration_limit: float = 2.0  # of q and of 1/q, so that no community can make its intervals vanish

    # Tiers and decisions. Where something is left again was chosen on seeds 1..6 of tests/scoring/arrivals.py with a
    # fit in every epoch: of moves between tiers .1 % are taken back within two days (23 % with SCORING.md's .50, no
    # keep_n_effective and no margin; 37 % without any hysteresis), and a decision at 10 reviews is left in .9 % of the
    # cases (5.7 % with SCORING.md's .90 and .75, 1.9 % with .90 and .40).
    tier_up: float = 0.80  # Pr(value ≥ threshold) that lifts a post into a tier
    tier_down: float = 0.30  # below it a post leaves its tier; SCORING.md has .50
    tier_hours: float = 24.0  # hours a post stays in a tier at least
    min_n_effective: float = 2.4  # effective reviews without which a post is `emerging`
    keep_n_effective: float = 1.6  # below which it is so again: three reviews of unequal weight lie about 2.4
    min_clusters: int = 2  # independent sources of them
    decide_at: float = 0.95  # Pr of acceptance that accepts; its complement rejects; SCORING.md has .90
    undecide_at: float = 0.40  # Pr below which an acceptance is withdrawn; its complement for a rejection; .75 there
    contested_dispersion: float = 1.5  # mean squared standardised residual of a split community
    uncontested_dispersion: float = 0.8  # at which it is one no more; honest reviewers have 1
    contested_balance: float = 0.5  # 4·W₊·W₋/W², 1 when both sides weigh the same
    uncontested_balance: float = 0.3  # below which they are not split any more: nine to one weighs .36
    refit_margin: float = 0.20  # rating units that a value drifts by before a post without new reviews is judged again:
    # about half an sd at ten reviews, and more than a refit moves one value in a hundred by (.18 in a young community)
    quantile_tiers: tuple[float, ...] = (0.20, 0.50, 0.80, 0.95)  # ranks without a form

    # Trending: every event counts by its day
    trend_half_life: float = 3.0  # H, days
    trend_review: float = 1.0  # weight of a review: it costs its author most, and is the unit
    trend_recommendation: float = 0.4  # a name in public, without reasons
    trend_save: float = 0.15  # seen by nobody, and free
    trend_pool_base: float = 0.1  # of a trusted review, that all the unvouched weigh on one post and day
    trend_pool_share: float = 0.1  # of what the trusted weigh there, that they have besides; as `pool_share`
    trend_cluster: float = 1.0  # that one budgeted cluster weighs on one post and day: no more than one of its members
    trend_base_days: int = 90  # whose events are a topic's base rate
    trend_base_rate: float = 0.1  # events and half-life a post has where nothing is known of any topic
    trend_base_posts: float = 5.0  # posts of all topics that weigh in each topic's rate

    # Trends: what rises, for editors
    rise_accounts: int = 2  # trusted and independent, without which nothing rises
    rise_prior: float = (
        0.3  # weight added to what was and what was to be expected: one save is no rise of a still field
    )
    rise_min: float = 0.4  # ln of the ratio of the two from which something rises: half as much again
    rise_value: float = 5.0  # rating units, below which a reviewed post does not rise, however many note it

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
    gain_share: float = 0.5  # of a review's amount that its gain can earn; the rest is for its helpfulness
    byline_max: int = 50  # authors of a work beyond which it makes nobody co-authors
    exchange_min: float = 5.0  # citations, or votes, of one to another before they can be a ring's
    exchange_share: float = 0.1  # of all that the one gave, and of all that the other got, from which they are much
    exchange_excess: float = 3.0  # of √(λ + 1), by which they have to exceed λ, what chance would give
    votes_together: float = 1.0  # votes that a cluster's, and those given in return, weigh on one review
    answer_worth: float = 2.0  # followers that an accepted answer is worth
    source_most: float = 3.0  # followers that one account is worth to one researcher, whatever it does
    returned_share: float = 0.5  # of a follow that is returned
    unsigned_min: int = 3  # unsigned reviews of one quarter before it gives credit, and what it gives credit for
    unsigned_crowd: int = 5  # people who have as many in that quarter, without whom nobody gets any

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
