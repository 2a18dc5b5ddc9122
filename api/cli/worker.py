"""`scholarnet worker`: what is due without a request."""

import logging
import signal
import socket
import threading
from collections.abc import Callable

import click
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api import later, logs, mail
from api.cli import orphans
from api.cli.fitting import Fitting
from api.cli.importing import Importing
from api.cli.store import ready_engine
from api.config import Config
from scholarnet.db import now
from scholarnet.services import addressing, idempotency_keys, import_jobs, invitations, login_sessions, queues, tokens

EVERY_SECONDS = 30
log = logging.getLogger("scholarnet.worker")


def give_sign(engine: Engine, _config: Config) -> None:
    """Say that a worker is at work, for whoever asks after our health."""
    with Session(engine) as session:
        queues.give_sign(session, host=socket.gethostname(), moment=now())
        session.commit()


def remind_invited(engine: Engine, config: Config) -> None:
    """Remind who is invited and due within a week."""
    with Session(engine) as session:
        invitations.remind(session, link=config.url_of("/invitations"))
        session.commit()


def settle_addressed(engine: Engine, _config: Config) -> None:
    """Let the addressed reviews fade whose authors were silent, some at a time."""
    with Session(engine) as session:
        while addressing.settle_addressed(session):
            session.commit()


def forget_the_past(engine: Engine, _config: Config) -> None:
    """Forget the answers to writes that are a day old, sessions and tokens that have ended, and old imports."""
    with Session(engine) as session:
        idempotency_keys.forget_old_keys(session)
        login_sessions.forget_expired(session)
        tokens.forget_ended(session)
        import_jobs.forget_old_imports(session)
        session.commit()


TASKS: tuple[Callable[[Engine, Config], None], ...] = (
    give_sign,
    remind_invited,
    settle_addressed,
    mail.deliver,
    orphans.collect,
    forget_the_past,
)


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
def command(*, once: bool) -> None:
    """Do what is due every half minute, until terminated: remind the invited, let addressed
    reviews fade, send the mail that waits, remove files without an owner, forget old answers,
    sessions, tokens and imports; beside all this, import publications as soon as somebody
    asks, and every SCHOLARNET_EPOCH_EVERY seconds fit a new epoch.

    \b
    Example:
      scholarnet worker --once
    """
    config = Config.from_environment()
    logs.set_up(config)
    later.load_now()  # before there are threads
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with ready_engine(config) as engine:
        fitting, importing = Fitting(engine, config, stop), Importing(engine, config, stop)
        try:
            importing.begin(once=once)
            run_all(fitting, engine, config)
            while not once and not stop.wait(EVERY_SECONDS):
                run_all(fitting, engine, config)
        except BaseException:
            stop.set()
            raise
        finally:
            fitting.wait()
            importing.wait()


def run_all(fitting: Fitting, engine: Engine, config: Config) -> None:
    """Begin a fit that is due, and run every task beside it."""
    try:
        fitting.begin_if_due()
    except SQLAlchemyError:
        log.exception("whether a fit is due could not be read")
    run_tasks(engine, config)


def run_tasks(engine: Engine, config: Config) -> None:
    """Run every task; one that fails is logged and does not stop the others."""
    for task in TASKS:
        try:
            task(engine, config)
        except Exception:
            log.exception("the task %s failed", task.__name__)
