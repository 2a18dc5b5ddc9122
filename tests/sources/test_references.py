"""Bibliographies: what is read, what is broken, and that what is written is read again as the same."""

import dataclasses
from collections.abc import Callable

import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

from scholarnet.errors import InputError
from scholarnet.models import PublicationType
from scholarnet.sources import references
from scholarnet.sources.bibtex import read_bibtex
from scholarnet.sources.bibtex_text import write_bibtex
from scholarnet.sources.csl_json import read_csl_json, write_csl_json
from scholarnet.sources.latex import is_balanced, to_latex, to_unicode
from scholarnet.sources.references import Flaw, Name, Reference, read_text
from scholarnet.sources.ris import read_ris, write_ris

FORMATS: dict[str, tuple[Callable, Callable]] = {
    "bib": (read_bibtex, write_bibtex),
    "ris": (read_ris, write_ris),
    "json": (read_csl_json, write_csl_json),
}
GOOD = "@article{good, title = {Good}, year = 2001}\n"
WORDS = st.text(st.sampled_from("abÉß ,;.-{}\\$%&~^_#\"'@=/()"), min_size=1, max_size=12).map(references.one_line)
TEXTS = WORDS.filter(bool)
NAMES = st.builds(Name, family=TEXTS, given=TEXTS, orcid=st.sampled_from(["", "0000-0002-1825-0097"]))


def only(entries: list) -> Reference:
    assert len(entries) == 1
    assert isinstance(entries[0], Reference)
    return entries[0]


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"G\"{o}del, {\"O}, \"a and \"{\i}", "Gödel, Ö, ä and ï"),
        (r"\v{S}\'{\i}p \c c \H{o} \aa{} \AA rhus stra{\ss}e", "Šíp ç ő å Århus straße"),
        (r"{DNA} \textit{Procolophon} {\em x} \& 5\% A~B", "DNA Procolophon x & 5% A B"),
        (r"of $\alpha_{1}$ for \$5", r"of $\alpha_{1}$ for $5"),
    ],
)
def test_latex_is_read_as_it_is_printed_when_it_has_accents_and_signs(latex: str, text: str) -> None:
    assert to_unicode(latex) == text


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ab\\{}$~^%&_# \"'é-/,\ni"), max_size=14))
def test_latex_that_was_written_is_read_as_the_same_text(text: str) -> None:
    assert to_unicode(to_latex(text)) == text
    assert is_balanced(to_latex(text))


def test_a_bibtex_entry_gives_its_parts_when_it_is_read() -> None:
    entry = only(
        read_bibtex(r"""Words between entries are a comment.
@string{jasa = "Journal of " # {the ASA}}
@comment{nothing}
@InProceedings{vh04,
  author = {von Hippel, Eric and Reagle, Jr., Joseph M. and {The ATLAS Collaboration} and Ren\'{e} Descartes},
  title = {{A}ll of $x^2$}, booktitle = jasa, date = {2004-05},
  doi = {https://doi.org/10.1000/ABC.}, pages = {25--31}, number = 5, keywords = {a, b}, groups = {T\o p},
}""")
    )
    assert (entry.line, entry.key, entry.type, entry.year) == (4, "vh04", PublicationType.PROCEEDINGS, 2004)
    assert (entry.title, entry.venue, entry.doi) == ("All of $x^2$", "Journal of the ASA", "10.1000/abc")
    assert [name.display for name in entry.authors] == [
        "Eric von Hippel",
        "Joseph M. Reagle Jr.",
        "The ATLAS Collaboration",
        "René Descartes",
    ]
    assert entry.authors[0].family == "von Hippel"
    assert entry.fields == {
        "page": "25-31",
        "issue": "5",
        "keyword": ["a", "b"],
        "bibtex.date": "2004-05",
        "bibtex.groups": r"T\o p",
    }


def test_an_entry_has_its_parents_year_and_book_when_it_refers_to_it() -> None:
    child, parent = read_bibtex(
        "@inproceedings{a, title={Child}, crossref={P}}\n@proceedings{p, title={The Book}, year=1999, publisher={ACM}}"
    )
    assert (child.year, child.venue, child.fields["publisher"]) == (1999, "The Book", "ACM")
    assert (parent.title, parent.venue) == ("The Book", None)


