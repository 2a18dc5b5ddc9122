"""`scholarnet explain`: a score taken apart."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.cli.score_picture import draw
from api.cli.store import ready_engine
from api.config import Config
from scholarnet.db import reading
from scholarnet.errors import NotFound
from scholarnet.services.explanation_views import Part, find_telling_post, view_parts
from scholarnet.services.explanations import Explanation, explain
from scholarnet.services.post_versions import shown_version
from scholarnet.services.posts import get_post
from scholarnet.sources.outputs import check_outputs

WIDTH = 100  # of the table where nobody watches


@click.command("explain")
@click.argument("post_id", required=False)
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Draw it into this file.")
def command(*, post_id: str | None, svg: Path | None) -> None:
    """Print what each review contributes to a post's score, what caps it, and the score without it.

    Without POST_ID it is the public post whose score and plain mean differ most. Readers have the same at
    /posts/{id}/score; what is said of clusters is for those who run the network.

    \b
    Example:
      scholarnet explain --svg score.svg
    """
    if svg is not None:
        check_outputs(svg)
    with ready_engine(Config.from_environment()) as engine:
        title, explanation, parts = _read(engine, post_id)
    _print(title, explanation, parts)
    if svg is not None:
        svg.write_text(draw(title, explanation, parts), encoding="utf-8")
        click.echo(f"drawn: {svg}")


def _read(engine: Engine, post_id: str | None) -> tuple[str, Explanation, list[Part]]:
    with Session(reading(engine)) as session:
        wanted = post_id or find_telling_post(session)
        if wanted is None:
            message = "no post has a score yet"
            raise click.ClickException(message)
        post = get_post(session, wanted, viewer=None)
        explanation = explain(session, post=post, viewer=None, shows_clusters=True)
        if explanation is None:
            raise NotFound("score of post", wanted)
        return shown_version(post).title, explanation, view_parts(session, post=post, explanation=explanation)


def _print(title: str, explanation: Explanation, parts: list[Part]) -> None:
    table = Table(title=title, title_justify="left")
    for name in ("review", "by", "capped by"):
        table.add_column(name)
    for name in ("overall", "share", "score without"):
        table.add_column(name, justify="right")
    table.add_row("", "where a post starts", "", "", f"{explanation.prior_share:.2f}", "")
    for part in parts:
        without = "-" if part.value_without is None else f"{part.value_without:.2f}"
        table.add_row(
            part.review_id, part.who, part.capped_by or "", f"{part.overall:g}", f"{part.share:+.2f}", without
        )
    if explanation.value is not None:
        table.add_section()
        table.add_row("", "the score", "", "", f"{explanation.value:.2f}", "")
    console = Console()
    console.width = max(console.width, WIDTH)
    console.print(table)
    for sentence in explanation.words:
        click.echo(sentence)
