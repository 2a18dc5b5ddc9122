"""`scholarnet openapi`: what the API promises, as a file."""

import json
from pathlib import Path

import click

from api.app import create_app
from api.config import PREFIX
from scholarnet.sources.outputs import check_outputs


@click.command("openapi")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.json", help="Not to the screen.")
def command(out: Path | None) -> None:
    """Write the OpenAPI document, which the server shows at /api/v1/openapi.json, in a fixed order.

    \b
    Example:
      scholarnet openapi --out openapi.json
    """
    if out:
        check_outputs(out)
    document = create_app().test_client().get(f"{PREFIX}/openapi.json").json
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
