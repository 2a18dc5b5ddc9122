"""`scholarnet seed`: a believable community in an empty database, or a whole crowd for measurements."""

import click

from api.cli.planting import RESEARCHERS, SEED, plant, plant_crowd, refuse_production
from api.cli.store import ready_engine
from api.config import Config
from seed.draws import Sizes


@click.command("seed")
@click.option("--researchers", default=RESEARCHERS, show_default=True, metavar="N", help="How many people.")
@click.option("--seed", default=SEED, show_default=True, metavar="S", help="The random seed; ids differ all the same.")
@click.option(
    "--bulk",
    type=float,
    metavar="SCALE",
    help="In place of them a crowd for measurements, loaded past the rules: 1 is 100,000 people, a million "
    "publications with ten million citations, a million posts with five million reviews.",
)
def command(*, researchers: int, seed: int, bulk: float | None) -> None:
    """Fill an empty database with people, publications, posts and reviews of the last two years.

    The tables must be there (scholarnet db upgrade). Scores, tiers and reputations come with the
    next fit: scholarnet score.

    \b
    Examples:
      export SCHOLARNET_DATABASE_URL=sqlite:///instance/seeded.db
      scholarnet db upgrade && scholarnet seed --researchers 40 --seed 7 && scholarnet score
      scholarnet seed --bulk 0.01
    """
    config = Config.from_environment()
    refuse_production(config)
    sizes = None if bulk is None else Sizes.of(bulk)
    with ready_engine(config) as engine:
        if sizes is None:
            plant(engine, n_researchers=researchers, seed=seed)
        else:
            plant_crowd(engine, sizes=sizes, seed=seed)
    n_people = researchers if sizes is None else sizes.researchers
    click.echo(f"{n_people:,} researchers are there; next: scholarnet score")
