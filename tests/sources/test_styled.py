"""References in citation styles: as their manuals print them, whatever a record says, and safe as HTML."""

import re
from typing import Any

import pytest
from lxml import etree

from scholarnet.sources import styled
from scholarnet.sources.csl_json import as_reference
from scholarnet.sources.references import Reference
from scholarnet.sources.styled import MOST_NAMES, csl_item, write_styled
from scholarnet.sources.styles import UnknownStyle, open_style, search_styles, style_files


def people(*names: str) -> list[dict[str, str]]:
    return [dict(zip(("family", "given"), name.split(", "), strict=True)) for name in names]


def article(title: str, authors: list[dict[str, str]], issued: list[int], journal: str, **more: str) -> Reference:
    item = {"type": "article-journal", "title": title, "author": authors, "issued": {"date-parts": [issued]}}
    return as_reference(1, item | {"container-title": journal} | more)


# The examples that the styles' own guides print; what a record has no place for is left out of them.
GRADY = article(
    "Emotions in storybooks: A comparison of storybooks that represent ethnic and racial groups in the United States",
    people("Grady, J. S.", "Her, M.", "Moreno, G.", "Perez, C.", "Yelinek, J."),
    [2019],
    "Psychology of Popular Media Culture",
    volume="8",
    issue="3",
    page="207-217",
    DOI="10.1037/ppm0000185",
)
DUNCOMBE = article(
    "Infrared navigation—Part I: An assessment of feasibility",
    people("Duncombe, J. U."),
    [1959, 1],
    "IEEE Trans. Electron Devices",
    volume="ED-11",
    issue="1",
    page="34-39",
)
LASALLE = article(
    "Conundrum: A Story about Reading",
    people("LaSalle, Peter"),
    [2017],
    "New England Review",
    volume="38",
    issue="1",
    page="95-109",
)
SCHOTT = article(
    "Secretory vesicle transport velocity in living cells depends on the myosin V lever arm length",
    people("Schott, D. H.", "Collins, R. N.", "Bretscher, A."),
    [2002],
    "J. Cell Biol.",
    volume="156",
    page="35-39",
)
HALPERN = article(
    "Solid-organ transplantation in HIV-infected patients",
    people("Halpern, Scott D.", "Ubel, Peter A.", "Caplan, Arthur L."),
    [2002, 7, 25],
    "N Engl J Med",
    volume="347",
    issue="4",
    page="284-287",
)
TRIER = article(
    "Cool engagements with YouTube: Part 2",
    people("Trier, James"),
    [2007],
    "Journal of Adolescent & Adult Literacy",
    volume="50",
    issue="7",
    page="598-603",
)
PRINTED = [
    (
        "apa",
        GRADY,
        "Grady, J. S., Her, M., Moreno, G., Perez, C., & Yelinek, J. (2019). Emotions in storybooks: A comparison of "
        "storybooks that represent ethnic and racial groups in the United States. Psychology of Popular Media Culture, "
        "8(3), 207–217. https://doi.org/10.1037/ppm0000185",
    ),
    (
        "ieee",
        DUNCOMBE,
        "[1] J. U. Duncombe, “Infrared navigation—Part I: An assessment of feasibility,” IEEE Trans. Electron Devices, "
        "vol. ED-11, no. 1, pp. 34–39, Jan. 1959.",
    ),
    (
        "chicago-author-date",
        LASALLE,
        "LaSalle, Peter. 2017. “Conundrum: A Story about Reading.” New England Review 38 (1): 95–109.",
    ),
    (
        "nature",
        SCHOTT,
        "1. Schott, D. H., Collins, R. N. & Bretscher, A. Secretory vesicle transport velocity in living cells depends "
        "on the myosin V lever arm length. J. Cell Biol. 156, 35–39 (2002).",
    ),
    (
        "elsevier-vancouver",
        HALPERN,
        "[1] Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. N Engl J Med "
        "2002;347:284–7.",
    ),
    (
        "harvard-cite-them-right",
        TRIER,
        "Trier, J. (2007) ‘Cool engagements with YouTube: Part 2’, Journal of Adolescent & Adult Literacy, 50(7), "
        "pp. 598–603.",
    ),
]


@pytest.mark.parametrize(("style", "entry", "printed"), PRINTED, ids=[style for style, _, _ in PRINTED])
def test_an_entry_is_as_the_manual_prints_it(style: str, entry: Reference, printed: str) -> None:
    assert write_styled([entry], style=style, locale="en-GB" if "harvard" in style else "") == f"{printed}\n"


def test_entries_keep_their_order_and_are_numbered_in_it() -> None:
    text = write_styled([SCHOTT, DUNCOMBE, SCHOTT], style="nature")
    assert re.findall(r"^\d\. \w+", text, re.MULTILINE) == ["1. Schott", "2. Duncombe", "3. Schott"]


