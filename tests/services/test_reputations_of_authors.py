"""Reputations of the authors of a real conference, to the last unit."""

import gzip
import json

import numpy as np
from sqlalchemy import select

from api.jobs import run_epoch
from scholarnet.db import insert_rows
from scholarnet.models import Authorship, Citation, Publication, PublicationType, Researcher
from tests.services.test_reputations import LATER, assert_exact


def test_every_authors_lines_sum_to_their_reputation(engine, session, data_folder):
    """People are placed by name; who cites whom is drawn, in proportion to the citations that the data states."""
    with gzip.open(data_folder("neurips_authors_2009_2013") / "papers.jsonl.gz", "rt") as lines:
        papers = [json.loads(line) for line in lines]
    by_name = {name: [] for paper in papers for name in paper["authors"].split("; ")}
    insert_rows(session, Researcher, [{"name": name, "fields": ["machine learning"]} for name in by_name])
    people = dict(session.execute(select(Researcher.name, Researcher.id)).all())
    columns = {"type": PublicationType.PROCEEDINGS, "field": "machine learning"}
    insert_rows(session, Publication, [columns | {"title": one["title"], "year": one["year"]} for one in papers])
    works = session.scalars(select(Publication.id).order_by(Publication.id)).all()
    wrote = [
        {"publication_id": work, "researcher_id": people[name], "position": at}
        for work, paper in zip(works, papers, strict=True)
        for at, name in enumerate(dict.fromkeys(paper["authors"].split("; ")), start=1)
    ]
    insert_rows(session, Authorship, wrote)
    random = np.random.default_rng(1)
    chance = np.array([1.0 + (one["gs_citation"] or 0.0) for one in papers])
    cited = random.choice(len(works), 6000, p=chance / chance.sum()).tolist()
    pairs = {(works[a], works[b]) for a, b in zip(random.integers(0, len(works), 6000).tolist(), cited, strict=True)}
    insert_rows(session, Citation, [{"citing_id": a, "cited_id": b} for a, b in sorted(pairs) if a != b])
    session.commit()
    run_epoch(engine, as_of=LATER)
    assert assert_exact(session) == len(by_name)
