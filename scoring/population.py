"""What an epoch freezes: the population reviewers come from, and the table of the reviewers it has met."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from scoring.arrays import Floats, Ints, codes, floats
from scoring.parameters import Parameters
from scoring.review_table import ReviewTable
from scoring.reviews import Forms
from scoring.standards import Standards, default_standards

_FLOATS = ("bias", "slope", "variance", "trust", "budget")
_READ, _SHARED = ("bias", "slope", "variance"), ("trust", "cluster", "budget")
_SCALARS = ("abar", "sigma_b2", "sigma_a2", "tau0", "q", "q_many")


class Read(Protocol):
    """How each review is read, float64[n]: bias in z, slope in z per θ, variance in z²."""

    @property
    def bias(self) -> Floats: ...
    @property
    def slope(self) -> Floats: ...
    @property
    def variance(self) -> Floats: ...


@dataclass(frozen=True, slots=True)
class ReviewerTable:
    """One row a reviewer; z = bias + slope·θ + noise.

    bias       float64[r], in z
    slope      float64[r] ≥ 0, z per θ
    variance   float64[r] > 0, in z²: noise plus what is not known about bias and slope
    trust      float64[r] in [0, 1]
    n_reviews  int64[r], reviews that the row was fitted on
    cluster    int64[r], code of the cluster the reviewer was found in; -1: of none
    budget     float64[r] ≥ 0, Σφ√P in 1/θ that the cluster has on one item; inf: none
    """

    bias: Floats
    slope: Floats
    variance: Floats
    trust: Floats
    n_reviews: Ints
    cluster: Ints
    budget: Floats

    def __len__(self) -> int:
        return len(self.bias)

    def take(self, rows: Ints) -> "ReviewerTable":
        """The reviewers in `rows`, in that order."""
        return ReviewerTable(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def readings(self, reviewer: Ints, voices: "Read | None" = None, push: Floats | None = None) -> ReviewTable:
        """How reviews by these reviewers are read: by their authors' rows alone, as of whom no epoch has met.

        Given `voices` and φ_push, float64[n], by those. ValueError if there is no row for one of the reviewers.
        """
        reviewer = codes(reviewer, "reviewer", len(reviewer), below=len(self))
        columns = {name: getattr(self, name)[reviewer] for name in _SHARED}
        columns |= {name: getattr(voices, name) if voices else getattr(self, name)[reviewer] for name in _READ}
        return ReviewTable(**columns, push=np.ones(len(reviewer)) if push is None else push)

    def sharing(self, reviewer: Ints, push: Floats) -> ReviewTable:
        """Of `readings`, what says who shares a budget; the rest is 0, and takes no memory."""
        columns = {name: np.broadcast_to(0.0, len(reviewer)) for name in _READ}
        nobody = {
            "cluster": np.broadcast_to(np.int64(-1), len(reviewer)),
            "budget": np.broadcast_to(np.inf, len(reviewer)),
        }
        is_shared = (self.cluster >= 0).any()
        columns |= {name: getattr(self, name)[reviewer] for name in _SHARED if is_shared or name not in nobody}
        return ReviewTable(**({} if is_shared else nobody), **columns, push=push)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able columns with exact floats; a budget that there is not is None."""
        columns = {field.name: getattr(self, field.name).tolist() for field in fields(self)}
        return columns | {"budget": [None if budget == math.inf else budget for budget in columns["budget"]]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "ReviewerTable":
        """The inverse of `as_dict`. KeyError or ValueError where the dict is not one of its making."""
        shape = (len(data["bias"]),)
        given = {**data, "budget": [math.inf if budget is None else budget for budget in data["budget"]]}
        columns: dict[str, Any] = {name: floats(given[name], f"reviewers: {name}", shape) for name in _FLOATS}
        columns |= {name: np.array(data[name], dtype=np.int64) for name in ("n_reviews", "cluster")}
        return cls(**columns)


@dataclass(frozen=True, slots=True)
class Population:
    """The hyperparameters of one epoch: b ~ N(0, sigma_b2), a ~ N(abar, sigma_a2), τ ~ Gamma with mean tau0.

    abar in z per θ, sigma_b2 in z², sigma_a2 in (z per θ)², tau0 in 1/z²; q and q_many stretch every interval, of items
    with few and with many sources (1 until `calibration` has seen how far halves of reviews differ); bands are the
    public precisions of unsigned reviews, ascending, in 1/θ².
    """

    parameters: Parameters
    forms: Forms
    standards: Standards
    abar: float
    sigma_b2: float
    sigma_a2: float
    tau0: float
    q: float
    q_many: float
    bands: Floats

    @property
    def newcomer_variance(self) -> float:
        """Variance of a review by somebody whom no epoch has met, in z²: noise, and what is not known of b and a."""
        return 1.0 / self.tau0 + self.sigma_b2 + self.sigma_a2

    def newcomers(self, trust: ArrayLike) -> ReviewerTable:
        """Rows for reviewers whom no epoch has met, given their trust, float64[r]: average, and uncertain."""
        given = np.atleast_1d(np.asarray(trust, dtype=np.float64))
        shape = given.shape
        return ReviewerTable(
            np.zeros(shape),
            np.full(shape, self.abar),
            np.full(shape, self.newcomer_variance),
            given,
            np.zeros(shape, dtype=np.int64),
            np.full(shape, -1, dtype=np.int64),
            np.full(shape, math.inf),
        )

    def stretch(self, n_sources: Ints) -> Floats:
        """What the interval of items with so many independent sources is stretched by, float64 like them."""
        few, many = self.parameters.calibration_few, self.parameters.calibration_many
        share = np.clip((n_sources - few) / (many - few), 0.0, 1.0)
        return np.asarray(self.q + (self.q_many - self.q) * share)

    @property
    def hash(self) -> str:
        """sha256 over the parameters, MODEL_VERSION, and the bit pattern of every number."""
        return digest(self.parameters.hash, *self._numbers())

    def _numbers(self) -> tuple[ArrayLike, ...]:
        scalars = (self.abar, self.sigma_b2, self.sigma_a2, self.tau0, self.q, self.q_many)
        forms, standards = self.forms, self.standards
        form_numbers = (forms.weights, forms.low, forms.high)
        return *form_numbers, standards.mean, standards.sd, standards.correlation, scalars, self.bands

    def as_dict(self) -> dict[str, Any]:
        """A JSON-able dict; JSON carries float64 exactly, so `from_dict` gives the same hash."""
        return {
            "parameters": self.parameters.as_dict(),
            "forms": {f.name: getattr(self.forms, f.name).tolist() for f in fields(Forms)},
            "standards": {f.name: getattr(self.standards, f.name).tolist() for f in fields(Standards)},
            **{name: getattr(self, name) for name in _SCALARS},
            "bands": self.bands.tolist(),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Population":
        """The inverse of `as_dict`. KeyError or ValueError where the dict is not one of its making."""
        forms, standards = data["forms"], data["standards"]
        data = {"q_many": data["q"], **data}  # an epoch of version 2 has one q for all
        return cls(
            parameters=Parameters.from_dict(data["parameters"]),
            forms=Forms(**{f.name: np.array(forms[f.name], dtype=np.float64) for f in fields(Forms)}),
            standards=Standards(**{f.name: np.array(standards[f.name]) for f in fields(Standards)}),
            bands=np.array(data["bands"], dtype=np.float64),
            **{name: float(data[name]) for name in _SCALARS},
        )


def prior_population(forms: Forms, parameters: Parameters) -> Population:
    """The population before any review exists: the shares of NeurIPS 2014 on the middle of the scale."""
    return Population(
        parameters,
        forms,
        default_standards(forms, parameters),
        abar=float(np.sqrt(parameters.prior_item)),
        sigma_b2=parameters.prior_bias,
        sigma_a2=0.0,
        tau0=1.0 / parameters.prior_noise,
        q=1.0,
        q_many=1.0,
        bands=np.array(parameters.unsigned_bands),
    )


def digest(*parts: str | ArrayLike) -> str:
    """sha256 over texts and the little-endian bit patterns of numbers, each with its length."""
    return digest_each(parts)


def digest_each(parts: Iterable[str | ArrayLike]) -> str:
    """The same, of parts that are made one after the other: some are as long as there are reviews."""
    state = sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else np.ascontiguousarray(part, dtype="<f8").data
        state.update(memoryview(data).nbytes.to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()
