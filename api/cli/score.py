"""`scholarnet score`: fit a new epoch and switch to it."""

import click

from api.cli.progress import steps
from api.cli.store import ready_engine
from api.config import Config
from api.jobs import run_epoch
from scoring.sweeps import NotConverged


@click.command("score")
def command() -> None:
    """Fit a new epoch from all public reviews, and switch the scores, tiers and reputations to it.

    Readers and writers go on meanwhile. If no fit can be found, the epoch in force stays.

    \b
    Example:
      scholarnet score
    """
    try:
        with ready_engine(Config.from_environment()) as engine, steps() as progress:
            epoch = run_epoch(engine, progress=progress)
    except NotConverged as error:
        message = f"no fit was found, and the old epoch stays: {error}"
        raise click.ClickException(message) from error
    click.echo(f"epoch      {epoch.public_id}")
    click.echo(f"hash       {epoch.hash}")
    click.echo(f"posts      {epoch.n_posts:,}")
    click.echo(f"reviews    {epoch.n_reviews:,}")
    click.echo(f"reviewers  {epoch.n_reviewers:,}")
