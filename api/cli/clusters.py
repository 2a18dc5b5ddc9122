"""`scholarnet clusters`: who reviews together, and what it would have done."""

from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.cli.ring_picture import draw
from api.cli.store import ready_engine
from api.config import Config
from scholarnet.db import reading
from scholarnet.models import Cluster
from scholarnet.services.cluster_views import PostUnderCluster, view_posts
from scholarnet.services.clusters import clusters_of
from scholarnet.services.epochs import current_epoch
from scholarnet.sources.outputs import check_outputs

LINE = "    {value:>5.2f} in place of {full:>5.2f}   they: {mine:<18} others: {others:<24} {title}"


@click.command("clusters")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Draw the gravest cluster into this file.")
def command(*, svg: Path | None) -> None:
    """Print the accounts that review together as the epoch in force found them, with the evidence.

    For each post: its score, what it would be were their reviews counted in full, their ratings and everybody else's.
    It names people, and is for those who run the network; editors have it at /epochs/{id}/clusters.

    \b
    Example:
      scholarnet clusters --svg ring.svg
    """
    if svg is not None:
        check_outputs(svg)
    with ready_engine(Config.from_environment()) as engine:
        pictures = _show(engine)
    if svg is not None:
        if not pictures:
            message = "there is no cluster to draw"
            raise click.ClickException(message)
        svg.write_text(draw(pictures), encoding="utf-8")
        click.echo(f"drawn: {svg}")


def _show(engine: Engine) -> list[PostUnderCluster]:
    """Print all clusters; return the posts of the first."""
    with Session(reading(engine)) as session:
        epoch = current_epoch(session)
        clusters = session.scalars(clusters_of(epoch)).all() if epoch else []
        if not clusters:
            click.echo("nobody reviews together more than chance and departs from everybody else")
        seen = [view_posts(session, cluster) for cluster in clusters]
        for cluster, posts in zip(clusters, seen, strict=True):
            _print(cluster, posts)
    return seen[0] if seen else []


def _print(cluster: Cluster, posts: list[PostUnderCluster]) -> None:
    bound = "no bound" if cluster.budget is None else f"budget {cluster.budget:g}"
    ruling = f", as an editor ruled: {cluster.ruling.reason}" if cluster.ruling else ""
    click.echo(
        f"cluster {cluster.public_id}: {cluster.n_items} posts in common, {cluster.excess:.1f} sd over chance; "
        f"ratings {cluster.departure:.1f} sd from others'; {bound}{ruling}"
    )
    click.echo("  " + ", ".join(member.researcher.handle or member.researcher.name for member in cluster.members))
    for post in posts:
        mine, others = (" ".join(f"{one:g}" for one in side) for side in (post.by_members, post.by_others))
        click.echo(LINE.format(value=post.value, full=post.value_in_full, mine=mine, others=others, title=post.title))