def test_an_entry_that_refers_to_itself_is_read() -> None:
    assert only(read_bibtex("@book{a, title={T}, year=2000, crossref={a}}")).title == "T"


def test_a_broken_bibtex_entry_costs_no_other() -> None:
    first, broken, last = read_bibtex(GOOD + "@article{bad, title = {Open, year = 2001\n" + GOOD)
    assert (first.line, last.line, last.title) == (1, 3, "Good")
    assert isinstance(broken, Flaw)
    assert (broken.line, broken.key) == (2, "bad")
    assert "Unexpected block start" in broken.reason


def test_a_key_or_a_field_that_comes_twice_costs_nothing() -> None:
    entries = read_bibtex(GOOD + GOOD + "@misc{x, title={A}, title={B}, year=2000}")
    assert [(entry.line, entry.title) for entry in entries] == [(1, "Good"), (2, "Good"), (3, "A")]
    assert entries[2].fields["bibtex.title-2"] == "B"


def test_a_ris_entry_gives_its_parts_when_it_is_read() -> None:
    text = """TY  - JOUR
AU  - Salustio, P. J.
AU  - Costa, P. C., Jr.
T1  - Release of
  ibuprofen
PY  - 2012///
DO  - doi:10.1016/J.POWTEC.2012.01.008
JA  - Powder Technol.
JF  - Powder Technology
SP  - 245
EP  - 251
SN  - 0032-5910
KW  - Models, Genetic
N1  - One
N1  - Two
XX  - unknown
ER  - 
"""  # noqa: W291
    entry = only(read_ris(text))
    assert (entry.line, entry.title, entry.year, entry.venue) == (1, "Release of ibuprofen", 2012, "Powder Technology")
    assert entry.doi == "10.1016/j.powtec.2012.01.008"
    assert [name.display for name in entry.authors] == ["P. J. Salustio", "P. C. Costa Jr."]
    assert entry.fields == {
        "page": "245-251",
        "ISSN": "0032-5910",
        "keyword": ["Models, Genetic"],
        "note": "One",
        "ris.N1": "Two",
        "ris.JA": "Powder Technol.",
        "ris.XX": "unknown",
    }


def test_a_broken_ris_entry_costs_no_other() -> None:
    good = "TY  - JOUR\nTI  - Good\nPY  - 2001\nER  - \n"
    entries = read_ris("TI  - stray\nER  - \n" + good + "TY  - BOOK\nID  - open\n" + good + "TY  - JOUR\nTI  - cut")
    assert [(entry.line, type(entry)) for entry in entries] == [
        (1, Flaw),
        (3, Reference),
        (7, Flaw),
        (9, Reference),
        (13, Flaw),
    ]
    assert (entries[2].key, "line 9" in entries[2].reason) == ("open", True)


def test_csl_items_give_their_parts_and_lines_when_they_are_read() -> None:
    text = """[
 {"id": "a,[", "type": "article-journal", "title": "T \\"[", "issued": {"date-parts": [["2005", 3]]},
  "author": [{"family": "Gogh", "given": "Vincent", "non-dropping-particle": "van",
    "ORCID": "http://orcid.org/0000-0002-1825-0097"}, {"literal": "WHO"}],
  "DOI": "10.1000/X", "container-title": "J", "volume": 3, "x": {"y": [1]}},
 7,
 {"title": "\\u0000"}]"""
    entry, number, nul = read_csl_json(text)
    assert (entry.line, entry.key, entry.title, entry.year, entry.doi) == (2, "a,[", 'T "[', 2005, "10.1000/x")
    assert entry.authors == (Name("van Gogh", "Vincent", "", "0000-0002-1825-0097"), Name("WHO"))
    assert entry.fields["volume"] == "3"
    assert entry.fields["csl.x"] == {"y": [1]}
    assert [(one.line, type(one)) for one in (number, nul)] == [(6, Flaw), (7, Flaw)]


