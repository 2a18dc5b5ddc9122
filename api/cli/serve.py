"""`scholarnet serve`: the API over HTTP."""

import click

from api.cli.server import run
from api.cli.store import ready_engine
from api.config import Config


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port there.")
@click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(1, 512), help="Processes of 8 threads each."
)
def command(*, host: str, port: int, workers: int) -> None:
    """Serve the API until interrupted. The tables must be there: scholarnet db upgrade.

    In production, and to listen beyond this machine (--host 0.0.0.0), it wants a SCHOLARNET_SECRET_KEY of your own.

    \b
    Example:
      scholarnet serve --port 8080 --workers 4
    """
    config = Config.from_environment()
    config.check_exposure(host)
    with ready_engine(config):
        pass
    if not config.writes_json_logs():
        click.echo(f"http://{host}:{port}/api/v1/docs", err=True)
    run(config, host=host, port=port, workers=workers)
