"""The epoch in force, as the numbers that the fast clock needs."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.models import Epoch, ScoreLog
from scholarnet.services.observations import CRITERIA, KINDS, forms_table
from scoring.parameters import DEFAULT, MODEL_VERSION
from scoring.plain import Form
from scoring.population import Population, digest, prior_population

CACHED = 4  # epochs a process keeps ready: the one in force, the one before, and a little room


@dataclass(frozen=True, slots=True)
class Clock:
    """An epoch: its population, and which criteria and kinds of post its columns and rows are.

    `forms` keeps what of them was asked for in plain numbers, by the kind of post.
    """

    epoch_id: int
    criteria: tuple[str, ...]
    kinds: tuple[str, ...]
    population: Population
    forms: dict[str, Form]


_ready: dict[str, tuple[tuple[str, ...], tuple[str, ...], Population, dict[str, Form]]] = {}  # by the epoch's hash


def hash_of(population: Population, *parts: str) -> str:
    """Return the hash of an epoch: its population, what its columns and rows are, and what else it rests on."""
    return digest(population.hash, *CRITERIA, *KINDS, *parts)


def stored_population(population: Population) -> dict[str, Any]:
    """Return what an epoch's row keeps of a population."""
    return {"criteria": list(CRITERIA), "kinds": list(KINDS), "model": population.as_dict()}


def current_epoch_id() -> ScalarSelect[int | None]:
    """The epoch in force, as a part of a statement: so that its rows and the pointer are read together."""
    return select(ScoreLog.current_epoch_id).scalar_subquery()


def clock_of(session: Session, epoch_id: int, epoch_hash: str | None = None) -> Clock:
    """Return the clock of an epoch; parsed once a process. Who has read its hash already saves a statement."""
    key = epoch_hash or session.scalars(select(Epoch.hash).where(Epoch.id == epoch_id)).one()
    if key not in _ready:
        stored = session.scalars(select(Epoch.population).where(Epoch.id == epoch_id)).one()
        model = Population.from_dict(stored["model"])
        while len(_ready) >= CACHED:
            _ready.pop(next(iter(_ready)))
        _ready[key] = tuple(stored["criteria"]), tuple(stored["kinds"]), model, {}
    return Clock(epoch_id, *_ready[key])


def add_first_epoch(session: Session) -> Epoch:
    """Add the epoch before any fit: every reviewer is the average one (NeurIPS 2014)."""
    population = prior_population(forms_table(), DEFAULT)
    epoch = Epoch(
        model_version=MODEL_VERSION,
        hash=hash_of(population),
        log_position=0,
        as_of=now(),
        population=stored_population(population),
        is_complete=True,
    )
    session.add(epoch)
    session.flush()
    return epoch
