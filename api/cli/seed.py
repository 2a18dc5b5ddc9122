"""`scholarnet seed`: a believable community in an empty database."""

import click

from api.cli.planting import RESEARCHERS, SEED, plant, refuse_production
from api.cli.store import ready_engine
from api.config import Config


@click.command("seed")
@click.option("--researchers", default=RESEARCHERS, show_default=True, metavar="N", help="How many people.")
@click.option("--seed", default=SEED, show_default=True, metavar="S", help="The random seed; ids differ all the same.")
def command(*, researchers: int, seed: int) -> None:
    """Fill an empty database with people, publications, posts and reviews of the last two years.

    The tables must be there (scholarnet db upgrade). Scores, tiers and reputations come with the
    next fit: scholarnet score.

    \b
    Example:
      export SCHOLARNET_DATABASE_URL=sqlite:///instance/seeded.db
      scholarnet db upgrade && scholarnet seed --researchers 40 --seed 7 && scholarnet score
    """
    config = Config.from_environment()
    refuse_production(config)
    with ready_engine(config) as engine:
        plant(engine, n_researchers=researchers, seed=seed)
    click.echo(f"{researchers} researchers are there; next: scholarnet score")
