"""`scholarnet epochs export`."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from api.cli.progress import working
from api.cli.store import ready_engine
from api.config import Config
from scholarnet.db import reading
from scholarnet.errors import NotFound
from scholarnet.models import Epoch
from scholarnet.services.epoch_exports import (
    OPERATORS,
    PUBLIC,
    filed_public_records,
    files_of,
    manifest_of,
    operators_records,
)
from scholarnet.services.epoch_shards import refuse_dropped
from scholarnet.services.epochs import current_epoch, get_epoch
from scholarnet.sources.epoch_folders import write_folder

LATEST = "latest"


@click.command("export")
@click.argument("epoch_id", metavar="EPOCH")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="An empty or new folder.")
@click.option("--public", is_flag=True, help="Only what anybody may have: x, P and φ of each review, by no one.")
@click.option(
    "--shards", type=click.IntRange(1, 1000), default=1, show_default=True, help="Files that the posts are cut into."
)
def command(*, epoch_id: str, out: Path, public: bool, shards: int) -> None:
    """Write an epoch into a folder. EPOCH is its id, or `latest`.

    The operators' export has all that the fit needs and names who signs; keep it to yourself. The public one has what
    every score follows from, and links no two reviews. Both hold what was public when the epoch was made.

    \b
    Example:
      scholarnet epochs export latest --out epoch --shards 2
      scholarnet epochs export latest --public --out for-everybody
    """
    detail = PUBLIC if public else OPERATORS
    with ready_engine(Config.from_environment()) as engine, Session(reading(engine)) as session:
        epoch = find(session, epoch_id)
        refuse_dropped(session, epoch=epoch)
        records = filed_public_records if public else operators_records
        with working(f"Writing {epoch.n_posts:,} posts and {epoch.n_reviews:,} reviews"):
            write_folder(
                out,
                manifest=manifest_of(epoch, detail=detail),
                names=files_of(detail, shards),
                records=records(session, epoch=epoch, n_parts=shards),
            )
        click.echo(f"written    {out}")
        click.echo(f"epoch      {epoch.public_id}")
        click.echo(f"hash       {epoch.scores_hash if public else epoch.hash}")


def find(session: Session, epoch_id: str) -> Epoch:
    """The epoch of that id, or the one in force. Raises NotFound."""
    epoch = current_epoch(session) if epoch_id == LATEST else get_epoch(session, epoch_id)
    if epoch is None:
        raise NotFound("epoch", epoch_id)
    return epoch
