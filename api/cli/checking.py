"""Looking through a database: is what is stored what follows from what it was computed from?"""

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.cli.progress import steps
from scholarnet.db import reading
from scholarnet.models import Epoch
from scholarnet.services.epoch_shards import Dropped
from scholarnet.services.epochs import current_epoch
from scholarnet.services.score_checks import broken_log, replayed_hash, unscored, wrong_scores


def check_and_tell(engine: Engine) -> None:
    """Compare the log, all scores, and the hash of the epoch in force, and tell; ClickException where one is wrong."""
    with steps() as tell, Session(reading(engine)) as session:
        tell("Counting the log")
        wrong = [broken] if (broken := broken_log(session)) else []
        epoch = current_epoch(session)
        if epoch is not None:
            wrong += _check_scores(session, epoch)
            tell("Computing the epoch again")
            wrong += _check_epoch(session, epoch)
    if wrong:
        raise click.ClickException("; ".join(wrong))


def _check_scores(session: Session, epoch: Epoch) -> list[str]:
    number, different = 0, []
    for n_compared, names in wrong_scores(session, epoch=epoch):
        number += n_compared
        different += names
    click.echo(f"scores     {number:,} computed again, {len(different)} different")
    wrong = (
        [f"the scores of {len(different)} posts are not what follows: {', '.join(different[:3])}"] if different else []
    )
    missing = unscored(session, epoch=epoch)
    return [*wrong, f"{missing:,} published posts have no score"] if missing else wrong


def _check_epoch(session: Session, epoch: Epoch) -> list[str]:
    try:
        found = replayed_hash(session, epoch=epoch)
    except Dropped as error:
        click.echo(f"epoch      {error.message}")
        return []
    click.echo(f"epoch      {epoch.public_id} has the hash {epoch.hash}, computed again {found}")
    return [] if found == epoch.hash else [f"epoch {epoch.public_id} does not replay"]
