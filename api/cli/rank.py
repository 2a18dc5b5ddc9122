"""`scholarnet rank`: the scoring engine on a file of ratings, with no database."""

from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from api.cli.columns import ColumnNames
from api.cli.progress import working
from scholarnet.errors import InputError
from scholarnet.sources.outputs import check_outputs, open_outputs
from scholarnet.sources.rankings import read_epoch, write_epoch, write_items, write_reviewers
from scholarnet.sources.ratings import COLUMNS, read_ratings, read_reviewer_ids
from scoring.parameters import DEFAULT
from scoring.rank import Ranking, rank
from scoring.ratings import Frozen, Ratings
from scoring.sweeps import NotConverged

FILE = click.Path(path_type=Path)


def refuse(_ctx: click.Context, option: click.Parameter, value: Path | None) -> None:
    """Refuse an option by its name: to ignore it would give scores that look as if it had counted."""
    if value is not None:
        raise click.BadParameter("the engine cannot use it yet; leave it out", param=option)


@click.command("rank")
@click.argument("reviews", type=FILE, metavar="REVIEWS.csv")
@click.option("--out", type=FILE, required=True, metavar="ITEMS.csv", help="Where the ranked items go.")
@click.option("--reviewers-out", type=FILE, metavar="REVIEWERS.csv", help="Where the reviewers go.")
@click.option("--epoch", type=FILE, metavar="EPOCH.json", help="Score with this frozen fit, not a new one.")
@click.option("--epoch-out", type=FILE, metavar="EPOCH.json", help="Where the fit goes, for a later --epoch.")
@click.option("--vouches", type=FILE, expose_value=False, callback=refuse, help="Not yet: refused.")
@click.option("--conflicts", type=FILE, expose_value=False, callback=refuse, help="Not yet: refused.")
@click.option(
    "--verified",
    default="all",
    show_default=True,
    metavar="all|none|FILE",
    help="Who is vouched for: a FILE has the header `reviewer` and one id a line. Frozen reviewers keep their trust.",
)
@click.option("--columns", type=ColumnNames(COLUMNS), help="What the columns are called in REVIEWS.csv.")
def command(
    *,
    reviews: Path,
    out: Path,
    reviewers_out: Path | None,
    epoch: Path | None,
    epoch_out: Path | None,
    verified: str,
    columns: dict[str, str] | None,
) -> None:
    """Rank the items of REVIEWS.csv, which has the columns reviewer, item, rating and, if there, time.

    Of two reviews of one item by one reviewer the later counts, by time, else by row. Scores are
    in the ratings' own units; rank 1 is the best by the lower end of its interval. Files may be
    gzipped; outputs named .gz are. All outputs appear whole, or none does.

    \b
    Example:
      scholarnet rank reviews.csv.gz --columns item=paper_id,rating=overall \\
        --out items.csv --reviewers-out reviewers.csv
    """
    outputs = [path for path in (out, reviewers_out, epoch_out) if path]
    inputs = [reviews, *([epoch] if epoch else []), *([] if verified in {"all", "none"} else [Path(verified)])]
    check_outputs(*outputs, inputs=inputs)
    with working(f"Reading {reviews}"):
        frozen = read_epoch(epoch) if epoch else None  # first: it is the quicker one to be wrong
        ratings = read_ratings(reviews, names=columns)
        trust = _trust(ratings.reviewer_ids, verified=verified)
    with working(f"Ranking {len(ratings.item_ids):,} items by {len(ratings.rating):,} ratings"):
        ranking = _rank(ratings, trust=trust, frozen=frozen, path=reviews)
    with working(f"Writing {out}"):
        _write(ranking, ratings, out=out, reviewers_out=reviewers_out, epoch_out=epoch_out)


def _trust(reviewer_ids: tuple[str, ...], *, verified: str) -> NDArray[np.float64]:
    if verified in {"all", "none"}:
        return np.full(len(reviewer_ids), DEFAULT.trust_full if verified == "all" else 0.0)
    named = read_reviewer_ids(Path(verified))
    if strangers := len(named.difference(reviewer_ids)):
        click.echo(f"{verified}: {strangers:,} of {len(named):,} reviewers have no rating here", err=True)
    return np.array([DEFAULT.trust_full if name in named else 0.0 for name in reviewer_ids])


def _rank(ratings: Ratings, *, trust: NDArray[np.float64], frozen: Frozen | None, path: Path) -> Ranking:
    try:
        return rank(ratings, trust, frozen=frozen)
    except NotConverged as error:
        message = f"no fit can be found: {error}; do these columns hold ratings of the same items?"
        raise InputError(str(path), message) from error


def _write(
    ranking: Ranking, ratings: Ratings, *, out: Path, reviewers_out: Path | None, epoch_out: Path | None
) -> None:
    with open_outputs(*(path for path in (out, reviewers_out, epoch_out) if path)) as files:
        write_items(files[out], ids=ratings.item_ids, rows=ranking.items)
        if reviewers_out:
            write_reviewers(files[reviewers_out], ids=ratings.reviewer_ids, rows=ranking.reviewers)
        if epoch_out:
            write_epoch(files[epoch_out], ranking.frozen)
