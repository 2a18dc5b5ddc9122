"""`scholarnet rank`: the scoring engine on a file of ratings, with no database."""

from dataclasses import replace
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from api.cli.columns import ColumnNames
from api.cli.progress import working
from api.cluster import place_at
from scholarnet.errors import InputError
from scholarnet.sources.outputs import check_outputs, open_outputs
from scholarnet.sources.pairs import CONFLICTS, VOUCHES, read_pairs
from scholarnet.sources.rankings import read_epoch, write_epoch, write_items, write_reviewers
from scholarnet.sources.ratings import COLUMNS, read_ratings, read_reviewer_ids
from scoring.frozen import Frozen
from scoring.rank import Ranking, rank
from scoring.ratings import Ratings
from scoring.sweeps import NotConverged
from scoring.trust import propagate

FILE = click.Path(path_type=Path)


@click.command("rank")
@click.argument("reviews", type=FILE, metavar="REVIEWS.csv")
@click.option("--out", type=FILE, required=True, metavar="ITEMS.csv", help="Where the ranked items go.")
@click.option("--reviewers-out", type=FILE, metavar="REVIEWERS.csv", help="Where the reviewers go.")
@click.option("--epoch", type=FILE, metavar="EPOCH.json", help="Score with this frozen fit, not a new one.")
@click.option("--epoch-out", type=FILE, metavar="EPOCH.json", help="Where the fit goes, for a later --epoch.")
@click.option("--vouches", type=FILE, metavar="FILE", help="Who vouches for whom: columns voucher, vouched.")
@click.option("--conflicts", type=FILE, metavar="FILE", help="Ratings that do not count: columns reviewer, item.")
@click.option(
    "--verified",
    default="all",
    show_default=True,
    metavar="all|none|FILE",
    help="Who is vouched for: a FILE has the header `reviewer` and one id a line. Frozen reviewers keep their trust.",
)
@click.option("--scheduler", metavar="tcp://HOST:PORT", help="Fit on the workers of this Dask scheduler.")
@click.option("--columns", type=ColumnNames(COLUMNS), help="What the columns are called in REVIEWS.csv.")
def command(  # noqa: PLR0913 (one an option)
    *,
    reviews: Path,
    out: Path,
    reviewers_out: Path | None,
    epoch: Path | None,
    epoch_out: Path | None,
    vouches: Path | None,
    conflicts: Path | None,
    verified: str,
    scheduler: str | None,
    columns: dict[str, str] | None,
) -> None:
    """Rank the items of REVIEWS.csv, which has the columns reviewer, item, rating and, if there, time.

    Of two reviews of one item by one reviewer the later counts, by time, else by row. Scores are
    in the ratings' own units; rank 1 is the best by the lower end of its interval. Files may be
    gzipped; outputs named .gz are. All outputs appear whole, or none does.

    Trust is .8 for who is verified, and goes along the vouches. Those with less than .2 are the
    unvouched, who together move an item by little, however many they are.

    \b
    Example:
      scholarnet rank reviews.csv.gz --columns item=paper_id,rating=overall \\
        --out items.csv --reviewers-out reviewers.csv
    """
    outputs = [path for path in (out, reviewers_out, epoch_out) if path]
    named = None if verified in {"all", "none"} else Path(verified)
    check_outputs(*outputs, inputs=[path for path in (reviews, epoch, vouches, conflicts, named) if path])
    with working(f"Reading {reviews}"):
        frozen = read_epoch(epoch) if epoch else None  # first: it is the quicker one to be wrong
        ratings = read_ratings(reviews, names=columns)
        trust = _trust(ratings.reviewer_ids, verified=verified, vouches=vouches)
        if conflicts:
            ratings = _without(ratings, conflicts=conflicts)
    with working(f"Ranking {len(ratings.item_ids):,} items by {len(ratings.rating):,} ratings"):
        ranking = _rank(ratings, trust=trust, frozen=frozen, path=reviews, scheduler=scheduler or "")
    with working(f"Writing {out}"):
        _write(ranking, ratings, out=out, reviewers_out=reviewers_out, epoch_out=epoch_out)


def _trust(reviewer_ids: tuple[str, ...], *, verified: str, vouches: Path | None) -> NDArray[np.float64]:
    """Trust of the reviewers; along vouches it also goes through people who have rated nothing."""
    edges = read_pairs(vouches, VOUCHES) if vouches else []
    named = _verified(reviewer_ids, verified=verified)
    people = sorted({*named, *(name for edge in edges for name in edge)} - set(reviewer_ids))
    place = {name: row for row, name in enumerate((*reviewer_ids, *people))}
    is_verified = np.zeros(len(place), dtype=np.bool_)
    is_verified[[place[name] for name in named]] = True
    codes = np.array([[place[name] for name in edge] for edge in edges], dtype=np.int64).reshape(-1, 2)
    return propagate(is_verified, codes[:, 0], codes[:, 1])[: len(reviewer_ids)]


def _verified(reviewer_ids: tuple[str, ...], *, verified: str) -> set[str]:
    if verified in {"all", "none"}:
        return set(reviewer_ids if verified == "all" else ())
    named = read_reviewer_ids(Path(verified))
    if strangers := len(named.difference(reviewer_ids)):
        click.echo(f"{verified}: {strangers:,} of {len(named):,} reviewers have no rating here", err=True)
    return named


def _without(ratings: Ratings, *, conflicts: Path) -> Ratings:
    """The ratings, of which those in conflict count for nothing."""
    pairs = set(read_pairs(conflicts, CONFLICTS))
    rows = zip(ratings.reviewer.tolist(), ratings.item.tolist(), strict=True)
    of = [(ratings.reviewer_ids[who], ratings.item_ids[what]) for who, what in rows]
    if strangers := len(pairs.difference(of)):
        click.echo(f"{conflicts}: {strangers:,} of {len(pairs):,} pairs have no rating here", err=True)
    return replace(ratings, eligibility=np.array([pair not in pairs for pair in of], dtype=np.float64))


def _rank(
    ratings: Ratings, *, trust: NDArray[np.float64], frozen: Frozen | None, path: Path, scheduler: str
) -> Ranking:
    try:
        with place_at("" if frozen else scheduler) as place:
            return rank(ratings, trust, frozen=frozen, place=place)
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
