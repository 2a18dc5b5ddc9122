"""`scholarnet import reviews`: a venue's papers and reviews, in one transaction."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.cli.columns import ColumnNames
from api.cli.progress import working
from api.cli.store import ready_engine
from api.config import Config
from scholarnet.errors import Conflict
from scholarnet.services.imports import Added, ReviewerScope, import_reviews
from scholarnet.sources.venue_reviews import COLUMNS, read_items, read_reviews

FILE = click.Path(path_type=Path)


class Scale(click.ParamType[tuple[float, float]]):
    """`1:10` as two numbers."""

    name = "LOW:HIGH"

    def convert(
        self, value: str | tuple[float, float], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Return the ends; click reports a failure as a wrong option, with exit status 2."""
        if isinstance(value, tuple):
            return value
        low_text, _, high_text = value.partition(":")
        try:
            low, high = float(low_text), float(high_text)
        except ValueError:
            self.fail(f"{value!r} is not LOW:HIGH, such as 1:10", param, ctx)
        if not (math.isfinite(high - low) and low < high):
            self.fail(f"{value!r} must be two finite numbers, the lower one first", param, ctx)
        return low, high


@click.command("reviews")
@click.option("--reviews", type=FILE, required=True, metavar="REVIEWS.csv", help="One review a row.")
@click.option("--posts", type=FILE, metavar="POSTS.jsonl", help="Title, abstract, authors, keywords of the items.")
@click.option("--venue", required=True, metavar="NAME", help="Whose reviews they are.")
@click.option("--scale", type=Scale(), required=True, help="The venue's least and greatest rating.")
@click.option("--columns", type=ColumnNames(COLUMNS), help="What the columns are called in REVIEWS.csv.")
@click.option(
    "--reviewer-scope",
    type=click.Choice([scope.value for scope in ReviewerScope]),
    default=ReviewerScope.VENUE.value,
    show_default=True,
    help="item: a reviewer's token is known within one item, and is somebody else in the next.",
)
@click.option("--verified", is_flag=True, help="The venue vouches for its reviewers.")
def command(
    *,
    reviews: Path,
    posts: Path | None,
    venue: str,
    scale: tuple[float, float],
    columns: dict[str, str] | None,
    reviewer_scope: str,
    verified: bool,
) -> None:
    """Import a venue's papers and reviews: all of it, or with a wrong line nothing.

    REVIEWS.csv has the columns item (or paper_id, submission), reviewer (or review_no, reviewer_id),
    rating and, if there, confidence (1 to 5) and time. POSTS.jsonl has one object a line with the
    item's id under the same name, title, abstract, authors and keywords. Both may be gzipped.
    Running it again adds nothing.

    \b
    Example:
      scholarnet import reviews --reviews reviews.csv --posts papers.jsonl.gz \\
        --venue "ICLR 2017" --scale 1:10 --reviewer-scope item --verified
    """
    with working(f"Reading {reviews}"):
        rows = read_reviews(reviews, scale=scale, names=columns)
        items = read_items(posts, names=columns) if posts else {}
    with (
        ready_engine(Config.from_environment()) as engine,
        Session(engine) as session,
        _said_once(),
        working(f"Importing {len(rows):,} reviews"),
    ):
        added = import_reviews(
            session,
            venue=venue,
            scale=scale,
            reviews=rows,
            items=items,
            scope=ReviewerScope(reviewer_scope),
            is_verified=verified,
        )
        session.commit()
    _report(added)


@contextmanager
def _said_once() -> Iterator[None]:
    """Say in one line that another import of the same was faster."""
    try:
        yield
    except IntegrityError as error:
        msg = "another process imported the same meanwhile; nothing of this run was kept, run it again"
        raise Conflict(msg) from error


def _report(added: Added) -> None:
    click.echo(f"{added.posts:,} posts and {added.reviews:,} reviews added")
    if added.authors or added.reviewers:
        click.echo(f"{added.authors:,} authors and {added.reviewers:,} reviewers are new")
