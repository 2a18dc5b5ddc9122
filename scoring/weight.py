"""What one review says about its item, and how loudly: x, its reading of θ, and P, its precision (SCORING.md, 4)."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Bools, Floats, Ints
from scoring.parameters import Parameters
from scoring.population import Population
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews

READING_MAX = 32.0  # |x| in θ; far outside N(0, 1), and it bounds the search for the root


@dataclass(frozen=True, slots=True)
class Weights:
    """Aligned with the reviews.

    reading    float64[n], x in θ
    precision  float64[n], P in 1/θ², 0 where the review says nothing
    is_capped  bool[n], whether the account's cap K bit
    band       int64[n], index into the public bands for an unsigned review, -1 for a signed one or below every band
    """

    reading: Floats
    precision: Floats
    is_capped: Bools
    band: Ints


def caps(trust: Floats, n_trusted: Ints, parameters: Parameters) -> Floats:
    """K of accounts with this trust on items with so many trusted reviews, float64 of the shape of both.

    From k_min without trust to K_p = min(k_limit, k_max + k_growth·n_trusted) at trust_full.
    """
    return cap_of(full_caps(n_trusted, parameters), cap_shares(trust, parameters), parameters)


def cap_of(full: Floats, share: Floats, parameters: Parameters) -> Floats:
    """K of accounts with this share of what an item's cap is in full."""
    return np.asarray(parameters.k_min + (full - parameters.k_min) * share)


def full_caps(n_trusted: Ints, parameters: Parameters) -> Floats:
    """K_p, the cap of whoever is trusted in full, of items with so many trusted reviews."""
    return np.asarray(np.minimum(parameters.k_limit, parameters.k_max + parameters.k_growth * n_trusted))


def cap_shares(trust: Floats, parameters: Parameters) -> Floats:
    """What trust gives of the way from k_min to the cap in full, in [0, 1]."""
    return np.asarray(np.minimum(1.0, trust / parameters.trust_full))


def natural_precision(slope: Floats, variance: Floats, parameters: Parameters) -> Floats:
    """a²/variance, in 1/θ²; 0 below the least slope: a reviewer who does not tell good from bad says nothing."""
    return np.where(slope < parameters.slope_min, 0.0, slope * slope / variance)


def readings(z: Floats, bias: Floats, slope: Floats, parameters: Parameters) -> Floats:
    """x = (z − b)/a in θ, 0 below the least slope, clipped to ±READING_MAX."""
    blind = slope < parameters.slope_min
    return np.where(blind, 0.0, np.clip((z - bias) / np.where(blind, 1.0, slope), -READING_MAX, READING_MAX))


def public_precision(precision: Floats, bands: Floats) -> tuple[Floats, Ints]:
    """The greatest band not above each precision, and its index; 0 and -1 below every band."""
    band = np.searchsorted(bands, precision, side="right") - 1
    return np.where(band >= 0, bands[np.maximum(band, 0)], 0.0), band


def weigh(reviews: Reviews, z: Floats, table: ReviewTable, n_trusted: Ints, population: Population) -> Weights:
    """Readings and precisions of reviews whose standardised ratings are `z`, read by the rows of `table`.

    P = e · min(κ · a²/variance, K), K by trust and by the item's `n_trusted`, int64[items]. The cap comes after κ, so
    that nobody buys influence with stated confidence. An unsigned review is read with the population's b = 0 and
    a = ā, and its P is e times the greatest public band not above the minimum, so that nothing published holds a
    personal number of its author. Its e is public, and comes after the band: half a review is half, not a band less.
    """
    parameters, signed = population.parameters, reviews.is_signed
    slope = np.where(signed, table.slope, population.abar)
    kappa = np.array(parameters.kappa)[reviews.confidence]
    natural = kappa * natural_precision(table.slope, table.variance, parameters)
    cap = caps(table.trust, n_trusted[reviews.item], parameters)
    precision = np.minimum(natural, cap)
    public, band = public_precision(precision, population.bands)
    return Weights(
        readings(z, np.where(signed, table.bias, 0.0), slope, parameters),
        reviews.eligibility * np.where(signed, precision, public),
        natural > cap,
        np.where(signed, -1, band),
    )
