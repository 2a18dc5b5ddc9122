"""`scholarnet token`: bearer tokens."""

import click
from sqlalchemy.orm import Session

from api.cli.store import ready_engine
from api.config import Config
from scholarnet.errors import NotFound
from scholarnet.models import Scope
from scholarnet.services.researchers import find_researcher
from scholarnet.services.tokens import create_token


class Scopes(click.ParamType[list[str]]):
    """A list of scopes with commas between them."""

    name = "SCOPE,…"

    def convert(self, value: str | list[str], param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        """Return the scopes; one that is not there is a wrong option."""
        if isinstance(value, list):
            return value
        scopes = [scope.strip() for scope in value.split(",") if scope.strip()]
        for scope in scopes:
            if scope not in list(Scope):
                self.fail(f"{scope!r} is not one of {', '.join(Scope)}", param, ctx)
        if not scopes:
            self.fail(f"name at least one of {', '.join(Scope)}", param, ctx)
        return scopes


@click.group("token")
def command() -> None:
    """Make bearer tokens for the API.

    \b
    Example:
      scholarnet token create rosa --scopes read,write,review
    """


@command.command("create")
@click.argument("handle")
@click.option("--scopes", type=Scopes(), default="read", show_default=True, help=f"What it may do: {', '.join(Scope)}.")
@click.option("--name", default="command line", show_default=True, help="What the token is for.")
def create(*, handle: str, scopes: list[str], name: str) -> None:
    """Print a new token of the researcher HANDLE, and nothing else; it is never shown again.

    \b
    Example:
      TOKEN=$(scholarnet token create rosa --scopes read,write,review)
      curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8000/api/v1/auth/me
    """
    with ready_engine(Config.from_environment()) as engine, Session(engine) as session:
        researcher = find_researcher(session, handle=handle)
        if researcher is None:
            raise NotFound("researcher", handle)
        _, secret = create_token(session, researcher=researcher, name=name, scopes=scopes)
        session.commit()
    click.echo(secret)
