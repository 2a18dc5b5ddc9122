"""An epoch computed again from its export, by somebody who has never seen the database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any, NoReturn, TypeAlias

import numpy as np

from scholarnet.errors import DomainError, InputError
from scholarnet.forms import PostKind
from scholarnet.services.clock import stored_population
from scholarnet.services.computed import Computed
from scholarnet.services.epoch_exports import Filed
from scholarnet.services.epoch_hashes import scores_hash
from scholarnet.services.epoch_inputs import Recorded
from scholarnet.services.epoch_records import Record
from scholarnet.services.epochs import compute_epoch
from scholarnet.services.observations import KINDS
from scholarnet.services.snapshots import Snapshot
from scoring.parameters import MODEL_VERSION, Parameters
from scoring.population import Population
from scoring.root import ONE
from scoring.scale import Scale
from scoring.told import told_roots

Roots: TypeAlias = tuple[str, int, int, int, int]


class NotReplayed(DomainError):
    """What was computed is not what the export says."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was verified from a public export."""

    n_posts: int
    n_reviews: int
    scores_hash: str


def replay(
    epoch: Recorded, *, parameters: Parameters | None = None, as_of: datetime | None = None
) -> tuple[Snapshot, Computed]:
    """Compute the epoch again, its items scored file by file; under its own parameters and moment unless others are
    given. Raises NotConverged."""
    snapshot = replace(epoch.snapshot, as_of=as_of or epoch.snapshot.as_of)
    used = parameters or epoch.population.parameters
    return snapshot, compute_epoch(snapshot, parameters=used, part=epoch.part)


def first_difference(manifest: Record, kept: Filed, computed: Computed, found: Filed) -> str:
    """Say where what was computed first differs from what the export says: in the model, then record by record."""
    if manifest["model_version"] != MODEL_VERSION:
        return f"the model: version {manifest['model_version']} in the export, {MODEL_VERSION} here"
    beside = _leaves(manifest["population"]), _leaves(stored_population(computed.fit.population))
    if difference := _differing(*beside):
        return f"the population: {difference}"
    for (name, was), (_, now) in zip_longest(kept, found, fillvalue=("", {})):
        if difference := _differing(_leaves(was), _leaves(now)):
            return f"{name}, {was.get('section')} {was.get('id') or was.get('at')}: {difference}"
    return "what is recorded agrees: the moment, the log position, or what only the hash covers"


def verify_scores(name: str, manifest: Record, files: Iterable[Iterable[Record]]) -> Verified:
    """Find the root of every post of a public export again. NotReplayed names the post, and the number, that is not
    what its reviews give; InputError where the records are not those of a public export.

    The hash over all scores is compared only where no post was left out.
    """
    try:
        population = Population.from_dict(manifest["population"]["model"])
        found: list[Roots] = []
        n_reviews = 0
        for records in files:
            posts, reviews = _sections(records)
            n_reviews += len(reviews)
            found += _verify(name, posts, reviews, population)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise InputError(name, f"these are not the records of a public export: {error}") from error
    verified = Verified(len(found), n_reviews, scores_hash(found))
    if verified.scores_hash != manifest["scores_hash"] and verified.n_posts >= manifest["n_posts"]:
        msg = f"{name}: the scores' hash is {verified.scores_hash}, and the export says {manifest['scores_hash']}"
        raise NotReplayed(msg)
    return verified


def _sections(records: Iterable[Record]) -> tuple[list[Record], list[Record]]:
    posts: list[Record] = []
    reviews: list[Record] = []
    for record in records:
        (posts if record["section"] == "post" else reviews).append(record)
    return posts, reviews


def _verify(name: str, posts: list[Record], reviews: list[Record], population: Population) -> Iterator[Roots]:
    place = {post["id"]: at for at, post in enumerate(posts)}
    item = np.array([place[review["post"]] for review in reviews], dtype=np.int64)
    x, p, phi = (np.array([review[one] for review in reviews], dtype=np.float64) for one in ("x", "p", "phi"))
    q = np.array([post["q"] for post in posts], dtype=np.float64)
    k = told_roots(x, p, phi, item, q, population.parameters)
    forms = np.array([KINDS.index(PostKind(post["kind"])) for post in posts], dtype=np.int64)
    ratings = Scale.of(forms, population).clipped(k / ONE).T.tolist()
    count = np.bincount(item, minlength=len(posts)).tolist()
    for at, post in enumerate(posts):
        theta, low, high = k[:, at].tolist()
        told = {"theta_k": theta, "best_k": low, "low_k": low, "high_k": high, "n_reviews": count[at]}
        if count[at]:
            told |= dict(zip(("value", "low", "high"), ratings[at], strict=True))
        for one, value in told.items():
            if post[one] != value:
                _refuse(f"{name}, post {post['id']}: {one} is {post[one]!r} there, and {value!r} by its reviews")
        yield post["id"], theta, low, low, high


def _leaves(thing: Any, path: str = "") -> dict[str, Any]:
    """Every leaf of a record by its path."""
    if isinstance(thing, dict):
        return {at: one for key, value in thing.items() for at, one in _leaves(value, f"{path}.{key}").items()}
    if isinstance(thing, list | tuple):
        return {at: one for key, value in enumerate(thing) for at, one in _leaves(value, f"{path}.{key}").items()}
    return {path.lstrip("."): thing}


def _differing(was: dict[str, Any], now: dict[str, Any]) -> str:
    for path in {**was, **now}:
        if was.get(path) != now.get(path):
            return f"{path} is {was.get(path)!r} in the export, {now.get(path)!r} computed"
    return ""


def _refuse(message: str) -> NoReturn:
    raise NotReplayed(message)
