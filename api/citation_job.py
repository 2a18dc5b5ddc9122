"""The job that ranks works and people by all citations, beside the epoch job: it enters nothing of an epoch."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scholarnet.db import insert_rows, reading
from scholarnet.models import CitationGraph
from scholarnet.services.citation_ranks import (
    begin_graph,
    compute_ranks,
    find_current_graph,
    fingerprint,
    rank_rows,
    read_network,
    switch_graph,
)

log = logging.getLogger("scholarnet.citations")


def rank_citations(
    engine: Engine,
    *,
    as_of: datetime,
    progress: Callable[[str], None] = lambda _what: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> bool:
    """Rank all works and people anew, unless nothing changed since the last time; return whether it was done.

    Written some rows at a time, so that nobody waits, and put in force in one moment; whatever fails leaves the old,
    and so does it to be told to stop between them.
    """
    with Session(reading(engine)) as session:
        current = find_current_graph(session)
        mark = fingerprint(session, as_of=as_of)
        if current is not None and current.fingerprint == mark:
            return False
        network = read_network(session)
    progress(f"Ranking {len(network.publications):,} works by {len(network.citing):,} citations")
    ranks = compute_ranks(network, year=as_of.year)
    with Session(engine) as session:
        graph_id = begin_graph(session, network=network, fingerprint=mark, as_of=as_of).id
        session.commit()
        for table, rows in rank_rows(graph_id, network, ranks):
            insert_rows(session, table, rows)
            session.commit()
            if is_stopped():
                return False
        switch_graph(session, graph=session.get_one(CitationGraph, graph_id))
        session.commit()
    return True


def try_to_rank(
    engine: Engine, *, as_of: datetime, progress: Callable[[str], None], is_stopped: Callable[[], bool]
) -> None:
    """Rank, or write down why not: an epoch that took over is none the less for it."""
    try:
        rank_citations(engine, as_of=as_of, progress=progress, is_stopped=is_stopped)
    except Exception:
        log.exception("works and people could not be ranked by citations; the old ranks stay")