def test_html_is_marked_up_by_the_style_and_says_what_a_record_says_as_text() -> None:
    entry = article('<i>Fish</i> & "chips" <script>', people("O'<b>, Ann & Co"), [2001], "A&B <u>", volume="3")
    text = write_styled([entry], style="apa", is_html=True)
    assert text.startswith('<div class="csl-bib-body">\n  <div class="csl-entry">')
    assert "<i>A&amp;B &lt;u&gt;</i>, <i>3</i>" in text
    assert '&lt;i&gt;Fish&lt;/i&gt; &amp; "chips" &lt;script&gt;' in text
    assert {one.tag for one in etree.fromstring(text).iter()} == {"div", "i"}
    assert '<i>Fish</i> & "chips" <script>' in write_styled([entry], style="apa")


def test_a_question_ends_a_title_without_a_second_stop() -> None:
    entry = article("Who reads it?", people("Ames, Ann"), [2001], "J", volume="3")
    assert "(2001). Who reads it? J, 3." in write_styled([entry], style="apa")
    assert "“Who Reads It?” J 3." in write_styled([entry], style="chicago-author-date")
    dots = article("Well...", people("Ames, Ann"), [2001], "J", volume="3")
    assert "“Well...” J 3." in write_styled([dots], style="chicago-author-date")


ODD: list[Any] = [
    None,
    "",
    " ",
    0,
    -1,
    3.5,
    True,
    [],
    [[]],
    {},
    "\ue000<",
    "?",
    "-",
    "1-2-3",
    "x" * 9_000,
    ["a"],
    {"a": {}},
]
FIELDS = ["page", "volume", "issue", "edition", "number-of-pages", "author", "editor", "issued", "accessed", "language"]


@pytest.mark.parametrize("style", ["nature", "ieee"])
def test_no_record_is_beyond_a_style(style: str) -> None:
    records = [{"type": "book", "title": "T"} | dict.fromkeys(FIELDS, value) for value in ODD]
    records += [
        {"type": kind, "title": "T", "issued": {"date-parts": [date]}}
        for kind in ("odd", "")
        for date in ([2001, 13], ["2001", "2"], [2001, 2, 40], [0], [99999], [None], ["x"])
    ]
    found = write_styled([as_reference(1, one) for one in records], style=style).splitlines()
    assert len(found) == len(records)
    assert [line for line in found if not re.search(r"T", line) or "\ue000" in line] == []


def test_an_entry_at_which_the_formatter_fails_is_put_together_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise RecursionError

    monkeypatch.setattr(styled, "_entry", fail)
    styled._format.cache_clear()
    text = write_styled([article("A < B", people("Ames, Ann"), [2001], "J", DOI="10.1000/1")], style="apa")
    styled._format.cache_clear()
    assert text == "Ann Ames. (2001). A < B. J. https://doi.org/10.1000/1\n"


def test_of_very_many_authors_the_first_and_the_last_are_handed_on() -> None:
    item = csl_item(article("T", people(*(f"F{n}, A" for n in range(3_000))), [2001], "J"))
    assert [one["family"] for one in item["author"][-2:]] == [f"F{MOST_NAMES - 2}", "F2999"]
    assert len(item["author"]) == MOST_NAMES


def test_a_style_that_stands_for_another_is_that_in_its_own_language() -> None:
    assert style_files()["nature-chemistry"].parent.name == "dependent"
    assert write_styled([SCHOTT], style="nature-chemistry") == write_styled([SCHOTT], style="nature")
    assert "S. 35" in write_styled([SCHOTT], style="din-1505-2", locale="de")


@pytest.mark.parametrize(
    ("style", "locale", "message"),
    [
        ("aap", "", "there is no style 'aap'; near it: "),
        ("../apa", "", "there is no style '../apa'"),
        ("", "", "there is no style ''"),
        ("apa", "xx-YY", "there is no locale 'xx-YY'"),
        ("apa", "../en", "there is no locale '../en'"),
    ],
)
def test_a_style_or_language_that_is_none_is_said_with_what_is_near(style: str, locale: str, message: str) -> None:
    with pytest.raises(UnknownStyle) as refusal:
        open_style(style, locale)
    assert refusal.value.message.startswith(message)


def test_styles_are_found_by_the_words_of_their_names_and_titles() -> None:
    found = search_styles("NATURE chemistry", after="", limit=5)
    assert ("nature-chemistry", "Nature Chemistry") in [(one.name, one.title) for one in found]
    assert search_styles("nature chemistry", after=found[0].name, limit=4) == found[1:5]
    assert search_styles("no such style", after="", limit=5) == []
