"""Publications formatted in a citation style, for who asks with Accept; and the list of styles."""

import pytest

from tests.api.calls import Caller
from tests.api.fixtures import Join

WORK = {
    "title": "Knees at <0.55 T> & livers",
    "year": 2019,
    "venue": "Radiology",
    "doi": "10.1000/1",
    "authors": [{"name": "Ada Lovelace"}, {"name": "Ben Berg"}],
}
APA = "Lovelace, A., & Berg, B. (2019). Knees at <0.55 T> & livers. Radiology. https://doi.org/10.1000/1\n"


@pytest.fixture
def path(join: Join) -> str:
    return "/publications/" + join("rosa").post("/publications", WORK).json["id"]


def test_a_publication_and_a_list_of_them_come_in_the_style_that_is_asked_for(visitor: Caller, path: str) -> None:
    for of in (path, "/publications", "/publications?filter=year:2019"):
        answer = visitor.get(of, headers={"Accept": "text/x-bibliography; style=apa; locale=en-GB"})
        assert (answer.content_type, answer.text) == ("text/x-bibliography; charset=utf-8", APA)
        assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("accept", "kind", "text"),
    [
        ("text/x-bibliography", "text/x-bibliography", "Lovelace, A., & Berg, B. (2019)."),
        ("text/plain; style=nature", "text/plain", "1. Lovelace, A. & Berg, B. Knees"),
        (
            "text/html;style=IEEE",
            "text/html",
            "[1] A. Lovelace and B. Berg, “Knees at &lt;0.55 T&gt; &amp; livers,” <i>",
        ),
        ("text/x-bibliography; style=apa; locale=de", "text/x-bibliography", "Lovelace, A., & Berg, B. (2019)."),
        ("text/html; style=apa;q=0.3, application/x-bibtex", "application/x-bibtex", "@article{"),
        ("text/html, text/x-bibliography; style=apa;q=0.4, */*;q=0.1", "text/x-bibliography", "Lovelace, A."),
        ("text/*", "text/x-bibliography", "Lovelace, A., & Berg, B."),
        ("text/html, */*;q=0.8", "application/json", '{"'),
        ("text/plain, application/json;q=0.1", "application/json", '{"'),
    ],
)
def test_the_answer_is_what_accept_prefers_and_a_style_makes_text_of_it(
    visitor: Caller, path: str, accept: str, kind: str, text: str
) -> None:
    answer = visitor.get(path, headers={"Accept": accept})
    assert answer.mimetype == kind
    assert text in answer.text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("accept", "detail"),
    [
        ("text/x-bibliography; style=vancuver", "there is no style 'vancuver'; near it: "),
        ('text/html; style="../../etc/passwd"', "there is no style '../../etc/passwd'"),
        ("text/x-bibliography; locale=klingon", "there is no locale 'klingon'"),
        ("text/html", "text/x-bibliography"),
    ],
)
def test_a_style_that_is_none_is_not_acceptable_and_what_is_near_is_named(
    visitor: Caller, accept: str, detail: str
) -> None:
    assert detail in visitor.get("/publications", headers={"Accept": accept}, expect=406).json["detail"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_each_style_and_language_has_a_tag_of_its_own(visitor: Caller, path: str) -> None:
    accepts = ["text/x-bibliography; style=apa", "text/x-bibliography; style=nature", "text/html; style=apa"]
    accepts += [f"{accepts[0]}; locale=de", "application/json"]
    tags = [visitor.get(path, headers={"Accept": accept}).headers["ETag"] for accept in accepts]
    assert len(set(tags)) == len(tags)
    again = visitor.get(path, headers={"Accept": accepts[0], "If-None-Match": tags[0]})
    assert again.status_code == 304


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_page_in_a_style_is_short(visitor: Caller) -> None:
    accept = {"Accept": "text/x-bibliography; style=apa"}
    assert visitor.get("/publications?per_page=50", headers=accept).text == ""
    assert "at most 50" in visitor.get("/publications?per_page=51", headers=accept, expect=400).json["detail"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_styles_are_found_page_by_page(visitor: Caller) -> None:
    found = [one["name"] for one in visitor.walk("/styles?search=vancouver elsevier&per_page=2")]
    assert "elsevier-vancouver" in found
    assert found == sorted(set(found))
    assert len(found) > 2
    assert visitor.get("/styles?search=apa&select=name&per_page=1").json["results"][0].keys() == {"name"}
    visitor.get("/styles?cursor=%C3%A4", expect=400)
