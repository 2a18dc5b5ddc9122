"""The ranking as a table for a terminal."""

import shutil
from collections import Counter
from typing import Any

import click
from sqlalchemy import Engine, Row
from sqlalchemy.orm import Session

from scholarnet.db import reading
from scholarnet.services.rankings import rank_posts

MOST_ROWS = 100
LINE = "{rank:>4}  {score:>5}  {interval:<13}  {tier:<12}  {decision:<12}  {reviews:>7}  {kind:<8}  {title}"
COLUMNS = ("rank", "score", "interval", "tier", "decision", "reviews", "kind", "title")
HEAD = LINE.format_map(dict(zip(COLUMNS, COLUMNS, strict=True)))
NARROWEST_TITLE = 20


def show(engine: Engine) -> None:
    """Print the best posts first, and how many of them are in each tier and decision."""
    with Session(reading(engine)) as session:
        page = rank_posts(session, viewer=None, per_page=MOST_ROWS)
    width = max(shutil.get_terminal_size((120, 24)).columns - len(HEAD) + len("title"), NARROWEST_TITLE)
    click.echo(HEAD)
    for rank, row in enumerate(page.rows, start=1):
        click.echo(_line(rank, row, width))
    if page.next_cursor:
        click.echo(f"… the first {MOST_ROWS}; all of them at /api/v1/posts?sort=best")
    for what in ("tier", "decision"):
        counts = Counter(str(getattr(row, what)) for row in page.rows)
        click.echo(f"{what + ':':<10}{', '.join(f'{count} {name}' for name, count in counts.most_common())}")


def _line(rank: int, row: Row[Any], width: int) -> str:
    return LINE.format(
        rank=rank,
        score="-" if row.value is None else f"{row.value:.2f}",
        interval="-" if row.value is None else f"{row.low:.2f} to {row.high:.2f}",
        tier=row.tier,
        decision=row.decision,
        reviews=row.n_reviews,
        kind=row.kind,
        title=row.title if len(row.title) <= width else row.title[: width - 1] + "…",
    )