def test_a_file_that_is_no_json_is_one_flaw_with_its_line() -> None:
    assert [flaw.line for flaw in read_csl_json("[\n{}\n,]")] == [3]


@pytest.mark.parametrize(
    ("raw", "text", "has_note"),
    [
        ("é\r\nb".encode(), "é\nb", False),
        (b"\xef\xbb\xbfab", "ab", False),
        ("é".encode("utf-16"), "é", False),
        (b"a\n\xe9", "a\né", True),
    ],
)
def test_a_text_is_read_whatever_its_encoding(tmp_path, raw, text, has_note) -> None:
    (tmp_path / "x.bib").write_bytes(raw)
    found, note = read_text(tmp_path / "x.bib")
    assert found == text
    assert bool(note) is has_note
    assert not has_note or "line 2" in note


def test_a_file_with_nul_is_refused_with_its_line(tmp_path) -> None:
    (tmp_path / "x.bib").write_bytes(b"a\nb\0")
    with pytest.raises(InputError, match="NUL") as caught:
        read_text(tmp_path / "x.bib")
    assert caught.value.line == 2


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=30, deadline=None)
@given(st.text(st.sampled_from('@article{x,=}"#\n TYER-1[]:\\&'), max_size=60))
def test_no_text_makes_a_reader_fail(name: str, text: str) -> None:
    for entry in FORMATS[name][0](text):
        assert entry.line >= 1


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=30, deadline=None)
@given(
    st.builds(
        Reference,
        line=st.just(0),
        key=st.just("k1"),
        type=st.sampled_from(PublicationType),
        title=TEXTS,
        year=st.integers(1400, 2026),
        doi=st.sampled_from([None, "10.1000/a_(b)<c>"]),
        venue=st.none() | TEXTS,
        authors=st.lists(NAMES, max_size=3).map(tuple),
        abstract=st.none() | TEXTS,
        fields=st.fixed_dictionaries(
            {}, optional={"volume": TEXTS, "page": TEXTS, "csl.odd": st.lists(TEXTS, max_size=2), "ris.M1": TEXTS}
        ),
    )
)
def test_a_reference_that_was_written_is_read_as_the_same(name: str, reference: Reference) -> None:
    read, write = FORMATS[name]
    assert dataclasses.replace(only(read(write([reference]))), line=0) == reference


def test_nothing_of_the_real_files_is_lost_when_written_and_read_again(data_folder) -> None:
    found = []
    for path in sorted(data_folder("bib_ris_dev").glob("*.[br]i[bs]")):
        found += FORMATS[path.suffix[1:]][0](read_text(path)[0])
    assert len(found) == 1_086
    known = [dataclasses.replace(entry, line=0, key=entry.key or "entry") for entry in found]
    for read, write in FORMATS.values():
        assert [dataclasses.replace(entry, line=0) for entry in read(write(known))] == known


def test_another_reader_of_ris_finds_what_was_written() -> None:
    names = (Name("van Gogh", "Vincent"), Name("WHO"))
    entry = Reference(1, "k", PublicationType.ARTICLE, "Stars", 1999, "10.1000/1", "J", names, "A", {"page": "1-2"})
    (read,) = rispy.loads(write_ris([entry]))
    assert (read["title"], read["year"], read["doi"], read["alternate_title3"]) == ("Stars", "1999", "10.1000/1", "J")
    assert (read["authors"], read["start_page"], read["end_page"]) == (["van Gogh, Vincent", "WHO"], "1", "2")


@pytest.mark.parametrize("name", FORMATS)
def test_a_field_with_an_odd_name_ends_no_entry_and_is_kept(name: str) -> None:
    fields = {
        "csl.a}, b\n@x{": "1",
        "ris.ER": "2",
        "bibtex.c = {": "3",
        "csl.PMID": [4],
        "csl.custom": 5,
        "ris.M1": "6",
    }
    read, write = FORMATS[name]
    entry = Reference(0, "k", PublicationType.ARTICLE, "T", 2000, fields=fields)
    assert dataclasses.replace(only(read(write([entry]))), line=0) == entry
