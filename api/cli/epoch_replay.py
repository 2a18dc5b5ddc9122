"""`scholarnet epochs replay`: with no database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from api.cli.progress import steps
from api.cli.settings import Setting
from scholarnet.services.epoch_exports import (
    OPERATORS,
    PUBLIC,
    computed_manifest,
    computed_records,
    files_of,
)
from scholarnet.services.epoch_hashes import epoch_hash
from scholarnet.services.epoch_records import Record
from scholarnet.services.epoch_sources import (
    folder_records,
    open_download,
    open_folder,
    public_files,
    recorded_folder,
)
from scholarnet.services.replays import NotReplayed, first_difference, replay, verify_scores
from scholarnet.sources.epoch_folders import write_folder
from scoring.sweeps import NotConverged

FOLDER = click.Path(path_type=Path)


@click.command("replay")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--set",
    "settings",
    type=Setting(),
    multiple=True,
    metavar="NAME=VALUE",
    help="Compute under another value of a constant of scoring/parameters.py; may be given again.",
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]), help="Compute as of another moment.")
@click.option("--out", type=FOLDER, metavar="NEWDIR", help="Write what was computed as another export.")
def command(
    *, folder: Path, settings: tuple[tuple[str, object], ...], as_of: datetime | None, out: Path | None
) -> None:
    """Compute an exported epoch again and compare its hash; no database is needed, nor looked for.

    Of an operators' export everything is computed: fit, scores file by file, tiers, decisions, reputations. Of a public
    one, which may also be a file that /epochs/{id}/export gave, every score and its interval, from the x, P and φ of
    its reviews. A byte that was changed is found, and its file and line are named. Exit status 1 where what was
    computed is not what the export says.

    \b
    Example:
      scholarnet epochs replay epoch
      scholarnet epochs replay epoch --set huber_c=1.5 --out narrower
      scholarnet epochs diff epoch narrower
      curl -s http://127.0.0.1:8000/api/v1/epochs/EPOCH/export > epoch.ndjson
      scholarnet epochs replay epoch.ndjson
    """
    manifest, files = _open(folder)
    if manifest["detail"] == PUBLIC:
        if settings or as_of or out:
            message = "a public export holds no fit: --set, --as-of and --out take the operators'"
            raise click.UsageError(message)
        _verify(folder, manifest, files)
        return
    with steps() as tell:
        tell(f"Reading {folder}")
        epoch = recorded_folder(folder)
        tell(f"Fitting {len(epoch.snapshot.reviewer_ids):,} reviewers to {len(epoch.snapshot.observations):,} reviews")
        parameters = replace(epoch.population.parameters, **dict(settings))  # type: ignore[arg-type]
        try:
            snapshot, computed = replay(epoch, parameters=parameters, as_of=as_of)
        except (NotConverged, ValueError, ArithmeticError, LookupError) as error:  # by records or constants of no sense
            message = f"no fit was found: {error}"
            raise click.ClickException(message) from error
        found = epoch_hash(snapshot, computed)
        if out is not None:
            tell(f"Writing {out}")
            n_parts = len(manifest["files"]) - 2
            write_folder(
                out,
                manifest=computed_manifest(out.name, snapshot, computed),
                names=files_of(OPERATORS, n_parts),
                records=computed_records(snapshot, computed, n_parts=n_parts),
            )
    click.echo(f"exported   {epoch.hash}")
    click.echo(f"computed   {found}")
    if out is not None:
        click.echo(f"written    {out}")
    if settings or as_of:
        return
    if found != epoch.hash:
        records = computed_records(snapshot, computed, n_parts=len(manifest["files"]) - 2)
        why = first_difference(manifest, folder_records(folder, manifest), computed, records)
        message = f"not the same; first in {why}"
        raise click.ClickException(message)
    click.echo(f"the same   {len(snapshot.post_ids):,} posts, {len(snapshot.observations):,} reviews")


def _open(place: Path) -> tuple[Record, Iterator[Iterator[Record]]]:
    """What an export says of itself, and its records file by file; a download is one file."""
    if place.is_file():
        manifest, records = open_download(place)
        return manifest, iter([records])
    manifest = open_folder(place)
    return manifest, public_files(place, manifest)


def _verify(place: Path, manifest: Record, files: Iterator[Iterator[Record]]) -> None:
    try:
        verified = verify_scores(str(place), manifest, files)
    except NotReplayed as error:
        raise click.ClickException(error.message) from error
    click.echo(f"exported   {manifest['scores_hash']}")
    click.echo(f"computed   {verified.scores_hash}")
    click.echo(f"the same   {verified.n_posts:,} posts, {verified.n_reviews:,} reviews")
    if left_out := manifest["n_posts"] - verified.n_posts:
        click.echo(f"left out   {left_out:,} posts, so the hash over all of them cannot be the same")
