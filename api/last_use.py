"""The first use of a day of a token or a session is written down once its answer is out, in a transaction of its own.

So a GET reads only, and no request waits or fails for it: what cannot be written at once is left to the next request.
"""

import logging
from functools import partial

from flask import Flask, Response, g
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api.database import db
from scholarnet.services.last_use import Used, is_first_of_day, note_use
from scholarnet.writing import impatient

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Write down what a request used."""
    app.after_request(_note_after_answer)


def notice(used: Used) -> None:
    """Remember that this request came by a token or a session, if that is to be written down."""
    if is_first_of_day(used):
        g.used = type(used), used.id


def _note_after_answer(response: Response) -> Response:
    if "used" in g:
        response.call_on_close(partial(_note, db.engine, *g.pop("used")))
    return response


def _note(engine: Engine, table: type[Used], key: int) -> None:
    try:
        with impatient(engine) as connection, Session(connection) as session:
            note_use(session, table=table, key=key)
            session.commit()
    except SQLAlchemyError as error:
        log.info("the last use of a %s is not written down yet: %s", table.__tablename__, type(error).__name__)
