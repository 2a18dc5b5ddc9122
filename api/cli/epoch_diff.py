"""`scholarnet epochs diff`."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from api.cli.epoch_export import find
from api.cli.progress import steps
from api.cli.store import ready_engine
from api.config import Config
from scholarnet.db import reading
from scholarnet.errors import DomainError, NotFound
from scholarnet.services.epoch_diffs import REASONS, STEPS, Difference, difference
from scholarnet.services.epoch_inputs import Recorded
from scholarnet.services.epoch_sources import recorded_epoch, recorded_folder

HEAD = ("post", "before", "after", "move", *REASONS)
LINE = "{:<14}" + "{:>8}" * 3 + "  =" + "{:>11}" * len(REASONS)


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--most", type=click.IntRange(min=1), default=10, show_default=True, help="How many posts.")
def command(*, before: str, after: str, most: int) -> None:
    """Print the posts whose scores moved most from A to B, in rating units, and why.

    A and B are ids of epochs (or `latest`), or folders of operators' exports. The reasons add up to the move, exactly:
    `reviews` that came, changed or went; the `model`, its parameters and standards; `reviewers`, how severe and how
    careful those who sign were found; `weights`, from trust, clusters, the pool and suspicion of a push.

    \b
    Example:
      scholarnet epochs replay epoch --set huber_c=1.5 --out narrower
      scholarnet epochs diff epoch narrower --most 5
    """
    with steps() as tell:
        sides = []
        for name in (before, after):
            tell(f"Reading {name}")
            sides.append(_read(name))
        tell("Comparing")
        found = difference(*sides)
    _show(found, most)


def _read(name: str) -> Recorded:
    """From a folder where there is one of that name, else from the database."""
    if Path(name).is_dir():
        return recorded_folder(Path(name))
    with ready_engine(Config.from_environment()) as engine, Session(reading(engine)) as session:
        try:
            return recorded_epoch(session, epoch=find(session, name))
        except NotFound as error:
            message = f"{error.message}, nor a folder of that name; `scholarnet epochs list` has the epochs"
            raise DomainError(message) from error


def _show(found: Difference, most: int) -> None:
    click.echo(f"{len(found.posts):,} posts moved")
    if found.posts:
        click.echo(LINE.format(*HEAD))
    for at, post in enumerate(found.posts[:most]):
        reasons = [f"{step / STEPS:+.6f}" for step in found.reasons[:, at].tolist()]
        ends = found.before[at], found.after[at], found.moves[at] / STEPS
        click.echo(LINE.format(post, *(f"{end:.4f}" for end in ends[:2]), f"{ends[2]:+.4f}", *reasons))
