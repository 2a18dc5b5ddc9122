"""`scholarnet backup`: one moment of everything, while everybody goes on."""

from pathlib import Path

import click

from api.backups import postgresql, sqlite
from api.backups.attachments import copy_objects
from api.backups.folder import new_folder
from api.cli.progress import steps
from api.cli.store import ready_engine
from api.config import Config
from api.priority import stand_back
from scholarnet.db import now
from scholarnet.storage import open_storage


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--with-bucket", is_flag=True, help="Copy attachments out of a bucket, too.")
def command(*, folder: Path, with_bucket: bool) -> None:
    """Write a backup of database and attachments into a new folder, while server and worker go on.

    It is of one moment: every write that was committed before is in it whole, none after. Attachments in a folder are
    in it; those in a bucket stay there, where versions and replicas are kept better, and are listed, unless
    --with-bucket copies them. A backup holds everything, addresses and unsigned reviews, too: keep it as the database.

    \b
    Example:
      scholarnet backup backups/$(date +%F)
    """
    stand_back()
    config = Config.from_environment()
    place = config.attachments_place()
    with ready_engine(config) as engine, steps() as tell, new_folder(folder) as made:
        kind = sqlite if engine.dialect.name == "sqlite" else postgresql
        made.told |= {"database": engine.dialect.name, "made_at": now().isoformat()}
        tell("Reading the database")
        with kind.dumping(engine, made) as run:
            tell("Copying attachments")
            are_copied = with_bucket or not place.startswith("s3://")
            copy_objects(run, open_storage(place), made, are_copied=are_copied)
    told = made.told
    n_rows = sum(table["rows"] for table in told["tables"].values())
    n_bytes = sum(file["bytes"] for file in told["files"].values())
    click.echo(f"written    {folder}")
    click.echo(f"rows       {n_rows:,} in {len(told['tables'])} tables at revision {told['revision']}")
    click.echo(f"files      {len(told['files']):,} of {n_bytes:,} bytes")
    if told["attachments"]["missing"]:
        click.echo(
            f"missing    {len(told['attachments']['missing'])} attachments are nowhere (manifest.json)", err=True
        )
