"""`scholarnet user`: accounts."""

import sys

import click
from sqlalchemy.orm import Session

from api.cli.store import ready_engine
from api.config import Config
from scholarnet.models import Role
from scholarnet.services.researchers import register, verify_researcher


@click.group("user")
def command() -> None:
    """Open accounts.

    \b
    Example:
      scholarnet user create rosa --email rosa@northfield.edu --name "Rosa Castillo" --verified
    """


@command.command("create")
@click.argument("handle")
@click.option("--email", required=True, help="Their address.")
@click.option("--name", help="Their name; the handle if left out.")
@click.option(
    "--role",
    type=click.Choice([str(role) for role in Role]),
    default=str(Role.MEMBER),
    show_default=True,
    help="What they may do.",
)
@click.option("--verified", is_flag=True, help="You know who this is: their reviews count in full.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
def create(*, handle: str, email: str, name: str | None, role: str, verified: bool, password_stdin: bool) -> None:
    """Open the account HANDLE and print its id. The password is asked for, or read with --password-stdin.

    \b
    Example:
      echo "a long pass phrase" | scholarnet user create edith --email edith@northfield.edu \\
        --name "Edith Lindqvist" --role editor --verified --password-stdin
    """
    with ready_engine(Config.from_environment()) as engine, Session(engine) as session:
        researcher = register(
            session,
            handle=handle,
            name=name or handle,
            email=email,
            password=_password(is_piped=password_stdin),
            role=Role(role),
        )
        if verified:
            verify_researcher(session, actor=None, researcher=researcher, reason="scholarnet user create --verified")
        session.commit()
        click.echo(researcher.public_id)
    click.echo(f"next: scholarnet token create {researcher.handle}, or sign in at /api/v1/auth/login", err=True)


def _password(*, is_piped: bool) -> str:
    if is_piped:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return password
