"""`scholarnet demo`: a community to look at, in one command."""

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.cli.planting import RESEARCHERS, SEED, is_empty, plant, refuse_production
from api.cli.progress import steps
from api.cli.server import check_free, run
from api.cli.standings import show
from api.cli.store import any_engine
from api.config import Config
from api.jobs import run_epoch
from scholarnet import migration
from scholarnet.models import Epoch, ScoreLog
from seed.people import KNOWN, PASSWORD

HOST = "127.0.0.1"


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="End after printing the ranking.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where to serve.")
def command(*, no_serve: bool, port: int) -> None:
    """Make a community, fit its scores, print the ranking and serve it on 127.0.0.1.

    A second run keeps what is there. Remove the folder instance/ to begin anew.

    \b
    Example:
      scholarnet demo --no-serve
    """
    config = Config.from_environment()
    refuse_production(config)
    if not no_serve:
        check_free(HOST, port)
    with any_engine(config) as engine:
        _prepare(engine)
        show(engine)
    _say_who()
    if no_serve:
        click.echo("Serve it with: scholarnet demo")
        return
    click.echo(f"http://{HOST}:{port}/api/v1/docs   (stop with Ctrl-C)")
    run(config, host=HOST, port=port, workers=1, has_worker=False)


def _prepare(engine: Engine) -> None:
    """Tables, people and an epoch, as far as they are missing."""
    with engine.begin() as connection:
        migration.upgrade(connection)
    if is_empty(engine):
        plant(engine, n_researchers=RESEARCHERS, seed=SEED)
    if _is_behind(engine):
        with steps() as progress:
            run_epoch(engine, progress=progress)


def _is_behind(engine: Engine) -> bool:
    """Whether the log has lines that the epoch in force has not seen."""
    with Session(engine) as session:
        last, epoch_id = session.execute(select(ScoreLog.last_sequence, ScoreLog.current_epoch_id)).one()
        seen = session.scalar(select(Epoch.log_position).where(Epoch.id == epoch_id))
    return bool(last > (seen or 0))


def _say_who() -> None:
    people = ", ".join(f"{one.handle} ({one.role})" for one in KNOWN)
    click.echo(f"\nSign in as {people}; the password of each is {PASSWORD}")
