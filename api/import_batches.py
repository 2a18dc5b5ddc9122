"""A batch of an import in one transaction: tried again where somebody else was faster, and no entry costs another."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from scholarnet.services.import_publications import Result, import_publications
from scholarnet.sources.references import Entry, Flaw

TRIES = 4
UNSTORABLE = "cannot be stored: the database refuses what it says"
log = logging.getLogger("scholarnet.imports")


@dataclass(frozen=True, slots=True)
class Batches:
    """Where batches go, and for whom; `hold` comes first and `keep` last in each transaction."""

    engine: Engine
    importer_id: int | None = None
    authors_by_name: bool = False
    is_vouched: bool = False
    hold: Callable[[Session], None] = lambda _session: None
    keep: Callable[[Session, list[Result]], None] = lambda _session, _results: None

    def add(self, batch: Sequence[Entry]) -> list[Result]:
        """Import the entries and commit; where that cannot be, each by itself, and refuse the ones at fault.

        Raises OperationalError where the database is gone, and whatever `hold` raises.
        """
        try:
            return self._try(batch)
        except OperationalError:
            raise
        except (SQLAlchemyError, ValueError):
            if len(batch) > 1:
                return [result for entry in batch for result in self.add([entry])]
            log.warning("an entry could not be stored", exc_info=True)
            return self._try([Flaw(batch[0].line, "", UNSTORABLE)])

    def _try(self, batch: Sequence[Entry]) -> list[Result]:
        for n_left in reversed(range(TRIES)):
            try:
                return self._once(batch)
            except (IntegrityError, OperationalError):  # somebody else wrote the same, or there was a deadlock
                if not n_left:
                    raise
        raise AssertionError

    def _once(self, batch: Sequence[Entry]) -> list[Result]:
        with Session(self.engine) as session:
            self.hold(session)
            results = import_publications(
                session,
                batch,
                importer_id=self.importer_id,
                authors_by_name=self.authors_by_name,
                is_vouched=self.is_vouched,
            )
            self.keep(session, results)
            session.commit()
        return [replace(result, publication=None) for result in results]
