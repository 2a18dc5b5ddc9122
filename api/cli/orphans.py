"""Files that nothing points to any more are removed, once an hour."""

import time

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.config import Config
from scholarnet.db import reading
from scholarnet.services.attachments import collect_orphans
from scholarnet.storage import open_storage

EVERY_SECONDS = 3600
_last = {"at": -float(EVERY_SECONDS)}


def collect(engine: Engine, config: Config) -> None:
    """Remove what killed uploads and deleted attachments left, if an hour has passed."""
    if time.monotonic() - _last["at"] >= EVERY_SECONDS:
        _last["at"] = time.monotonic()
        with Session(reading(engine)) as session:
            collect_orphans(session, open_storage(config.attachments_place()))
