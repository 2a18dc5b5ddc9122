"""The filter dialect: and, or, not, ranges, quotes; anything else is refused by name."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.errors import BadQuery
from scholarnet.filters import Condition, Filter, clauses, moment, number, one_of, parse
from scholarnet.forms import PostKind
from scholarnet.models import Post
from tests.factories import PostFactory

ALLOWED = {
    "kind": Filter(one_of(tuple(PostKind)), Post.kind.in_),
    "id": Filter(str, Post.public_id.in_),
    "published_at": Filter(moment, Post.published_at.in_, Post.published_at),
    "version": Filter(number, Post.version_number.in_, Post.version_number),
}


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("", []),
        ("tag:mri", [("tag", "=", ("mri",), False)]),
        ("tier:strong|sound", [("tier", "=", ("strong", "sound"), False)]),
        ("kind:!micro", [("kind", "=", ("micro",), True)]),
        ("created_at:>2026-01-01", [("created_at", ">", ("2026-01-01",), False)]),
        ("a:>=1,b:<=2,c:<3", [("a", ">=", ("1",), False), ("b", "<=", ("2",), False), ("c", "<", ("3",), False)]),
        ("at:>2026-01-01T10:30:00Z", [("at", ">", ("2026-01-01T10:30:00Z",), False)]),
        ('title:"a, b|c"|d', [("title", "=", ("a, b|c", "d"), False)]),
        (r'title:"say \"hi\""', [("title", "=", ('say "hi"',), False)]),
        (" tag: mri , kind:blog ", [("tag", "=", ("mri",), False), ("kind", "=", ("blog",), False)]),
    ],
)
def test_a_filter_is_read(text: str, conditions: list[tuple]) -> None:
    assert parse(text) == [Condition(*one) for one in conditions]


@pytest.mark.parametrize("text", ["tag", "tag:", "tag:|", "tag:!", "tag:>", 'tag:""', 'tag:"open', "a:1,b"])
def test_a_filter_is_refused_when_it_is_not_one(text: str) -> None:
    with pytest.raises(BadQuery, match="filter"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("colour:red", "id, kind, published_at, version"),
        ("kind:poem", "preprint"),
        ("kind:>blog", "no order"),
        ("version:>nan", "finite"),
        ("version:many", "version"),
        ("published_at:>yesterday", "published_at"),
    ],
)
def test_a_filter_is_refused_with_what_is_allowed(text: str, word: str) -> None:
    with pytest.raises(BadQuery, match=word):
        clauses(parse(text), ALLOWED)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {"blog", "talk", "video"}),
        ("kind:blog", {"blog"}),
        ("kind:blog|talk", {"blog", "talk"}),
        ("kind:!blog", {"talk", "video"}),
        ("kind:!blog|talk", {"video"}),
        ("kind:blog,kind:talk", set()),
        ("published_at:>2026-01-02", {"video"}),
        ("published_at:>=2026-01-02", {"talk", "video"}),
        ("published_at:<2026-01-02T00:00:01+00:00,kind:!blog", {"talk"}),
        ("version:2", {"video"}),
        ("version:!>1", {"blog", "talk"}),
    ],
)
def test_a_filter_finds_what_it_says(session: Session, text: str, found: set[str]) -> None:
    for day, kind in enumerate(("blog", "talk", "video"), start=1):
        number = 2 if kind == "video" else 1
        PostFactory(kind=kind, published_at=datetime(2026, 1, day, tzinfo=UTC), version_number=number)
    assert set(session.scalars(select(Post.kind).where(*clauses(parse(text), ALLOWED)))) == found


def test_a_moment_without_a_zone_is_utc() -> None:
    assert moment("2026-01-01") == datetime(2026, 1, 1, tzinfo=UTC)
    assert moment("2026-01-01T01:00+01:00") == datetime(2026, 1, 1, tzinfo=UTC)
