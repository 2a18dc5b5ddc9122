"""`scholarnet db`: the tables."""

import click

from api.cli.checking import check_and_tell
from api.cli.store import any_engine, ready_engine
from api.config import Config
from scholarnet import migration


@click.group("db")
def command() -> None:
    """Look after the tables of the database.

    \b
    Example:
      scholarnet db upgrade
    """


@command.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest tables; doing it twice is harmless.

    The database is SCHOLARNET_DATABASE_URL, by default a file under instance/.

    \b
    Example:
      SCHOLARNET_DATABASE_URL=sqlite:///instance/trial.db scholarnet db upgrade
    """
    with any_engine(Config.from_environment()) as engine:
        with engine.begin() as connection:
            migration.upgrade(connection)
        click.echo(f"{engine.url!r} has the newest tables; next: scholarnet user create HANDLE, or scholarnet serve")


@command.command("check")
def check_command() -> None:
    """Compute every score and the epoch in force again, and compare: nothing is written.

    \b
    Example:
      scholarnet db check
    """
    with ready_engine(Config.from_environment()) as engine:
        check_and_tell(engine)
