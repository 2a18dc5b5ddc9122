"""Suggested reviewers on papers of a conference that are held back, a small part of what the benchmark measures."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.benchmarks.reviewers import citing, rankers
from tests.benchmarks.reviewers.measures import interval, ndcg_at_20, precision_at_10, recall_at_50, reciprocal_rank
from tests.benchmarks.reviewers.papers import HeldBack, Paper, coauthors, hold_back, read_papers
from tests.databases import disposing


def test_the_right_people_are_found_better_than_by_keywords_and_no_co_author_is_suggested(
    data_folder: Callable[[str], Path], sqlite_template: Path, tmp_path: Path
) -> None:
    papers = [one for one in read_papers(data_folder("neurips_authors_2009_2013")) if 2011 <= one.year <= 2012]
    sample = hold_back(papers, year=2012, most=25)
    database = shutil.copy(sqlite_template, tmp_path / "papers.db")
    with disposing(f"sqlite:///{database}") as engine, rankers.as_suggested(engine, sample) as rank:
        suggested = [rank(one) for one in sample.held_back]
    by_keywords = rankers.by_keywords(sample.known)
    overlapping = [by_keywords(one) for one in sample.held_back]
    wrote_with = coauthors(sample.known)
    for question, names in zip(sample.held_back, suggested, strict=True):
        assert len(names) == len(set(names)) == rankers.DEEPEST
        for author in question.paper.authors:
            assert not {author, *wrote_with.get(author, ())}.intersection(names)
    for name, factor in (("peers", 2.0), ("others", 1.1)):
        assert recall(sample.held_back, suggested, name) > factor * recall(sample.held_back, overlapping, name)


def recall(questions: Sequence[HeldBack], ranked: Sequence[list[str]], name: str) -> float:
    values = [recall_at_50(of, one.good[name]) for one, of in zip(questions, ranked, strict=True) if one.good[name]]
    return sum(values) / len(values)


def test_co_citing_peers_are_found_better_than_by_the_overlap_of_references(
    data_folder: Callable[[str], Path],
) -> None:
    values = citing.measure(data_folder("cit_hepph_early"), most=25)
    found = {by: sum(of["recall@50"]) / len(of["recall@50"]) for by, of in values.items()}
    assert found["walk"] > found["overlap"] > 0.2


def test_who_is_good_and_who_is_barred_by_hand() -> None:
    before = [
        paper("Knee MRI", "ann", "bob"),
        paper("Knee cartilage", "bob", "cid"),
        paper("Brain", "dan", "eve"),
        paper("Brain of mice", "fay"),
    ]
    asked = paper("Knee", "ann", "dan", year=2)
    after = [asked, paper("Liver", "ann", "fay", year=2), paper("Spleen", "fay", "cid", year=2)]
    sample = hold_back([*before, *after], year=2, most=1)
    (question,) = sample.held_back
    assert sample.known == before
    assert question.barred == {"ann", "dan", "bob", "eve"}
    assert question.good == {"peers": {"cid"}, "later": {"fay", "cid"}, "others": {"cid", "fay"}}


def paper(title: str, *authors: str, year: int = 1) -> Paper:
    return Paper(title, "", year, authors)


def test_measures_by_hand() -> None:
    ranked, good = ["a", "b", "c", *"defghij"], {"b", "c", "z"}
    assert reciprocal_rank(ranked, good) == 0.5
    assert precision_at_10(ranked, good) == 0.2
    assert recall_at_50(ranked, good) == pytest.approx(2 / 3)
    assert ndcg_at_20(ranked, good) == pytest.approx((0.63093 + 0.5) / (1 + 0.63093 + 0.5), abs=1e-5)
    assert interval([1.0, 1.0, 1.0]) == (1.0, 1.0, 1.0)
