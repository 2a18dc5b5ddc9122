"""Seeding, as `scholarnet seed` and `scholarnet demo` do it."""

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.cli.progress import phases
from api.config import Config
from scholarnet.db import autocommit, now
from scholarnet.errors import Conflict, Forbidden
from scholarnet.models import Researcher
from seed.community import grow
from seed.crowd import gather
from seed.draws import Sizes

RESEARCHERS, SEED = 100, 1  # of the demo


def refuse_production(config: Config) -> None:
    """Seeded accounts have a password that everybody knows."""
    if config.environment == "production":
        msg = "seeded accounts have a public password, so production is not seeded; unset SCHOLARNET_ENVIRONMENT to try"
        raise Forbidden(msg)


def is_empty(engine: Engine) -> bool:
    """Whether nobody is there yet."""
    with Session(engine) as session:
        return session.scalar(select(Researcher.id).limit(1)) is None


def _refuse_full(engine: Engine) -> None:
    if not is_empty(engine):
        msg = (
            f"{engine.url!r} holds researchers already, and seeding is for an empty database; name another one, "
            "such as: SCHOLARNET_DATABASE_URL=sqlite:///instance/seeded.db"
        )
        raise Conflict(msg)


def plant_crowd(engine: Engine, *, sizes: Sizes, seed: int) -> None:
    """Load a crowd into an empty database, all of it or nothing, and say what is under way."""
    _refuse_full(engine)
    with phases() as begin:
        connection = engine.raw_connection()
        try:
            gather(engine, connection, sizes=sizes, seed=seed, now=now(), on_progress=begin)
            begin("commit")
            connection.commit()
        finally:
            connection.invalidate()  # with all that was set on it; what was not committed is gone with it
        begin("statistics of the tables")
        with autocommit(engine).connect() as analysing:
            analysing.exec_driver_sql("ANALYZE")


def plant(engine: Engine, *, n_researchers: int, seed: int) -> None:
    """Grow a community in an empty database, all of it or nothing, and show how far it is."""
    _refuse_full(engine)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress,
        Session(engine) as session,
    ):
        task = progress.add_task("Seeding", total=None)
        grow(
            session,
            n_researchers=n_researchers,
            seed=seed,
            now=now(),
            on_progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
        session.commit()
