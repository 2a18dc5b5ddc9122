"""`scholarnet restore`: a backup into an empty database."""

from pathlib import Path

import click

from api.backups import postgresql, sqlite
from api.backups.attachments import restore_objects
from api.backups.folder import open_folder
from api.cli.checking import check_and_tell
from api.cli.progress import steps
from api.cli.store import any_engine
from api.config import Config
from scholarnet.errors import InputError
from scholarnet.storage import open_storage


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--no-check", is_flag=True, help="Do not compute the scores again afterwards.")
def command(*, folder: Path, no_check: bool) -> None:
    """Restore a backup into an empty database of the same kind, and migrate it to the newest tables.

    Every byte is checked before anything is written, and all of it is one transaction: a restore that fails leaves an
    empty database. Then every score is computed again and compared (scholarnet db check). Nobody may serve from the
    database meanwhile.

    \b
    Example:
      SCHOLARNET_DATABASE_URL=postgresql://scholarnet@db/restored scholarnet restore backups/2026-11-25
    """
    config = Config.from_environment()
    with steps() as tell, any_engine(config) as engine:
        tell("Checking the backup")
        backup = open_folder(folder)
        if backup.told["database"] != engine.dialect.name:
            message = f"is of {backup.told['database']}, and the database is {engine.dialect.name}"
            raise InputError(str(folder), message)
        tell("Filling the database")
        (sqlite if engine.dialect.name == "sqlite" else postgresql).restore(engine, backup)
        tell("Copying attachments")
        missing = restore_objects(open_storage(config.attachments_place()), backup)
    n_rows = sum(table["rows"] for table in backup.told["tables"].values())
    click.echo(f"restored   {n_rows:,} rows of {backup.told['made_at']}")
    if missing:
        click.echo(f"missing    {len(missing)} attachments are nowhere: {', '.join(missing[:3])} …", err=True)
    if not no_check:
        with any_engine(config) as engine:
            check_and_tell(engine)
