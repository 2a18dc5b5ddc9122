"""`scholarnet score`: fit a new epoch and switch to it."""

from dataclasses import replace
from datetime import timedelta

import click

from api.cli.progress import steps
from api.cli.store import ready_engine
from api.cluster import ClusterLost
from api.config import Config
from api.jobs import Terms, TimeLimit, run_epoch
from api.priority import stand_back
from scholarnet.errors import Conflict
from scoring.sweeps import NotConverged


@click.command("score")
@click.option("--scheduler", metavar="tcp://HOST:PORT", help="Fit on the workers of this Dask scheduler.")
def command(*, scheduler: str | None) -> None:
    """Fit a new epoch from all public reviews, and switch the scores, tiers and reputations to it.

    Readers and writers go on meanwhile. If no fit can be found in SCHOLARNET_EPOCH_LIMIT seconds, the epoch in force
    stays. One fit runs at a time, here or by the worker; an epoch that was written when the one before broke off is
    switched to in place of a new one.

    With a scheduler (SCHOLARNET_SCHEDULER, unless one is given here) the sweeps of the fit are done on its workers, to
    the same bits. Where it does not answer, or ends, the epoch in force stays; a worker that dies costs some time.

    \b
    Example:
      scholarnet score
      scholarnet score --scheduler tcp://10.0.0.5:8786
    """
    stand_back()
    config = Config.from_environment()
    if scheduler is not None:
        config = replace(config, scheduler=scheduler)
        config.check()
    terms = Terms(limit=timedelta(seconds=config.epoch_limit), scheduler=config.scheduler)
    try:
        with ready_engine(config) as engine, steps() as progress:
            epoch = run_epoch(engine, progress=progress, terms=terms)
    except (NotConverged, TimeLimit, ClusterLost) as error:
        message = f"no fit was found, and the old epoch stays: {error}"
        raise click.ClickException(message) from error
    except Conflict as error:
        raise click.ClickException(error.message) from error
    if epoch.is_resumed:
        click.echo("this epoch was written before, and is switched to now")
    click.echo(f"epoch      {epoch.public_id}")
    click.echo(f"hash       {epoch.hash}")
    click.echo(f"posts      {epoch.n_posts:,}")
    click.echo(f"reviews    {epoch.n_reviews:,}")
    click.echo(f"reviewers  {epoch.n_reviewers:,}")
