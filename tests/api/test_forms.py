"""Review forms."""

import pytest

from scholarnet.forms import PostKind
from tests.api.calls import Caller


def test_every_kind_of_post_has_a_form(visitor: Caller) -> None:
    forms = visitor.get("/forms").json["results"]
    assert [form["kind"] for form in forms] == [kind.value for kind in PostKind]
    for form in forms:
        criteria = form["criteria"]
        assert form["overall"]["weight"] + sum(one["weight"] for one in criteria) == pytest.approx(1)
        assert all(len(one["steps"]) == one["high"] - one["low"] + 1 for one in [form["overall"], *criteria])
        assert (form["acceptance"], form["tiers"]["sound"]) == (6, 6)
        assert visitor.get(f"/forms/{form['kind']}").json == form


def test_the_form_of_a_case_has_what_its_author_confirms(visitor: Caller) -> None:
    asked = visitor.get("/forms/case").json["checklist"]
    assert len(asked) == 8
    assert asked["names"].startswith("No name, initials or nickname")
    assert visitor.get("/forms/preprint").json["checklist"] == {}


def test_there_is_no_form_of_what_is_no_kind(visitor: Caller) -> None:
    visitor.get("/forms/tweet", expect=404)
