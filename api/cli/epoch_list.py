"""`scholarnet epochs list`."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cli.store import ready_engine
from api.config import Config
from scholarnet.db import reading
from scholarnet.models import EpochShard
from scholarnet.services.epochs import list_epochs

LINE = "{id:<13}  {as_of:<20}  {posts:>7}  {reviews:>8}  {kept:<6}  {hash}"


@click.command("list")
@click.option("--most", type=click.IntRange(min=1), default=30, show_default=True, help="How many, newest first.")
def command(*, most: int) -> None:
    """Print the epochs, newest first; `kept` are those that can be exported and compared.

    \b
    Example:
      scholarnet epochs list --most 5
    """
    click.echo(LINE.format(id="epoch", as_of="as of", posts="posts", reviews="reviews", kept="kept", hash="hash"))
    with ready_engine(Config.from_environment()) as engine, Session(reading(engine)) as session:
        kept = set(session.scalars(select(EpochShard.epoch_id).distinct()))
        for epoch in session.scalars(list_epochs().limit(most)):
            said = {"as_of": f"{epoch.as_of:%Y-%m-%dT%H:%M:%SZ}", "kept": "yes" if epoch.id in kept else "no"}
            counts = {"posts": f"{epoch.n_posts:,}", "reviews": f"{epoch.n_reviews:,}"}
            click.echo(LINE.format(id=epoch.public_id, hash=epoch.hash, **said, **counts))
